"""What forbids a release: its tag, its heading in the changelog, or a placeholder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_ADDRESSES: Final = ("pyproject.toml", "persium_ext/_version.py", "SECURITY.md", "openapi.yaml")
"""Files with addresses that errors, the package index and the API description send people to."""
_PLACEHOLDER: Final = re.compile(r"\w\.example(?![\w-]|\.\w)")
"""A host that nobody can register (RFC 2606, section 2)."""


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
    return [*reasons, *_placeholders(root)]


def _placeholders(root: Path) -> Iterator[str]:
    """Yield a reason for each file that has a placeholder in place of an address."""
    for name in _ADDRESSES:
        lines = (root / name).read_text(encoding="utf-8").splitlines()
        found = [str(number) for number, line in enumerate(lines, 1) if _PLACEHOLDER.search(line)]
        if found:
            yield f"{name} has a placeholder (….example) in line {', '.join(found)}: write the host"
