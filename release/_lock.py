"""A lock as uv writes it: what is pinned, by which hashes, and who asked for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

PROJECT: Final = "persium (pyproject.toml)"
_PIN: Final = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\\n]+?))?"
    r"(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)"
    r"(?P<via>(?:\n    # .*)*)"
)


@frozen(kw_only=True)
class Pin:
    """One package of a lock.

    Attributes:
        marker: Where it is needed (PEP 508); "" is everywhere.
        hashes: SHA-256 of every file that may be installed, in hexadecimal.
        via: Who asks for it: names of packages, or ``PROJECT``.
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    via: frozenset[str]


def read(path: Path) -> dict[str, Pin]:
    """Return what the lock at *path* pins, by name.

    Raises:
        ValueError: A line is neither a pin, a hash nor a comment, or a pin has no hash.
    """
    text = path.read_text(encoding="utf-8")
    pins = [_pin(block) for block in re.split(r"\n(?=\S)", text.rstrip())]
    return {pin.name: pin for pin in pins}


def _pin(block: str) -> Pin:
    found = _PIN.fullmatch(block)
    if found is None:
        raise ValueError(f"not a hashed pin: {block!r}")
    via = (line.strip(" #").removeprefix("via").strip() for line in found["via"].splitlines())
    return Pin(
        name=found["name"],
        version=found["version"],
        marker=found["marker"] or "",
        hashes=tuple(re.findall(r"sha256:(\w+)", found["hashes"])),
        via=frozenset(via) - {""},
    )


def tree(pins: Mapping[str, Pin], root: str = PROJECT) -> dict[str, Pin]:
    """Return what *root* needs, directly or not, by name and in order."""
    found: dict[str, Pin] = {}
    wanted = list(children(pins, root))
    while wanted:
        pin = wanted.pop()
        if pin.name not in found:
            found[pin.name] = pin
            wanted.extend(children(pins, pin.name))
    return dict(sorted(found.items()))


def children(pins: Mapping[str, Pin], name: str) -> Iterator[Pin]:
    """What *name* asks for itself."""
    return (pin for pin in pins.values() if name in pin.via)
