"""What zensical reads: pages with links for the site, navigation and llms.txt from one list."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from website.stage import ROOT, filled, linked, listed, stage

INDEX = (ROOT / "docs" / "index.md").read_text("utf-8")
NAMES = {"docs/guide.md": "guide.md", "CHANGELOG.md": "changelog.md"}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The configuration of the site."""
    path = stage(tmp_path_factory.mktemp("staged"))
    project: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))["project"]
    return project


def test_every_page_is_listed() -> None:
    """Each page of docs/ is in the list of docs/index.md, and so on the site and in llms.txt."""
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}

    assert pages - {page.source for page in listed(INDEX)} == {"docs/index.md"}


def test_navigation_has_every_page(config: dict[str, Any]) -> None:
    """The start comes first; the sections are the headings of the list."""
    first, *sections = config["nav"]

    assert first == {"Overview": "index.md"}
    assert [page for section in sections for [pages] in [section.values()] for page in pages] == [
        {page.title: page.name} for page in listed(INDEX)
    ]


def test_llms_has_a_line_for_each_page(config: dict[str, Any]) -> None:
    """Each page stands in llms.txt with its summary."""
    sections = config["plugins"]["llmstxt"]["sections"]

    assert [entry for entries in sections.values() for entry in entries] == [
        {page.name: page.summary} for page in listed(INDEX)
    ]


@pytest.mark.parametrize(
    ("link", "there"),
    [
        pytest.param("guide.md", "guide.md", id="a page"),
        pytest.param("guide.md#retries", "guide.md#retries", id="a heading of a page"),
        pytest.param("../CHANGELOG.md", "changelog.md", id="a page of another folder"),
        pytest.param("../spec/page.html", "https://source.example/spec/page.html", id="a file"),
        pytest.param("new.md#a", "https://source.example/docs/new.md#a", id="a page not listed"),
        pytest.param("performance/tasks.svg", "performance/tasks.svg", id="a picture"),
        pytest.param("#here", "#here", id="this page"),
        pytest.param("https://persium.example/a", "https://persium.example/a", id="a URL"),
    ],
)
def test_link_leads_somewhere(link: str, there: str) -> None:
    """A link to what is not on the site leads to the source."""
    text = linked(
        f"[a]({link})", source="docs/cli.md", names=NAMES, elsewhere="https://source.example"
    )

    assert text == f"[a]({there})"


def test_code_is_left_alone() -> None:
    """Links in code blocks are code."""
    text = "[a](../x)\n\n```md\n[a](../x)\n```\n"

    shown = linked(text, source="docs/cli.md", names={}, elsewhere="https://source.example")

    assert shown == "[a](https://source.example/x)\n\n```md\n[a](../x)\n```\n"


def test_marks_are_filled() -> None:
    """The table and the reference replace their marks, and nothing else changes."""
    assert filled("a\n") == "a\n"
    assert "| `timeout` |" in filled("<!-- options -->\n")
    assert "::: persium_ext.client.Persium" in filled("<!-- reference -->\n")


def test_page_that_is_not_listed_stays_out(tmp_path: Path) -> None:
    """Pages are copied by the list, pictures all."""
    for name in ("docs", "CHANGELOG.md", "SECURITY.md", "pyproject.toml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    (tmp_path / "docs" / "draft.md").write_text("# Draft\n")

    stage(tmp_path / "staged", root=tmp_path)

    pages = tmp_path / "staged" / "pages"
    assert not (pages / "draft.md").exists()
    assert (pages / "tokens.svg").exists()
    assert (pages / "changelog.md").exists()
