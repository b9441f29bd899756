"""Where a secret or a token was found, in any usual encoding."""

from __future__ import annotations

import os
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

PROCESSES: Final = Path("/proc")


def spellings(core: str) -> Iterator[bytes]:
    """Yield *core* as it may stand in bytes.

    It is letters and digits, so that percent, form, JSON and source-code encodings leave it as it
    is. Base64 has it in three ways, by where it begins.
    """
    raw = core.encode()
    yield from (raw, raw.hex().encode(), raw.hex().upper().encode())
    yield from (core.encode("utf-16-le"), core.encode("utf-16-be"))
    for before in range(3):
        whole = (before + len(raw)) * 4 // 3  # characters that the core alone decides
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(bytes(before) + raw)[(0, 2, 3)[before] : whole]


def found(cores: Mapping[str, str], places: Mapping[str, bytes]) -> list[str]:
    """Say what stands where: *cores* by name, *places* by name."""
    return [
        f"{what} in {where}"
        for what, core in cores.items()
        for where, content in places.items()
        if any(word in content for word in spellings(core))
    ]


def files(folder: Path) -> dict[str, bytes]:
    """Return what was left in *folder*: each file's content, and its name."""
    return {
        f"the file {path.relative_to(folder)}": str(path).encode() + b"\n" + path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def arguments(group: int) -> set[bytes]:
    """Return the command lines of the processes of *group*, where ``/proc`` tells."""
    lines: set[bytes] = set()
    for process in PROCESSES.glob("[0-9]*"):
        with suppress(OSError):  # it may end meanwhile
            if os.getpgid(int(process.name)) == group:
                lines.add((process / "cmdline").read_bytes().replace(b"\0", b" "))
    return lines
