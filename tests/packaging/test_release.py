"""The files of a release: reproducible, with an SBOM; and the locks that they are built from."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from .conftest import LOCK, ROOT

pytestmark = pytest.mark.slow
EPOCH = "1580601600"  # hatchling's default, with which the fixture `built` was made
PERMISSIVE = {
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MIT OR Apache-2.0",
    "PSF-2.0",
}


def make(target: str, *, folder: Path, **environment: str) -> None:
    """Run ``make`` with the tools of this environment, in a *folder* that has none."""
    # --old-file: what is installed is neither compared with that folder nor changed
    tools = (f"VENV={ROOT}/.venv", f"--old-file={ROOT}/.venv/dev.stamp")
    command = ("make", "-C", folder, *tools, target)
    subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True)


def contents(folder: Path) -> Mapping[str, bytes]:
    """Return the files in *folder*."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def released(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked sdist, in which ``make dist`` has run."""
    folder = tmp_path_factory.mktemp("released") / "source"
    shutil.copytree(unpacked, folder)
    for needed in ("requirements", "release", "conformance"):
        shutil.copytree(ROOT / needed, folder / needed)
    shutil.copy(ROOT / "Makefile", folder)
    make("dist", folder=folder, SOURCE_DATE_EPOCH=EPOCH)
    return folder


def test_releases_are_reproducible(released: Path, built: Path) -> None:
    """The sdist, in another folder, time zone, locale and hash seed, gives the same bytes."""
    first = contents(released / "dist")

    # the SBOM was validated the first time, which takes longer than all the rest
    odd = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "1"}
    odd |= {"SBOM_OPTIONS": "--no-validate"}
    make("dist", folder=released, SOURCE_DATE_EPOCH=EPOCH, **odd)

    assert contents(released / "dist") == first
    assert contents(built).items() <= first.items()


def test_checksums_cover_every_file(released: Path) -> None:
    """``sha256sum --check`` verifies each file of the release."""
    command = ("sha256sum", "--check", "--strict", "SHA256SUMS")

    done = subprocess.run(
        command, cwd=released / "dist", capture_output=True, text=True, check=True
    )

    verified = {line.removesuffix(": OK") for line in done.stdout.splitlines()}
    assert verified == set(contents(released / "dist")) - {"SHA256SUMS"}


@pytest.fixture
def sbom(released: Path) -> dict[str, Any]:
    """The SBOM of the release."""
    (file,) = (released / "dist").glob("*.cdx.json")
    document: dict[str, Any] = json.loads(file.read_bytes())
    return document


def test_sbom_names_what_persium_needs(sbom: dict[str, Any]) -> None:
    """It has what pyproject.toml asks for, what that needs, and no tool, in locked versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = re.findall(r"^([\w.-]+)==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    needs = {entry["ref"]: entry.get("dependsOn", []) for entry in sbom["dependencies"]}
    components = {
        (one["name"].replace("_", "-"), one["version"]): one["bom-ref"]
        for one in sbom["components"]
    }

    direct = {ref.split("==")[0] for ref in needs[sbom["metadata"]["component"]["bom-ref"]]}
    assert direct == {Requirement(line).name for line in project["dependencies"]}
    assert sbom["metadata"]["component"]["version"] == project["version"]
    assert set(components) <= set(pins)
    assert "hatchling" not in dict(components)
    assert set(components.values()) == {ref for refs in needs.values() for ref in refs}


def test_run_time_licences_are_permissive(sbom: dict[str, Any]) -> None:
    """No licence of a dependency obliges users to publish code; certifi's covers a data file."""
    licences = {
        one["name"]: {
            entry.get("expression") or entry["license"].get("id") for entry in one["licenses"]
        }
        - {None}
        for one in sbom["components"]
    }

    assert licences.pop("certifi") == {"MPL-2.0"}
    assert {name for name, found in licences.items() if not found or found - PERMISSIVE} == set()


def test_locks_are_what_pyproject_gives(tmp_path: Path) -> None:
    """``make lock``, with the present locks as a start, changes nothing."""
    locks = [
        *ROOT.glob("requirements/*.txt"),
        *ROOT.glob("interop/*/requirements.txt"),
        *ROOT.glob("conformance/adapters/*/requirements.txt"),
    ]
    sources = [source for lock in locks if (source := lock.with_suffix(".in")).exists()]
    for file in (ROOT / "pyproject.toml", ROOT / "Makefile", *locks, *sources):
        copy = tmp_path / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)

    make("lock", folder=tmp_path)

    assert len(sources) == 2
    for lock in locks:
        assert (tmp_path / lock.relative_to(ROOT)).read_text() == lock.read_text()
