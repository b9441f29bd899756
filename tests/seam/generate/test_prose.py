"""Descriptions become docstrings: wrapped, with their Markdown unchanged."""

from __future__ import annotations

import pytest

from codegen.generate.prose import safe, sentence, wrapped

LONG = " ".join(["word"] * 30)


def test_paragraphs_lists_and_tables_stay() -> None:
    """Lines of a paragraph flow together; items hang; a table is left alone."""
    row = f"| {LONG} |"
    text = f"One\ntwo\n\n- {LONG}\n  more\n2. second\n\n{row}\n| b |"

    lines = wrapped(text, indent=4).splitlines()

    assert lines[:2] == ["One two", ""]
    assert lines[2].startswith("    - word")
    assert lines[3].startswith("      word")
    assert lines[3].endswith("more")
    assert lines[4] == "    2. second"
    assert lines[-2:] == [f"    {row}", "    | b |"]


def test_width() -> None:
    """No line but a table's or a long word's is wider than 100 columns."""
    lines = ("        " + wrapped(f"{LONG} {LONG}", indent=8, hanging=4)).splitlines()

    assert [len(line) > 100 for line in lines] == [False] * len(lines)
    assert lines[1].startswith(" " * 12 + "word")


@pytest.mark.parametrize(
    ("text", "ended"), [("A", "A."), ("A. ", "A."), ('Say "hi"', 'Say "hi".'), ("", ".")]
)
def test_sentences_end(text: str, ended: str) -> None:
    """A docstring never ends with a quote."""
    assert sentence(text) == ended


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ('"""', '\\"\\"\\"'),
        ("\\n", "\\\\n"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\u202ea\x00\u2028b", "ab"),
    ],
)
def test_text_is_made_harmless(text: str, harmless: str) -> None:
    """Quotes and backslashes are escaped, invisible characters are removed."""
    assert safe(text) == harmless
