"""Generators and their commands: ``target.toml`` in each folder beside this module."""

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
        folder: Contains settings, pinned versions and a program.
        document: The form of the document that the generator needs.
        keep: Files that stay in the build folder between runs.
        install: Commands that install the pinned packages.
        call: The command that runs the program.
        needs: The minimum version of each tool; empty for any.
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
        """The name for ``--only``."""
        return self.folder.name


def read(folder: Path) -> Target:
    """Read ``target.toml``.

    Raises:
        ValueError: A member is unknown or missing, or there is no such document.
    """
    source = folder / "target.toml"
    members: dict[str, Any] = tomllib.loads(source.read_text("utf-8"))
    for name in ("install", "generate", "build"):
        members[name] = tuple(tuple(command) for command in members.get(name, ()))
    for name in ("keep", "call"):
        members[name] = tuple(members.get(name, ()))
    if members.get("document") not in DOCUMENTS:
        raise ValueError(f"{source}: document must be one of {', '.join(DOCUMENTS)}")
    try:
        return Target(folder=folder, **members)
    except TypeError as error:
        raise ValueError(f"{source}: {error}") from error


def targets(root: Path = HERE) -> list[Target]:
    """Read every target, sorted by name."""
    return [read(source.parent) for source in sorted(root.glob("*/target.toml"))]
