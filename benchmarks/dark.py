"""Plots that are readable on a light and on a dark page: SVG with variables for colours."""

from __future__ import annotations

import re
from typing import Final

DARK: Final = {
    "#000000": "#e2e6ee",
    "#1f5fa8": "#7aaef5",
    "#b4532a": "#f0946b",
    "#4f7d3a": "#8fc877",
    "#7a5195": "#c79ae3",
    "#8a6d1d": "#d9b85a",
    "#2a8a8a": "#5cc7c7",
    "#6b6b6b": "#a8a8a8",
    "#b8bec6": "#5d6673",
    "#555555": "#aaaaaa",
    "#eeeeee": "#3a404a",
}
"""The colour on a dark page for each one on a light page."""
_COLOUR: Final = re.compile('#[0-9a-f]{6}(?=[;"])')


def adapted(svg: str) -> str:
    """Return a plot of matplotlib without its white ground, whose colours follow the page.

    A picture in a page knows what the system prefers, as the site does.

    Raises:
        KeyError: A colour has none for a dark page.
    """
    svg = svg.replace("fill: #ffffff", "fill: none")
    used = sorted({*_COLOUR.findall(svg), "#000000"})
    light = " ".join(f"{_name(colour)}: {colour};" for colour in used)
    dark = " ".join(f"{_name(colour)}: {DARK[colour]};" for colour in used)
    style = (
        f"svg {{ color-scheme: light dark; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ svg {{ {dark} }} }}\n"
        f"text {{ fill: var({_name('#000000')}) }}\n"
    )
    svg = _COLOUR.sub(lambda found: f"var({_name(found[0])})", svg)
    return svg.replace('<style type="text/css">', f'<style type="text/css">{style}', 1)


def _name(colour: str) -> str:
    return f"--c{colour[1:]}"
