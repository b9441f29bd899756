"""The reference page in a real browser: complete, without requests or errors, and readable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT, need, run

pytestmark = pytest.mark.spec
INSPECT = Path(__file__).with_name("inspect.mjs")
WIDTHS = (390, 1400)
DOCUMENT: Any = json.loads((ROOT / "generated" / "persium_api" / "openapi.json").read_bytes())
OPERATIONS = [
    operation
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
    if "operationId" in operation
]


def inspect(page: Path, *widths: int) -> list[dict[str, Any]]:
    """Open *page* at these widths, and return what is visible; write screenshots beside it."""
    need("npm")
    browser = need("chromium", "chromium-browser", "google-chrome")
    ran = run("node", INSPECT, browser, page.as_uri(), page.parent, *map(str, widths))
    assert ran.returncode == 0, ran.stderr
    views: list[dict[str, Any]] = json.loads(ran.stdout)
    return views


@pytest.fixture(scope="module")
def views(built: Path) -> list[dict[str, Any]]:
    """The page at every width."""
    return inspect(built / "index.html", *WIDTHS)


@pytest.fixture(params=WIDTHS, ids="{} pixels".format)
def view(request: pytest.FixtureRequest, views: list[dict[str, Any]]) -> dict[str, Any]:
    """The page at one width."""
    return views[WIDTHS.index(request.param)]


def test_every_operation_is_there(view: dict[str, Any]) -> None:
    """Each operation has a section with its summary and its statuses."""
    for operation in OPERATIONS:
        assert f"operation/{operation['operationId']}" in view["sections"]
        assert operation["summary"] in view["text"]
        assert set(operation["responses"]) <= set(view["text"].splitlines())
    assert OPERATIONS


def test_samples_are_there(view: dict[str, Any]) -> None:
    """Each operation has a tab for each language; the first tab is open, unless it is a body."""
    shown = view["text"].splitlines()

    assert shown.count("Python") == shown.count("curl") == len(OPERATIONS)
    assert "withPersium()aspersium:" in "".join(view["text"].split())


def test_every_schema_is_there(view: dict[str, Any]) -> None:
    """Each schema has a section with the descriptions of its properties."""
    text = " ".join(view["text"].split())
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert f"schema/{name}" in view["sections"]
        for key, member in schema.get("properties", {}).items():
            assert key in text
            assert member.get("description", "") in text


def test_token_policy_is_there(view: dict[str, Any]) -> None:
    """The page contains all rules and the URL of the token endpoint."""
    assert {f"TP-{number}" for number in range(1, 11)} <= set(view["text"].splitlines())
    assert "https://auth.persium.example/realms/persium/protocol/openid-connect" in view["servers"]


def test_no_request_leaves_the_page(view: dict[str, Any], built: Path) -> None:
    """The page loads only itself and the embedded worker of its search."""
    page, *others = view["requests"]

    assert page == (built / "index.html").as_uri()
    assert all(address.startswith(("blob:", "data:")) for address in others)


def test_browser_reports_no_errors(view: dict[str, Any]) -> None:
    """The browser reports no error, no warning and no violation of the page's own policy."""
    assert view["errors"] == []


def test_page_is_readable(view: dict[str, Any]) -> None:
    """Nothing is wider than the window or cut off, and the text is large enough."""
    assert view["overflow"] <= 0
    assert view["cut"] == []
    assert view["smallest"] >= 11
    assert view["body"] >= 16
    assert view["small_share"] < 0.05


def test_search_finds(views: list[dict[str, Any]]) -> None:
    """Search works without a server, in a window that is wide enough to show it."""
    assert any("Get the calling client" in found for found in views[-1]["found"])


DEFECTS = {
    "external script": '<script src="https://cdn.persium.example/x.js"></script>',
    "wide box": '<div style="width: 500px">wide</div>',
    "missing image": '<img src="x.png">',
    "cut text": '<p style="overflow: hidden; text-indent: -9px">words</p>',
    "small text": '<p style="font-size: 9px">small</p>',
}


def test_defects_are_found(built: Path, tmp_path: Path) -> None:
    """Each of five defects in a page is found, so that the tests above can fail."""
    page = tmp_path / "index.html"
    text = (built / "index.html").read_text("utf-8")
    page.write_text(text.replace("<body>", f"<body>{''.join(DEFECTS.values())}", 1), "utf-8")

    (view,) = inspect(page, 390)

    assert "https://cdn.persium.example/x.js" in view["requests"]
    assert view["overflow"] > 0
    assert len(view["errors"]) >= 2
    assert "words" in view["cut"]
    assert view["smallest"] == 9
