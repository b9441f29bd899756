"""The page of recipes and the folder agree."""

from __future__ import annotations

import re
from pathlib import Path

from .conftest import RECIPES

PAGE = Path(__file__).parents[2] / "docs" / "recipes.md"
FILES = sorted(RECIPES.glob("*.py"))


def test_recipes_are_listed() -> None:
    """The page links each recipe."""
    linked = re.findall(r"\]\(\.\./examples/python/(\w+\.py)\)", PAGE.read_text(encoding="utf-8"))

    assert sorted(set(linked)) == [file.name for file in FILES]


def test_recipes_are_short() -> None:
    """A recipe has at most 60 lines: it is read before it is copied."""
    assert [f.name for f in FILES if len(f.read_text(encoding="utf-8").splitlines()) > 60] == []
