"""Text for terminals and pipes."""

from __future__ import annotations

import io
import json

import pytest

from persium_ext.cli.output import as_json, as_table, harmless, write


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Acme Corp é 工", "Acme Corp é 工", id="text stays"),
        pytest.param("\x1b]0;a\x07", r"\x1b]0;a\x07", id="escape"),
        pytest.param("a\nb\tc\r", r"a\x0ab\x09c\x0d", id="lines"),
        pytest.param("\x9b\x7f", r"\x9b\x7f", id="C1 and DEL"),
        pytest.param("\u202e\u2066\u200f", r"\u202e\u2066\u200f", id="direction"),
        pytest.param("\u2028", r"\u2028", id="line separator"),
        pytest.param("\U000e0041", r"\U000e0041", id="tag"),
        pytest.param("\ud800", r"\ud800", id="half a character"),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    """What a terminal might act on is shown instead."""
    assert harmless(text) == shown


def test_table() -> None:
    """Values stand below each other; those that are no text are JSON."""
    assert (
        as_table({"a": "x", "long": None, "n": [True, 1]}) == "a     x\nlong  null\nn     [true, 1]"
    )
    assert as_table({}) == ""


def test_json_is_harmless() -> None:
    """JSON has no control character, and says the same."""
    fields = {"a": "\x1b\x7f\x9b\u202e\n"}

    assert as_json(fields).isascii()
    assert as_json(fields).isprintable()
    assert json.loads(as_json(fields)) == fields


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        pytest.param("ascii", rb"caf\xe9 \u5de5", id="ascii"),
        pytest.param("latin-1", b"caf\xe9 \\u5de5", id="latin-1"),
        pytest.param("utf-8", "café 工".encode(), id="utf-8"),
    ],
)
def test_write(encoding: str, written: bytes) -> None:
    """What an encoding does not have is escaped, never an error."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")

    write(stream, "café 工")
    stream.flush()

    assert raw.getvalue() == written + b"\n"


def test_write_to_memory() -> None:
    """A stream without an encoding takes everything."""
    stream = io.StringIO()

    write(stream, "café 工")

    assert stream.getvalue() == "café 工\n"
