"""The completion of the command line in shells."""

from __future__ import annotations

import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest
import shtab

from persium_ext.cli.arguments import build_parser
from tests.spec.conftest import need

from .conftest import Run

SHELLS = ("bash", "zsh")
BASH = shutil.which("bash")


@pytest.mark.parametrize("shell", SHELLS)
def test_script_is_that_of_the_parser(run: Run, shell: str) -> None:
    """The packaged script is what shtab makes of the command line; else run make completion."""
    made = shtab.complete(build_parser(), shell=shell, root_prefix="persium")

    assert run("completion", shell) == (0, f"{made}\n", "")


@pytest.mark.skipif(BASH is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("persium m", "me"),
        ("persium me --wai", "--wait-for"),
        ("persium me --output ju", "junit"),
        ("persium completion z", "zsh"),
    ],
)
def test_bash(tmp_path: Path, words: str, completed: str) -> None:
    """In bash, Tab completes commands, options and values."""
    script = resources.files("persium_ext.cli") / "completions" / "persium.bash"
    program = (
        'source "$1"; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); '
        '_shtab_persium; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        [str(BASH), "--norc", "-c", program, "bash", str(script), words],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )

    assert done.stdout.split() == [completed]


@pytest.mark.spec
def test_zsh() -> None:
    """The script for zsh is valid."""
    script = resources.files("persium_ext.cli") / "completions" / "persium.zsh"

    subprocess.run([need("zsh"), "-n", str(script)], check=True)
