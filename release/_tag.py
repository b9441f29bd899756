"""A release's tag, its version and its heading in the changelog are one."""

from __future__ import annotations

import re
from pathlib import Path

from release._project import Project


def complaints(tag: str, *, root: Path) -> list[str]:
    """Return why *tag* can't be released from the folder *root*; nothing if it can."""
    version = Project.read(root).version
    heading = newest_heading((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    found: list[str] = []
    if tag != f"v{version}":
        found.append(
            f"the tag is {tag}, and pyproject.toml says {version}: it has to be v{version}"
        )
    if not re.fullmatch(rf"{re.escape(version)} \(\d{{4}}-\d\d-\d\d\)", heading):
        found.append(
            f"CHANGELOG.md starts with {heading!r}: it has to be '{version} (year-month-day)'"
        )
    return found


def newest_heading(changelog: str) -> str:
    """Return the first version's heading, without its ``##``; "" if there is none."""
    found = re.search(r"^## (.+)$", changelog, flags=re.MULTILINE)
    return found[1] if found else ""
