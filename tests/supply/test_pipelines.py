"""The examples for CI run as they stand; ``make audit`` lints them too."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
import yaml

from persium_ext.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "ci"
BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(BASH is None, reason="there is no bash")


def read(name: str) -> dict[str, Any]:
    """Parse a file of the examples."""
    document: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return document


def shell(
    command: str, environ: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run *command* as a runner does, with nothing else in the environment."""
    return subprocess.run(
        [str(BASH), "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
        env={"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **environ},
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


@pytest.fixture
def action(sandbox: Sandbox, tmp_path: Path) -> Any:
    """Run the steps of the action with these inputs, and return its output and its exit code."""

    def run(**given: str) -> tuple[str, int]:
        action = read("github/action.yml")
        inputs = {name: str(each.get("default", "")) for name, each in action["inputs"].items()}
        inputs |= {name.lower().replace("_", "-"): v for name, v in sandbox.environ.items()}
        inputs |= given
        out = ""
        for step in action["runs"]["steps"]:
            environ = {
                name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda m: inputs[m[1]], value)
                for name, value in step["env"].items()
            }
            done = shell(step["run"], environ, tmp_path)
            out += done.stdout
            if done.returncode:
                return out, done.returncode
        return out, 0

    return run


def test_action(action: Any, sandbox: Sandbox) -> None:
    """The action succeeds with a notice."""
    out, code = action(organisation=sandbox.client.organisation_uuid)

    assert code == 0
    assert f"::notice title=persium me::client_id {sandbox.client_id}" in out


def test_action_fails(action: Any) -> None:
    """The action fails, with an annotation, for the client of another organisation."""
    out, code = action(organisation=str(uuid4()))

    assert code == 7
    assert "::error title=persium me::organisation_uuid is " in out


def test_action_executes_no_input(action: Any, tmp_path: Path) -> None:
    """An input is a value: it can't run a command."""
    action(organisation='$(touch "hacked")"; touch hacked #', **{"wait-for": "`touch hacked`"})

    assert not list(tmp_path.iterdir())


def test_action_has_every_setting() -> None:
    """The steps read every input, and the settings are required."""
    action = read("github/action.yml")

    steps = str(action["runs"]["steps"])
    assert all(f"inputs.{name} " in steps for name in action["inputs"])
    required = {name for name, each in action["inputs"].items() if each.get("required")}
    assert required == {"token-url", "api-base-url", "client-id", "client-secret"}


@pytest.mark.parametrize(("client_id", "failures", "code"), [("", "0", 0), ("other", "1", 7)])
def test_gitlab(
    sandbox: Sandbox, tmp_path: Path, *, client_id: str, failures: str, code: int
) -> None:
    """The job of GitLab leaves the report that it names, also when it fails."""
    job = read("gitlab.yml")["persium"]
    if client_id:
        sandbox.answer("getMe", body={**ME, "client_id": client_id})

    done = shell("\n".join(job["script"]), sandbox.environ, tmp_path)

    report = ET.parse(tmp_path / job["artifacts"]["reports"]["junit"]).getroot()  # noqa: S314  # our own
    assert (done.returncode, report.get("failures")) == (code, failures)
    assert job["artifacts"]["when"] == "always"


ME = {"organisation_uuid": str(uuid4()), "label": "x", "all_organisations": False}


def test_versions_are_those_of_the_project() -> None:
    """The examples install the version that they belong to."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    action = read("github/action.yml")

    assert action["inputs"]["version"]["default"] == project["version"]
    assert f"persium=={project['version']}" in str(read("gitlab.yml"))
