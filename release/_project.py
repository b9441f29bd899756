"""What pyproject.toml says of the project."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from attrs import frozen
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@frozen(kw_only=True)
class Project:
    """The project.

    Attributes:
        requires: The versions that it asks for at run time, by the package's name.
        groups: What its dependency groups ask for, by the group's name; included ones are not in.
    """

    name: str
    version: str
    description: str
    licence: str
    requires: Mapping[str, str]
    groups: Mapping[str, tuple[Requirement, ...]]

    @classmethod
    def read(cls, root: Path) -> Self:
        """Read the project in the folder *root*."""
        document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        project: dict[str, Any] = document["project"]
        asked = [Requirement(line) for line in project["dependencies"]]
        groups: dict[str, list[Any]] = document["dependency-groups"]
        return cls(
            name=project["name"],
            version=project["version"],
            description=project["description"],
            licence=project["license"],
            requires={canonicalize_name(one.name): str(one.specifier) for one in asked},
            groups={
                name: tuple(Requirement(line) for line in lines if isinstance(line, str))
                for name, lines in groups.items()
            },
        )
