"""``persium explain``: sections of the Troubleshooting page, which is part of the package."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Final

from persium_ext._version import DOCUMENTATION

from .output import write
from .report import UsageError

_NAME: Final = "troubleshooting"
_SECTION: Final = re.compile(r'^<a id="([^"]+)"></a>\n## (.+)\n', re.MULTILINE)
_LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)]*)\)")
_HEAD: Final = re.compile(r"^\|.*\n\|[- |]+\|\n", re.MULTILINE)
_ROW: Final = re.compile(r"^\| (.*) \|$", re.MULTILINE)


def explain(args: Namespace) -> None:
    """Print the section that an error refers to; without a name, the names of all.

    Raises:
        UsageError: There is no such section.
    """
    text = _page()
    names = {found[1]: found[2] for found in _SECTION.finditer(text)}
    if args.name is None:
        lines = [f"{name:28}{title}" for name, title in names.items()]
    else:
        lines = [_plain(_section(text, args.name, list(names)))]
    write(sys.stdout, "\n".join(lines))


def _page() -> str:
    """Return the page: of the package, else of the folder that has its source."""
    packaged = resources.files("persium_ext") / f"{_NAME}.md"
    source = Path(__file__).parents[2] / "docs" / f"{_NAME}.md"
    return (packaged if packaged.is_file() else source).read_text(encoding="utf-8")


def _section(text: str, wanted: str, names: list[str]) -> str:
    """Return the section with the name *wanted*, or about the class of error of that name."""
    _, *parts = _SECTION.split(text)
    sections = {
        name: f"{title}\n{'=' * len(title)}\n{body}"
        for name, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    }
    name = wanted.rpartition("#")[2]
    about = [found for found, body in sections.items() if f"`{name}`" in body] or _of_status(name)
    if name in sections or about:
        return sections.get(name) or sections[about[0]]
    likely = get_close_matches(re.sub("(?<=[a-z])(?=[A-Z])", "-", name).lower(), names, n=1)
    hint = f"did you mean {likely[0]}?" if likely else f"there are {', '.join(names)}"
    raise UsageError("no such section", hint=hint)


def _of_status(name: str) -> list[str]:
    """Return the section of the class *name*, if the page does not have its status."""
    from persium_ext import errors  # noqa: PLC0415  # the other commands start faster without it

    kind: object = getattr(errors, name, None)
    return (
        ["api-status"] if isinstance(kind, type) and issubclass(kind, errors.ApiStatusError) else []
    )


def _plain(section: str) -> str:
    """Return Markdown as text for a terminal: links with their addresses, table rows as items."""
    text = _LINK.sub(_address, section)
    text = _ROW.sub(lambda row: "- " + row[1].replace(" | ", "\n    "), _HEAD.sub("", text))
    return text.strip()


def _address(link: re.Match[str]) -> str:
    page, _, anchor = link[2].partition("#")
    if not page:
        return f"{link[1]} (persium explain {anchor})"
    return f"{link[1]} ({DOCUMENTATION}/{page.removesuffix('.md')}{anchor and '#'}{anchor})"
