"""A generator and what it takes: the ``target.toml`` of a folder beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from attrs import field, frozen

HERE: Final = Path(__file__).resolve().parent
DOCUMENTS: Final = ("whole", "without-token")

Command = tuple[str, ...]


@frozen(kw_only=True)
class Target:
    """One generator.

    Attributes:
        folder: Its settings, pins and program.
        document: Which form of the document it takes.
        keep: What stays in the build folder from one run to the next.
        install: Commands that bring what the manifests pin.
        call: The command that runs the program.
        needs: The least version of each tool, empty for any.
    """

    folder: Path
    language: str
    generator: str
    document: Literal["whole", "without-token"]
    keep: tuple[str, ...] = ()
    install: tuple[Command, ...] = ()
    generate: tuple[Command, ...]
    build: tuple[Command, ...]
    call: Command
    needs: Mapping[str, str] = field(factory=dict[str, str])

    @property
    def name(self) -> str:
        """What ``--only`` takes."""
        return self.folder.name


def read(folder: Path) -> Target:
    """Read ``target.toml``.

    Raises:
        ValueError: It has a member too many or too few, or names no such document.
    """
    source = folder / "target.toml"
    members: dict[str, Any] = tomllib.loads(source.read_text("utf-8"))
    for name in ("install", "generate", "build"):
        members[name] = tuple(tuple(command) for command in members.get(name, ()))
    for name in ("keep", "call"):
        members[name] = tuple(members.get(name, ()))
    if members.get("document") not in DOCUMENTS:
        raise ValueError(f"{source}: document has to be one of {', '.join(DOCUMENTS)}")
    try:
        return Target(folder=folder, **members)
    except TypeError as error:
        raise ValueError(f"{source}: {error}") from error


def targets(root: Path = HERE) -> list[Target]:
    """Read every target, in the order of their names."""
    return [read(source.parent) for source in sorted(root.glob("*/target.toml"))]
