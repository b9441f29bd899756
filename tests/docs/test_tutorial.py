"""The tutorial works: its files and commands, in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .pages import ROOT

STEPS = re.split(r"^## ", (ROOT / "docs" / "tutorial.md").read_text("utf-8"), flags=re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def run(command: str, folder: Path) -> str:
    """Run a block of shell commands in *folder* and return the output; it must succeed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    clean = {name: os.environ[name] for name in os.environ if not name.startswith("PYTEST")}
    done = subprocess.run(
        ("/bin/sh", "-ec", command),
        cwd=folder,
        env=clean | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_steps_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps 2 to 5: each file is saved under its name, and each command prints what is shown."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    shown, output = 0, ""
    for language, text in BLOCK.findall("".join(STEPS[2:6])):
        if language == "python":
            name = text.partition("\n")[0].removeprefix("# ")
            (tmp_path / name).write_text(text, "utf-8")
        elif language == "sh":
            output = run(text, tmp_path)
        else:
            assert text.strip() in output
            shown += 1

    assert shown == 3


def test_first_and_last_step_are_not_run() -> None:
    """Step 1 installs, and step 6 needs credentials; nothing else is left out."""
    headings = [step.partition("\n")[0] for step in STEPS[1:]]

    assert headings[0] == "1. Install"
    assert headings[5:] == ["6. Use your credentials"]
