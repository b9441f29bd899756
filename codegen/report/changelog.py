"""Draft entries in a changelog, for the maintainer to edit."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH: Final = 128
_GROUP: Final = "**Changes of the API**"
_HEADING: Final = re.compile(r"^## ", re.MULTILINE)


def with_drafts(text: str, lines: Iterable[str]) -> str:
    """Return *text* with each of *lines* as an entry of its unreleased version.

    Lines that the version has already are left out, and nothing that it has is changed. If the
    newest version is released, a new one is started.
    """
    start, end = _newest(text)
    if "unreleased" not in text[start:end].partition("\n")[0].lower():
        text = f"{text[:start].rstrip()}\n\n## Unreleased\n\n{text[start:]}"
        start, end = _newest(text)
    section = text[start:end].rstrip()
    known = " ".join(section.split())
    drafts = [line for line in dict.fromkeys(lines) if line not in known]
    if not drafts:
        return text
    head, _, entries = section.partition(_GROUP)
    added = "\n".join(_entry(line) for line in drafts)
    section = f"{head.rstrip()}\n\n{_GROUP}\n\n{added}\n{entries.lstrip()}".rstrip()
    return f"{text[:start]}{section}\n\n{text[end:]}".rstrip() + "\n"


def _newest(text: str) -> tuple[int, int]:
    """Return where the newest version begins and ends."""
    found = [match.start() for match in _HEADING.finditer(text)]
    return (*found, len(text), len(text))[0], (*found[1:], len(text))[0]


def _entry(line: str) -> str:
    return textwrap.fill(
        line,
        WIDTH,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
