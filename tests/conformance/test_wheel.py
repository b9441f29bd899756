"""The distribution persium-conformance works in an empty environment."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
import yaml

from release._zipapp import build as build_zipapp
from tests.packaging.conftest import Environment, build

from .conftest import ROOT, SUBJECTS

pytestmark = pytest.mark.slow
SOURCE = ROOT / "conformance"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with wheel and sdist."""
    return build(SOURCE, tmp_path_factory.mktemp("conformance-dist"))


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment in which only the wheel is installed."""
    folder = tmp_path_factory.mktemp("conformance")
    venv.create(folder / "venv", with_pip=True)
    (folder / "cwd").mkdir()
    made = Environment(folder / "venv" / "bin", folder / "cwd")
    (wheel,) = dist.glob("*.whl")
    made.run("python", "-m", "pip", "install", "--quiet", "--no-index", wheel)
    return made


def test_installed_command_works(installed: Environment) -> None:
    """``persium-conformance -- COMMAND`` tests the reference without persium or a network."""
    options = ("--rule", "TP-7", "--strict", "--json", "-")

    for name in ("reference.py", "lines.py"):
        (installed.cwd / name).write_bytes((SUBJECTS / name).read_bytes())
    python = installed.bin / "python"

    output = installed.run("persium-conformance", *options, "--", python, "reference.py")

    report = json.loads(output)
    assert report["good"]
    assert report["rules"]["TP-7"] == {"kept": 7, "of": 7}


def test_commands_of_the_page_work(tmp_path: Path) -> None:
    """The last two steps in docs/conformance.md verify the file of the release, and run it."""
    page = (ROOT / "docs" / "conformance.md").read_text("utf-8")
    (snippet,) = re.findall(r"^```yaml\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    job = yaml.safe_load(snippet)["conformance"]
    verify, judge = (step["run"] for step in job["steps"][-2:])
    suite = build_zipapp(ROOT, tmp_path)
    digest = hashlib.sha256(suite.read_bytes()).hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  {suite.name}\n{digest}  another\n")
    for name in ("reference.py", "lines.py"):
        (tmp_path / name).write_bytes((SUBJECTS / name).read_bytes())
    (tmp_path / "your-program").write_text(
        f"#!/bin/sh\nexec {sys.executable} {tmp_path}/reference.py\n"
    )
    (tmp_path / "your-program").chmod(0o755)

    assert suite.name == job["env"]["SUITE"]
    quick = judge.replace("--strict", "--strict --rule TP-7")
    script = f"SUITE={suite.name}\n{verify}\n{quick}"
    subprocess.run(("/bin/sh", "-ec", script), cwd=tmp_path, check=True)
    assert 'tests="7" failures="0"' in (tmp_path / "conformance.xml").read_text("utf-8")


def test_wheel_contains_scenarios_and_schema(dist: Path) -> None:
    """The wheel contains all scenarios and the schema, and neither subjects nor adapters."""
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    package = SOURCE / "persium_conformance"
    expected = {
        path.relative_to(SOURCE).as_posix()
        for path in package.rglob("*")
        if path.suffix in {".py", ".json", ".typed"}
    }
    assert names == expected


def test_builds_are_reproducible(dist: Path, tmp_path: Path) -> None:
    """The wheel that is built from the sdist is identical, byte for byte."""
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (top,) = (tmp_path / "unpacked").iterdir()

    again = build(top, tmp_path / "again")

    (wheel,) = dist.glob("*.whl")
    assert (again / wheel.name).read_bytes() == wheel.read_bytes()


def test_version_and_licence_are_those_of_persium() -> None:
    """Both distributions have the same version and licence."""
    lines = [
        next(line for line in path.read_text(encoding="utf-8").splitlines() if "version = " in line)
        for path in (ROOT / "pyproject.toml", SOURCE / "pyproject.toml")
    ]

    assert lines[0].split("#")[0].strip() == lines[1].split("#")[0].strip()
    assert (SOURCE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
