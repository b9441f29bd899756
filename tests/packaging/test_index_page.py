"""What a package index shows of a release."""

from __future__ import annotations

import re
import zipfile
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import pytest
from readme_renderer import markdown

from website.stage import ROOT, listed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    """The metadata of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return BytesParser().parsebytes(archive.read(name))


@pytest.fixture(scope="module")
def page(metadata: Message) -> str:
    """The description as HTML, made and cleaned as an index does it."""
    text = metadata.get_payload()
    assert isinstance(text, str)
    shown = markdown.render(text)
    assert shown is not None
    return shown


def test_description_is_markdown(metadata: Message) -> None:
    """An index reads the description as GitHub's Markdown, its default."""
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_page_shows_all_of_the_readme(page: str) -> None:
    """Headings, tables and coloured code arrive, and no Markdown is left over."""
    text = (ROOT / "README.md").read_text("utf-8")

    assert page.count("<h2") == text.count("\n## ")
    assert page.count("<table>") == text.count("\n| --- |")
    assert '<span class="kn">from</span>' in page
    assert "](" not in page
    assert "```" not in page


def test_links_are_absolute(page: str) -> None:
    """A reader of the index gets to each page."""
    links = re.findall('href="([^"]*)"', page)

    assert len(links) > 10
    assert [link for link in links if not link.startswith(("https://", "#"))] == []


def test_index_links_to_each_place(metadata: Message) -> None:
    """Changelog, documentation, issues, source and support are in the margin of the page."""
    urls = dict(line.split(", ") for line in metadata.get_all("Project-URL", []))

    assert set(urls) == {"Changelog", "Documentation", "Issues", "Source", "Support"}
    name = urls["Changelog"].removeprefix(f"{urls['Documentation']}/")
    assert f"{name}.md" in {
        site_page.name for site_page in listed((ROOT / "docs" / "index.md").read_text("utf-8"))
    }
