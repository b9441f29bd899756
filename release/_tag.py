"""The comparison of the tag of a release with its version and its heading in the changelog."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path


def complaints(tag: str, *, root: Path) -> list[str]:
    """Return the reasons why *tag* can't be released from the folder *root*."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version: str = project["version"]
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(r"^## (.+)$", changelog, flags=re.MULTILINE)
    heading = found[1] if found else ""
    reasons: list[str] = []
    if tag != f"v{version}":
        reasons.append(f"the tag is {tag}, but pyproject.toml has {version}: expected v{version}")
    if not re.fullmatch(rf"{re.escape(version)} \(\d{{4}}-\d\d-\d\d\)", heading):
        expected = f"expected '{version} (YYYY-MM-DD)'"
        reasons.append(f"the newest heading in CHANGELOG.md is {heading!r}: {expected}")
    return reasons
