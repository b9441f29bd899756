"""Descriptions of the document as docstrings: untrusted text, escaped and wrapped."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from typing import Final

from openapi_python_client.strings import safe_for_docstring

WIDTH: Final = 100
_BLOCK: Final = re.compile(r"\s*(?:[-*+|>#]|\d+[.)]|```)")


def wrapped(text: str, *, indent: int, hanging: int = 0) -> str:
    """Wrap *text* to ``WIDTH`` columns; every line but the first is indented by *indent* spaces.

    Paragraphs, lists and tables of Markdown are kept. *hanging* more spaces indent every line
    after the first, as in an ``Args`` section.
    """
    margin = " " * (indent + hanging)
    paragraphs = [
        "\n".join(_block(block, room=WIDTH - len(margin)) for block in _blocks(paragraph))
        for paragraph in re.split(r"\n\s*\n", safe(text).strip())
    ]
    return "\n\n".join(paragraphs).replace("\n", f"\n{margin}").replace(f"\n{margin}\n", "\n\n")


def sentence(text: str) -> str:
    """Return *text* with a full stop at its end, so that it cannot end with a quote."""
    text = text.strip()
    return text if text.endswith(".") else f"{text}."


def safe(text: str) -> str:
    r"""Escape *text* for a docstring; remove invisible characters (control, bidirectional)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    visible = "".join(c for c in plain if c == "\n" or unicodedata.category(c) not in _INVISIBLE)
    return safe_for_docstring(visible)


_INVISIBLE: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _blocks(paragraph: str) -> list[str]:
    """Split a paragraph into list items, table rows and runs of plain lines."""
    blocks: list[str] = []
    for line in paragraph.splitlines():
        if not blocks or _BLOCK.match(line) or blocks[-1].lstrip().startswith("|"):
            blocks.append(line.rstrip())
        else:
            blocks[-1] = f"{blocks[-1]} {line.strip()}"
    return blocks


def _block(block: str, *, room: int) -> str:
    if block.lstrip().startswith("|"):
        return block
    marker = re.match(r"\s*(?:[-*+]|\d+[.)])\s+", block)
    return textwrap.fill(
        block,
        room,
        subsequent_indent=" " * len(marker.group()) if marker else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
