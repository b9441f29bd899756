"""The pages of the project, as the tests read them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
"""The pages whose samples run."""

ALL = [
    *PAGES,
    *(ROOT / name / "README.md" for name in ("conformance", "generated")),
    *sorted((ROOT / "examples").glob("*/README.md")),
]


def name_of(page: Path) -> str:
    """Return the path of *page* in the project."""
    return page.relative_to(ROOT).as_posix()


def without_code(page: Path) -> str:
    """Return the text of *page* without its code blocks."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
