"""A CycloneDX 1.6 SBOM: what persium needs to run, in the versions that a release is tested with.

It stands beside the wheel, not in it: an SBOM in a wheel (PEP 770) tells what the wheel contains,
and ours contains nothing of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from attrs import frozen
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from release import _lock
from release._licences import licence
from release._lock import Pin
from release._project import Project

EARLIEST: Final = 1580601600
"""The time of builds that are told none, in seconds since 1970: hatchling's own."""


@frozen(kw_only=True)
class Built:
    """A wheel.

    Attributes:
        sha256: Of the file, in hexadecimal.
        epoch: When it was built, in seconds since 1970.
    """

    name: str
    sha256: str
    epoch: int = EARLIEST


def sbom(project: Project, *, lock: Path, wheel: Built) -> str:
    """Return the SBOM as JSON; the same arguments give the same text."""
    pins = _lock.read(lock)
    bom = Bom(metadata=_metadata(project, wheel))
    parts = {name: _component(pin, project) for name, pin in _lock.tree(pins).items()}
    bom.components.update(parts.values())
    _connect(bom, parts, pins)
    bom.serial_number = uuid5(NAMESPACE_URL, f"{wheel.name}#{wheel.sha256}")
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _metadata(project: Project, wheel: Built) -> BomMetaData:
    purl = PackageURL("pypi", name=project.name, version=project.version)
    component = Component(
        type=ComponentType.LIBRARY,
        name=project.name,
        version=project.version,
        description=project.description,
        bom_ref=purl.to_string(),
        purl=purl,
        licenses=[LicenseFactory().make_from_string(project.licence)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=wheel.sha256)],
        properties=[Property(name="persium:file", value=wheel.name)],
    )
    return BomMetaData(
        component=component,
        timestamp=datetime.fromtimestamp(wheel.epoch, UTC),
        lifecycles=[PredefinedLifecycle(LifecyclePhase.BUILD)],
    )


def _component(pin: Pin, project: Project) -> Component:
    purl = PackageURL("pypi", name=pin.name, version=pin.version)
    said = {"requires": project.requires.get(pin.name), "marker": pin.marker}
    return Component(
        type=ComponentType.LIBRARY,
        name=pin.name,
        version=pin.version,
        scope=ComponentScope.OPTIONAL if pin.marker else ComponentScope.REQUIRED,
        bom_ref=purl.to_string(),
        purl=purl,
        licenses=[LicenseFactory().make_from_string(licence(pin))],
        properties=[
            *(
                Property(name=f"persium:{name}", value=value)
                for name, value in said.items()
                if value
            ),
            *(Property(name="persium:sha256", value=value) for value in pin.hashes),
        ],
    )


def _connect(bom: Bom, parts: Mapping[str, Component], pins: Mapping[str, Pin]) -> None:
    root = bom.metadata.component
    assert root is not None  # noqa: S101  # `_metadata` sets it
    bom.register_dependency(root, [parts[pin.name] for pin in _lock.children(pins, _lock.PROJECT)])
    for name, part in parts.items():
        bom.register_dependency(part, [parts[pin.name] for pin in _lock.children(pins, name)])
