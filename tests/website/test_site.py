"""The site as it is built: every link leads somewhere, and a browser shows it from the disk."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
import tomllib
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from persium_ext import TROUBLESHOOTING
from tests.spec.conftest import need
from website.reference import sections
from website.stage import ROOT, Page, listed

pytestmark = pytest.mark.website
SITE = ROOT / "dist" / "docs"
URLS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
ADDRESS = f"{URLS['Documentation']}/"
PAGES: list[Page] = list(listed((ROOT / "docs" / "index.md").read_text("utf-8")))
FILES = ["index.html", *(f"{Path(page.name).stem}.html" for page in PAGES)]


class Reader(HTMLParser):
    """Collects what a page of HTML names.

    Attributes:
        ids: What a link may have behind its ``#``.
        links: What its ``a`` lead to.
        loaded: What a browser loads for it.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the attributes that name something."""
        found = {name: value for name, value in attrs if value}
        self.ids |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        self.loaded += [found["src"]] if "src" in found else []
        if tag == "link" and found.get("rel") in {"stylesheet", "icon", "preload", "preconnect"}:
            self.loaded.append(found["href"])


@cache
def read(file: Path) -> Reader:
    """Read a page of the site."""
    return Reader(file.read_text("utf-8"))


def dead_links(page: Path) -> list[str]:
    """The links of *page* that lead nowhere on the site."""
    dead: list[str] = []
    for link in read(page).links:
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path.partition("?")[0]).resolve() if path else page
        if "://" in link or link.startswith("mailto:"):
            continue
        known = not anchor or target.suffix != ".html" or anchor in read(target).ids
        if not target.is_file() or not known:
            dead.append(link)
    return dead


def inspected(*files: Path) -> dict[str, Any]:
    """Open *files* in Chromium, and return what it met and showed."""
    need("npm")
    browser = need("chromium", "chromium-browser", "google-chrome")
    program = Path(__file__).with_name("inspect.mjs")
    command = ("node", *map(str, (program, browser, *files)))
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What Chromium met in each page, at two widths, light and dark."""
    return inspected(*(SITE / file for file in FILES))


@pytest.fixture(params=FILES)
def view(request: pytest.FixtureRequest, seen: dict[str, Any]) -> dict[str, Any]:
    """What it met in one page."""
    found: dict[str, Any] = seen["views"][FILES.index(request.param)]
    return found


@pytest.mark.parametrize("file", FILES)
def test_links_lead_somewhere(file: str) -> None:
    """Every link to a page, heading or file of the site is right."""
    assert dead_links(SITE / file) == []


@pytest.mark.parametrize("file", FILES)
def test_nothing_is_loaded_from_elsewhere(file: str) -> None:
    """Fonts, scripts, styles and pictures are files of the site."""
    assert [address for address in read(SITE / file).loaded if "//" in address] == []


def test_errors_lead_to_their_sections() -> None:
    """The page that errors name is on the site, with an anchor for each section of its source."""
    page = SITE / f"{TROUBLESHOOTING.removeprefix(ADDRESS)}.html"
    source = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")

    marked = set(re.findall(r'<a id="([^"]+)">', source))
    assert marked
    assert marked <= read(page).ids


def test_llms_lists_pages_as_markdown() -> None:
    """Each line of llms.txt leads to the Markdown of a page, and all pages are in it."""
    text = (SITE / "llms.txt").read_text("utf-8")

    names = re.findall(rf"^- \[.+\]\(<{ADDRESS}(.+)>\): .+\.$", text, flags=re.MULTILINE)
    assert names == [page.name for page in PAGES]
    assert [name for name in names if not (SITE / name).read_text("utf-8").startswith("# ")] == []


@pytest.mark.parametrize("title", sections())
def test_reference_has_every_argument(title: str) -> None:
    """Each class is a heading, with each argument and each default of its methods."""
    text = (SITE / "reference.md").read_text("utf-8").replace("\\_", "_")
    for kind in sections()[title]:
        part = text.split(f"\n### {kind.__name__}\n")[1].partition("\n### ")[0]
        for function in filter(inspect.isfunction, map(vars(kind).get, public_members(kind))):
            for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
                end = "" if parameter.default is parameter.empty else r"(: [^=:]+)? ?= ?\S+"
                assert re.search(rf"\b{name}\b{end}", part)


def public_members(kind: type) -> list[str]:
    """Return the names of what users call, the constructor too unless it is that of a protocol."""
    constructor = [] if getattr(kind, "_is_protocol", False) else ["__init__"]
    return [*constructor, *(name for name in vars(kind) if not name.startswith("_"))]


def test_defaults_are_values() -> None:
    """A default that is a private name in the code is shown as its value."""
    text = (SITE / "reference.md").read_text("utf-8")

    assert "retry: RetryPolicy = RetryPolicy(attempts=3" in text
    assert "max_response_size: int | None = 104857600" in text
    assert "_RETRY" not in text


def test_no_request_leaves_the_disk(view: dict[str, Any]) -> None:
    """A browser loads files of the site only."""
    assert [address for address in view["requests"] if not address.startswith(SITE.as_uri())] == []


def test_browser_reports_no_errors(view: dict[str, Any]) -> None:
    """No error and no warning in the console, and every picture is shown."""
    assert view["errors"] == []
    assert [address for look in view["looks"].values() for address in look["broken"]] == []


def test_page_is_readable(view: dict[str, Any]) -> None:
    """Nothing is wider than the window; code and text are large enough, and code has contrast."""
    for look in view["looks"].values():
        assert look["overflow"] <= 0
        assert look["text_size"] >= 14
        assert look["code_size"] >= 12
        assert look["code_contrast"] >= 4.5


def test_page_follows_the_system(view: dict[str, Any]) -> None:
    """The background is light or dark as the system is."""
    assert view["looks"]["light 390"]["background"] > 200
    assert view["looks"]["dark 1400"]["background"] < 60


def test_search_finds(seen: dict[str, Any]) -> None:
    """Search finds sections of several pages, in a page from the disk."""
    pages = {Path(urlsplit(address).path) for address in seen["found"]}

    assert len(pages) > 1
    assert all(page.is_file() for page in pages)


DEFECTS = (
    '<script src="https://cdn.persium.example/x.js"></script>'
    '<div style="width: 2000px">wide</div>'
    '<img src="x.png">'
    '<article><pre><code style="font-size: 9px; color: #777; background: #888">x</code></pre>'
    "</article>"
    '<a href="guide.html#nowhere">x</a>'
)


def test_defects_are_found(tmp_path: Path) -> None:
    """Each of five defects in a page is found, so that the tests above can fail."""
    copy = shutil.copytree(SITE, tmp_path / "site")
    page = copy / "index.html"
    page.write_text(page.read_text("utf-8").replace("</body>", f"{DEFECTS}</body>"), "utf-8")

    (found,) = inspected(page)["views"]

    assert "https://cdn.persium.example/x.js" in found["requests"]
    assert "https://cdn.persium.example/x.js" in Reader(page.read_text("utf-8")).loaded
    assert len(found["errors"]) >= 2
    assert found["looks"]["light 390"]["overflow"] > 0
    assert found["looks"]["light 390"]["code_size"] == 9
    assert found["looks"]["light 390"]["code_contrast"] < 2
    assert len(found["looks"]["light 390"]["broken"]) == 1
    assert dead_links(page) == ["guide.html#nowhere"]
