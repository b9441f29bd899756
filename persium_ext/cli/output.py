"""Prints text safely: for a terminal, and for a pipe of any encoding."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TextIO


class OutputLostError(Exception):
    """The output could not be written: a closed pipe, a full disk."""


def harmless(text: str) -> str:
    r"""Escape what a terminal might act on, as ``\x1b`` or ``\u202e``.

    That is: control characters, line breaks, and what changes the direction of writing. Spaces of
    any width stay, as in French and Japanese names.
    """
    return "".join(c if _is_harmless(c) else _escaped(ord(c)) for c in text)


def as_table(fields: Mapping[str, object]) -> str:
    """Format names and values in two columns."""
    rows = [(harmless(name), harmless(_shown(value))) for name, value in fields.items()]
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:{width}}  {value}" for name, value in rows)


def as_json(fields: Mapping[str, object]) -> str:
    """Format one JSON object on one line, in ASCII, without any control character."""
    return json.dumps(fields).replace("\x7f", "\\u007f")


def write(stream: TextIO, text: str) -> None:
    """Write a line; characters that the stream's encoding lacks are escaped.

    Raises:
        OutputLostError: The pipe is closed, or the disk is full.
    """
    encoding = stream.encoding or "utf-8"  # StringIO has none
    with _output():
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def write_bytes(stream: TextIO, content: bytes) -> None:
    """Write the bytes of a file: UTF-8 with its own line ends, whatever the stream's encoding is.

    Raises:
        OutputLostError: The pipe is closed, or the disk is full.
    """
    with _output():
        stream.flush()
        stream.buffer.write(content)


def flush(stream: TextIO) -> None:
    """Flush what was written so far.

    Raises:
        OutputLostError: The pipe is closed, or the disk is full.
    """
    with _output():
        stream.flush()


@contextmanager
def _output() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise OutputLostError from error


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_harmless(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escaped(point: int) -> str:
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
