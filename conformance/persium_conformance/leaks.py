"""Searches the output of a subject for the secret and tokens, in the usual encodings."""

from __future__ import annotations

import os
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

PROCESSES: Final = Path("/proc")
MAX_FILE: Final = 64 * 1024**2
"""Bytes of a file that are searched."""


def encodings(marker: str) -> Iterator[bytes]:
    """Yield *marker* in each encoding.

    It consists of letters and digits, which percent, form, JSON and source-code encoding do not
    change. Base64 has three forms, which depend on the number of bytes before it.
    """
    raw = marker.encode()
    yield from (raw, raw.hex().encode(), raw.hex().upper().encode())
    yield from (marker.encode("utf-16-le"), marker.encode("utf-16-be"))
    for before in range(3):
        whole = (before + len(raw)) * 4 // 3  # characters that depend on the marker only
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(bytes(before) + raw)[(0, 2, 3)[before] : whole]


def find_leaks(markers: Mapping[str, str], locations: Mapping[str, bytes]) -> list[str]:
    """Return a description of each marker that a location contains, both by name."""
    return [
        f"{name} in {location}"
        for name, marker in markers.items()
        for location, content in locations.items()
        if any(encoded in content for encoded in encodings(marker))
    ]


def files(folder: Path) -> dict[str, bytes]:
    """Return the path and the content of each file in *folder*, by name."""
    return {
        f"the file {path.relative_to(folder)}": str(path).encode() + b"\n" + _beginning(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE)


def command_lines(group: int) -> set[bytes]:
    """Return the command lines of the processes of *group*, as ``/proc`` shows them."""
    lines: set[bytes] = set()
    for process in PROCESSES.glob("[0-9]*"):
        with suppress(OSError):  # the process may end meanwhile
            if os.getpgid(int(process.name)) == group:
                lines.add((process / "cmdline").read_bytes().replace(b"\0", b" "))
    return lines
