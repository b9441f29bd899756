"""Plots on a light and on a dark page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.dark import DARK, adapted

DOCS = Path(__file__).parents[2] / "docs"
PLAIN = """<svg><defs><style type="text/css">*{}</style></defs>
<path style="fill: #ffffff"/><path style="stroke: #1f5fa8; fill: none"/><text>ms</text></svg>"""


def test_colours_follow_the_page() -> None:
    """A colour is a variable, which a dark page sets; so is that of text without one."""
    svg = adapted(PLAIN)

    assert '<path style="stroke: var(--c1f5fa8); fill: none"/>' in svg
    assert (
        f"dark) {{ svg {{ --c000000: {DARK['#000000']}; --c1f5fa8: {DARK['#1f5fa8']}; }} }}" in svg
    )
    assert "text { fill: var(--c000000) }" in svg


def test_white_ground_is_left_out() -> None:
    """What is behind the plot is the page."""
    assert '<path style="fill: none"/>' in adapted(PLAIN)


def test_colour_that_a_dark_page_lacks() -> None:
    """A new colour needs one for dark pages."""
    with pytest.raises(KeyError, match="#123456"):
        adapted(PLAIN.replace("#1f5fa8", "#123456"))


@pytest.mark.parametrize(
    "plot", [*DOCS.glob("*/*.svg")], ids=lambda path: path.name if isinstance(path, Path) else ""
)
def test_plots_of_the_pages(plot: Path) -> None:
    """The plots that are on pages are adapted: no colour stands outside of their variables."""
    svg = plot.read_text("utf-8")

    assert "prefers-color-scheme: dark" in svg
    assert re.findall("(?:fill|stroke): #", svg) == []
