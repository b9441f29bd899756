"""The page in a real browser: complete, readable, usable by keyboard, and alone with its server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from persium_ext import Persium
from persium_ext.dashboard import Dashboard
from persium_ext.sandbox import Sandbox
from tests.spec.conftest import need, run

pytestmark = pytest.mark.spec
DRIVE = Path(__file__).with_name("browser.mjs")


def _careless(sandbox: Sandbox) -> None:
    """Call three times, with a new token each time."""
    form = {
        "grant_type": "client_credentials",
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
    }
    for _ in range(3):
        token = httpx.post(sandbox.token_url, data=form, trust_env=False).json()["access_token"]
        header = {"Authorization": f"Bearer {token}"}
        httpx.get(f"{sandbox.api_base_url}/me", headers=header, trust_env=False)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the page showed at two widths, light and dark, and when it was used by keyboard."""
    need("npm")
    browser = need("chromium", "chromium-browser", "google-chrome")
    folder = tmp_path_factory.mktemp("screenshots")
    with Sandbox() as sandbox, Dashboard(sandbox) as dashboard:
        with Persium(
            token_url=sandbox.token_url,
            api_base_url=sandbox.api_base_url,
            client_id=sandbox.client_id,
            client_secret=sandbox.client_secret,
            share_token=False,
        ) as persium:
            persium.identity.get_me()
            sandbox.revoke_tokens()
            sandbox.answer("getMe", status=503, headers={"Retry-After": "0"})
            persium.identity.get_me()
            persium.identity.get_me()
        _careless(sandbox)
        driven = run("node", DRIVE, browser, dashboard.url, folder)
        assert driven.returncode == 0, driven.stderr
        shown: dict[str, Any] = json.loads(driven.stdout)
        return shown | {"secret": sandbox.client_secret, "life": sandbox.token_life}


def test_no_request_leaves_the_page(seen: dict[str, Any]) -> None:
    """The page requests nothing but its own files and state."""
    requests = [urlsplit(url) for view in seen["views"] for url in view["requests"]]

    assert {url.path for url in requests if url.scheme != "data"} == {
        "/",
        "/page.css",
        "/page.js",
        "/state",
    }
    assert {url.hostname for url in requests if url.scheme != "data"} == {"127.0.0.1"}


def test_browser_reports_no_errors(seen: dict[str, Any]) -> None:
    """The browser reports no error and no violation of the page's own policy."""
    assert [view["errors"] for view in seen["views"]] == [[]] * 4
    assert seen["used"]["errors"] == []


def test_page_is_readable(seen: dict[str, Any]) -> None:
    """At 390 and 1,400 pixels, light and dark: nothing is too wide, too small or too pale."""
    assert len(seen["views"]) == 4
    for view in seen["views"]:
        assert view["overflow"] <= 0
        assert view["smallest"] >= 12
        assert view["contrast"] >= 4.5


def test_events_are_shown(seen: dict[str, Any]) -> None:
    """Counters, tokens, requests and advice are on the page."""
    text = seen["used"]["text"]

    for words in ("TP-1", "token 4", "requestToken", "503", "retry", "acme-corp-sandbox"):
        assert words in text
    assert 'definition: "5"' in seen["used"]["tree"]  # token requests


def test_everything_is_reached_by_keyboard(seen: dict[str, Any]) -> None:
    """Tab reaches each control in turn, and Enter does what it says."""
    reached = seen["used"]["reached"]
    controls = ["Show", "Revoke all tokens", "Rotate the secret", "Life of new tokens (s)", "Set"]
    controls += ["Clear faults", "Fault", "At", "Times", "Inject"]

    assert reached[: len(controls)] == controls
    assert len(seen["used"]["done"]) == 5
    assert seen["life"] == 77
    assert any(seen["secret"] in done for done in seen["used"]["done"])


def test_parts_have_names(seen: dict[str, Any]) -> None:
    """A screen reader finds each section, control and result by its name."""
    tree = seen["used"]["tree"]

    for name in ("Token policy", "Counters", "Timeline", "Last requests", "Settings"):
        assert f'region "{name}"' in tree
    assert "- status: live" in tree
    assert 'combobox "Fault"' in tree
    assert 'spinbutton "Times"' in tree
