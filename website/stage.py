"""The folder that zensical reads: the pages, with links that lead somewhere on the site."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import frozen

from persium_ext import Persium
from website.options import table
from website.reference import blocks

ROOT: Final = Path(__file__).resolve().parent.parent
HERE: Final = Path(__file__).resolve().parent
CODE: Final = re.compile(r"(^ *```.*?^ *```$)", re.DOTALL | re.MULTILINE)
LINK: Final = re.compile(r"\]\((?!https://|#)([^)#\s]+)")
LISTED: Final = re.compile(r"^- \[(.+?)\]\((.+?)\): (.+)$", re.MULTILINE)


@frozen
class Page:
    """A page that docs/index.md lists.

    Attributes:
        source: The path of its file in the project.
        summary: What is on it, in one line.
    """

    section: str
    title: str
    source: str
    summary: str

    @property
    def name(self) -> str:
        """The name of its file on the site."""
        return posixpath.basename(self.source).lower()


def listed(index: str) -> Iterator[Page]:
    """The pages in *index*, the text of docs/index.md: a list under each heading."""
    for part in re.split(r"^## ", index, flags=re.MULTILINE)[1:]:
        for title, link, summary in LISTED.findall(part):
            source = posixpath.normpath(f"docs/{link}")
            yield Page(part.partition("\n")[0], title, source, summary)


def stage(folder: Path, *, root: Path = ROOT) -> Path:
    """Write pages, pictures and the configuration into *folder*, and return the configuration."""
    urls = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    index = (root / "docs" / "index.md").read_text("utf-8")
    pages = [Page("", "Overview", "docs/index.md", ""), *listed(index)]
    shutil.rmtree(folder, ignore_errors=True)
    # pages that are not listed stay out, and so does every link to them
    shutil.copytree(root / "docs", folder / "pages", ignore=shutil.ignore_patterns("*.md"))
    shutil.copytree(HERE / "assets", folder / "pages" / "assets")
    for page in pages:
        text = filled((root / page.source).read_text("utf-8"))
        names = {other.source: other.name for other in pages}
        (folder / "pages" / page.name).write_text(
            linked(text, source=page.source, names=names, elsewhere=urls["Source"]), "utf-8"
        )
    config = folder / "zensical.toml"
    config.write_text(configuration(pages, address=urls["Documentation"]), "utf-8")
    return config


def filled(text: str) -> str:
    """Return a page with what its mark stands for, such as ``<!-- options -->``."""
    if "<!-- options -->" in text:
        text = text.replace("<!-- options -->", table(Persium))
    return text.replace("<!-- reference -->", blocks()) if "<!-- reference -->" in text else text


def linked(text: str, *, source: str, names: dict[str, str], elsewhere: str) -> str:
    """Return a page whose links to files that are not on the site lead to *elsewhere*."""

    def target(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), found[1]))
        if path.startswith("docs/") and not path.endswith(".md"):
            return f"]({path.removeprefix('docs/')}"
        return f"]({names.get(path) or f'{elsewhere}/{path}'}"

    parts = CODE.split(text)
    parts[::2] = [LINK.sub(target, part) for part in parts[::2]]
    return "".join(parts)


def configuration(pages: list[Page], *, address: str) -> str:
    """Return the configuration of zensical, with navigation and llms.txt."""
    sections: dict[str, list[Page]] = {}
    for page in pages:
        sections.setdefault(page.section, []).append(page)
    nav = [f"  {_inline(page.title, page.name)}," for page in sections.pop("")]
    nav += [
        f"  {{ {json.dumps(name)} = [{_entries(inside)}] }}," for name, inside in sections.items()
    ]
    lines = [f"site_url = {json.dumps(address + '/')}", 'docs_dir = "pages"', 'site_dir = "site"']
    text = (HERE / "zensical.toml").read_text("utf-8")
    text = text.replace("nav = []", "\n".join([*lines, "nav = [", *nav, "]"]))
    llms = ["", "[project.plugins.llmstxt.sections]"]
    for name, inside in sections.items():
        summaries = ", ".join(_inline(page.name, page.summary) for page in inside)
        llms.append(f"{json.dumps(name)} = [{summaries}]")
    return text + "\n".join(llms) + "\n"


def _entries(pages: list[Page]) -> str:
    return ", ".join(_inline(page.title, page.name) for page in pages)


def _inline(key: str, value: str) -> str:
    return f"{{ {json.dumps(key)} = {json.dumps(value)} }}"
