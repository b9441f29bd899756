"""The server of the page: files, state and buttons."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from persium_ext import Persium
from persium_ext.dashboard import Dashboard
from persium_ext.sandbox import Sandbox

State = Callable[[], dict[str, Any]]


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript")],
)
def test_files(path: str, media_type: str, browser: httpx.Client) -> None:
    """The page and its files may load nothing from elsewhere, and nothing keeps them."""
    response = browser.get(path)

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith(media_type)
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
    assert not re.search("(?!http://www.w3.org/2000/svg)https?://", response.text)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        pytest.param("GET", "/nowhere", {}, 404, id="no such file"),
        pytest.param("PUT", "/revoke", {}, 405, id="no such method"),
        pytest.param("POST", "/", {}, 405, id="no such button"),
        pytest.param("GET", "/state", {"Host": "evil.example"}, 421, id="another host name"),
        pytest.param("POST", "/revoke", {"Origin": "https://evil.example"}, 403, id="another page"),
        pytest.param("POST", "/revoke", {"Origin": ""}, 403, id="no page"),
    ],
)
def test_refusals(
    method: str, path: str, headers: dict[str, str], status: int, browser: httpx.Client
) -> None:
    """Other sites can neither read the state nor press a button."""
    assert browser.request(method, path, headers=headers).status_code == status


def test_localhost_is_the_same(dashboard: Dashboard, browser: httpx.Client) -> None:
    """The page may be opened as localhost."""
    url = dashboard.url.replace("127.0.0.1", "localhost").rstrip("/")
    headers = {"Host": url.removeprefix("http://"), "Origin": url}

    assert browser.post("/revoke", headers=headers).status_code == 200


def test_settings_are_shown_without_the_secret(sandbox: Sandbox, state: State) -> None:
    """The state has three of the four settings."""
    shown = state()

    assert (shown["token_url"], shown["client_id"]) == (sandbox.token_url, sandbox.client_id)
    assert sandbox.client_secret not in str(shown)


def test_waits_for_news(browser: httpx.Client, state: State, persium: Persium) -> None:
    """A request for a newer state gets its response when something happens."""
    version = state()["version"]
    caller = threading.Timer(0.1, persium.identity.get_me)
    caller.start()

    newer = browser.get("/state", params={"after": version}).json()
    caller.join()

    assert newer["version"] > version
    assert newer["events"]


def test_closing_ends_waits(sandbox: Sandbox) -> None:
    """A dashboard that is closed lets nobody wait."""
    with Dashboard(sandbox) as dashboard, httpx.Client(trust_env=False, timeout=30) as client:
        version = client.get(f"{dashboard.url}state").json()["version"]
        url = f"{dashboard.url}state?after={version}"

        def wait() -> None:
            with contextlib.suppress(httpx.TransportError):
                client.get(url)

        waiting = threading.Thread(target=wait)
        waiting.start()
    waiting.join(10)

    assert not waiting.is_alive()


def test_revoke(browser: httpx.Client, sandbox: Sandbox, persium: Persium, state: State) -> None:
    """The button revokes the tokens: the next call gets a 401, and a new token."""
    persium.identity.get_me()

    assert "revoked" in browser.post("/revoke").json()["done"]
    persium.identity.get_me()

    assert state()["counters"]["unauthorized"] == 1


def test_rotate(browser: httpx.Client, sandbox: Sandbox) -> None:
    """The button rotates the secret, and its response is the only place that has the new one."""
    before = sandbox.client_secret
    result = browser.post("/rotate").json()

    assert result["secret"] == sandbox.client_secret != before
    assert sandbox.client_secret not in browser.get("/state").text


def test_token_life(browser: httpx.Client, sandbox: Sandbox, state: State) -> None:
    """The life of new tokens can be set."""
    assert browser.post("/token-life", json={"seconds": 45}).status_code == 200
    assert sandbox.token_life == state()["token_life"] == 45


def test_faults(browser: httpx.Client, sandbox: Sandbox, persium: Persium, state: State) -> None:
    """A fault can be injected and cleared; those in force are listed with their count."""
    browser.post("/fault", json={"kind": "close", "at": "api", "times": 2})
    browser.post("/fault", json={"kind": "server-error"})
    assert state()["faults"] == [
        {"kind": "close", "at": "api", "count": 0},
        {"kind": "server-error", "at": None, "count": 0},
    ]

    browser.post("/clear-faults")

    assert state()["faults"] == []
    assert persium.identity.get_me().client_id == sandbox.client_id


def test_finished_faults_are_not_listed(
    browser: httpx.Client, persium: Persium, state: State
) -> None:
    """A fault that was applied as often as it should be is forgotten."""
    browser.post("/fault", json={"kind": "close", "at": "api", "times": 1})
    persium.identity.get_me()
    browser.post("/fault", json={"kind": "html"})

    assert [fault["kind"] for fault in state()["faults"]] == ["html"]


@pytest.mark.parametrize(
    ("path", "given", "problem"),
    [
        pytest.param("/token-life", {"seconds": 0}, "above 0", id="no life"),
        pytest.param("/token-life", {"seconds": True}, "above 0", id="not a number"),
        pytest.param("/token-life", [], "above 0", id="not an object"),
        pytest.param("/fault", {"kind": "none"}, "no fault 'none'", id="no such fault"),
        pytest.param("/fault", {"kind": "html", "at": "x"}, "no operation 'x'", id="no such place"),
        pytest.param("/fault", {"kind": "html", "times": "1"}, "whole number", id="times is text"),
        pytest.param("/fault", {"kind": "html", "times": 0}, "1 or more", id="never"),
    ],
)
def test_wrong_input(path: str, given: object, problem: str, browser: httpx.Client) -> None:
    """A button that can't do what it was told says what is wrong."""
    response = browser.post(path, json=given)

    assert response.status_code == 400
    assert problem in response.json()["error"]


def test_wrong_json(browser: httpx.Client) -> None:
    """What is not JSON is refused."""
    assert browser.post("/fault", content=b"{").status_code == 400
