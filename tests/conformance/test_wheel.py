"""The distribution persium-conformance works in an empty environment."""

from __future__ import annotations

import json
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

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
