"""The SBOM: valid, complete, the same each time; and the licences that it names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from release import _lock
from release._licences import EXCEPTIONS, is_permissive, licence
from release._project import Project
from release._sbom import Built, sbom

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "run.txt"
WHEEL = Built(name="persium-1-py3-none-any.whl", sha256="0" * 64, epoch=1_800_000_000)


def made(wheel: Built = WHEEL) -> dict[str, Any]:
    """The SBOM of *wheel*, read."""
    document: dict[str, Any] = json.loads(sbom(Project.read(ROOT), lock=LOCK, wheel=wheel))
    return document


def test_sbom_is_valid() -> None:
    """It follows CycloneDX 1.6's own schema, with nothing beside it."""
    text = sbom(Project.read(ROOT), lock=LOCK, wheel=WHEEL)

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_sbom_names_the_run_time_and_nothing_else() -> None:
    """Each package that is needed to run is there once, with version, licence, purl and hashes."""
    components = made()["components"]

    pins = _lock.tree(_lock.read(LOCK))
    assert [one["name"] for one in components] == list(pins)
    assert set(Project.read(ROOT).requires) <= set(pins)
    assert not {"hatchling", "editables", "pytest"} & set(pins)
    for one, pin in zip(components, pins.values(), strict=True):
        said = [word["value"] for word in one["properties"] if word["name"] == "persium:sha256"]
        assert one["purl"] == f"pkg:pypi/{pin.name}@{pin.version}"
        assert one["version"] == pin.version
        assert one["licenses"]
        assert sorted(said) == sorted(pin.hashes)


def test_sbom_says_who_needs_what() -> None:
    """Persium needs what pyproject.toml asks for, and httpx needs httpcore."""
    document = made()
    needs = {one["ref"]: one.get("dependsOn", []) for one in document["dependencies"]}
    names = {one["bom-ref"]: one["name"] for one in document["components"]}

    own = {names[ref] for ref in needs[document["metadata"]["component"]["bom-ref"]]}
    (httpx,) = [ref for ref, name in names.items() if name == "httpx"]
    assert own == set(Project.read(ROOT).requires)
    assert {"anyio", "certifi", "httpcore", "idna"} == {names[ref] for ref in needs[httpx]}


def test_sbom_names_the_wheel_and_the_ranges() -> None:
    """It belongs to one file, by its hash; a range is said beside the tested version."""
    document = made()
    httpx = next(one for one in document["components"] if one["name"] == "httpx")

    wheel = document["metadata"]["component"]
    assert wheel["hashes"] == [{"alg": "SHA-256", "content": WHEEL.sha256}]
    assert document["metadata"]["timestamp"] == "2027-01-15T08:00:00+00:00"
    assert {"name": "persium:requires", "value": "<0.29,>=0.28.1"} in httpx["properties"]


def test_sbom_depends_on_its_arguments_only() -> None:
    """The same wheel gives the same text; another wheel gives another serial number."""
    other = Built(name=WHEEL.name, sha256="1" * 64, epoch=WHEEL.epoch)

    assert made() == made()
    assert made()["serialNumber"] != made(other)["serialNumber"]


def test_run_time_licences_are_permissive() -> None:
    """Whoever ships persium ships no duty to publish code; the one exception is data."""
    refused = {
        name: licence(pin)
        for name, pin in _lock.tree(_lock.read(LOCK)).items()
        if not is_permissive(name, licence(pin))
    }

    assert refused == {}
    assert set(EXCEPTIONS) <= set(_lock.read(LOCK))


@pytest.mark.parametrize(
    ("name", "expression", "allowed"),
    [
        ("six", "MIT", True),
        ("packaging", "Apache-2.0 OR BSD-2-Clause", True),
        ("choice", "MIT OR GPL-3.0-only", True),
        ("both", "MIT AND GPL-3.0-only", False),
        ("other", "MPL-2.0", False),
        ("certifi", "MPL-2.0", True),
        ("certifi", "GPL-3.0-only", False),
    ],
)
def test_permissive(name: str, expression: str, *, allowed: bool) -> None:
    """A choice with one permissive licence is fine; an exception is for one package and licence."""
    assert is_permissive(name, expression) is allowed


def test_licence_belongs_to_the_locked_version() -> None:
    """A stale environment is not asked about a version that it does not have."""
    pin = _lock.read(LOCK)["httpx"]
    other = _lock.Pin(name="httpx", version="0", marker="", hashes=pin.hashes, via=pin.via)

    assert licence(pin) == "BSD-3-Clause"
    with pytest.raises(ValueError, match="locked 0, installed"):
        licence(other)


def test_licence_has_to_be_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package without a licence is refused, and a spoken one becomes SPDX."""
    for name, line in (("silent", ""), ("spoken", "License: Apache 2.0\n")):
        folder = tmp_path / f"{name}-1.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{line}")
    monkeypatch.syspath_prepend(tmp_path)
    silent, spoken = (
        _lock.Pin(name=name, version="1", marker="", hashes=(), via=frozenset())
        for name in ("silent", "spoken")
    )

    assert licence(spoken) == "Apache-2.0"
    with pytest.raises(ValueError, match="does not say its licence"):
        licence(silent)
