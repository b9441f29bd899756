"""``request()``: calls of what the document does not describe."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from persium_ext import ApiConnectionError, ApiStatusError, Persium
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency, Session
from tests.support.wire import Wire


def test_response_is_returned_unchanged(session: Session, sandbox: Sandbox) -> None:
    """The request has the process's token, and the response is not decoded."""
    response = session.do(
        lambda p: p.request("get", "/me", params={"a": "1"}, headers={"X-A": "b"})
    )

    assert (response.status_code, response.json()["client_id"]) == (200, sandbox.client_id)
    assert response.headers["content-type"] == "application/json"


@pytest.mark.usefixtures("no_jitter")
def test_retries_and_errors_of_a_request(session: Session, sandbox: Sandbox) -> None:
    """The 401 rule and retries apply; an error names the method and path."""
    sandbox.answer("getMe", status=401, times=1)
    sandbox.answer("getMe", status=503, times=1)
    assert session.do(lambda p: p.request("GET", "/me")).status_code == 200

    [error] = session.outcomes(lambda p: p.request("GET", "/nowhere"), times=1)

    assert isinstance(error, ApiStatusError)
    assert (error.status, error.operation) == (404, "GET /nowhere")


def test_absolute_url(session: Session, sandbox: Sandbox) -> None:
    """A URL that the API itself sent can be passed on unchanged."""
    response = session.do(lambda p: p.request("GET", f"{sandbox.api_base_url}/me"))

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("path", "params", "target"),
    [
        pytest.param("/x", {"limit": 5}, "/x?limit=5", id="no query"),
        pytest.param("/x?cursor=a%2Bb", None, "/x?cursor=a%2Bb", id="no params"),
        pytest.param("/x?cursor=%FF&flag", {}, "/x?cursor=%FF&flag", id="empty params"),
        pytest.param("/x?cursor=a%2Bb", {"limit": 5}, "/x?cursor=a%2Bb&limit=5", id="both"),
        pytest.param("/x?a=1&a=&b#top", {"c": True}, "/x?a=1&a=&b&c=true", id="fragment"),
        pytest.param("/x?cursor=a%20b", {"cursor": "c d"}, "/x?cursor=a%20b&cursor=c+d", id="same"),
        pytest.param("/x?a=1", {"a": ["2", None]}, "/x?a=1&a=2&a=", id="several values"),
        pytest.param("/x?a=1", [("a", "2"), ("a", "3")], "/x?a=1&a=2&a=3", id="pairs"),
        pytest.param("/x?a=1", httpx.QueryParams("b=2&b=3"), "/x?a=1&b=2&b=3", id="of httpx"),
    ],
)
def test_params_are_added_to_the_query(
    concurrency: Concurrency, wire: Wire, path: str, params: Any, target: str
) -> None:
    """The query of the path and ``params`` are both sent."""
    session = concurrency.session(**wire.settings)

    session.do(lambda p: p.request("GET", path, params=params))

    assert wire.api_requests[0].head.split()[1].decode() == target


@pytest.mark.parametrize(
    ("method", "path", "headers", "words"),
    [
        pytest.param("GE T", "/me", None, "'GE T' is not a valid HTTP method", id="method"),
        pytest.param("", "/me", None, "'' is not a valid HTTP method", id="no method"),
        pytest.param("GET", "/me\r\nX: y", None, "path has control characters", id="path"),
        pytest.param("GET", "/" + "a" * 70_000, None, "path is too long", id="long path"),
        pytest.param("GET", "/me", {"X\n": "y"}, "not a valid header name", id="header name"),
        pytest.param("GET", "/me", {"X": "y\nZ: 1"}, "the value of X has", id="header value"),
    ],
)
def test_request_that_can_not_be_written(
    settings: dict[str, Any], sandbox: Sandbox, method: str, path: str, headers: Any, words: str
) -> None:
    """Method, path and headers that would change the message are refused; nothing is sent."""
    with Persium(**settings) as persium, pytest.raises(ValueError, match=words):
        persium.request(method, path, headers=headers)

    assert sandbox.token_requests + sandbox.api_requests == 0


@pytest.mark.parametrize("options", [{"params": {"q": "a" * 70_000}}, {"json": object()}])
def test_options_that_httpx_refuses(session: Session, sandbox: Sandbox, options: Any) -> None:
    """They are an error of ours that names the reason, and nothing is sent to the API."""
    [error] = session.outcomes(lambda p: p.request("PUT", "/me", **options), times=1)

    assert isinstance(error, ApiConnectionError)
    assert "too long" in str(error) or "not JSON serializable" in str(error)
    assert sandbox.api_requests == 0


@pytest.mark.parametrize(
    ("path", "headers", "words"),
    [
        pytest.param("https://evil.example/me", None, "is sent nowhere else", id="another host"),
        pytest.param("me", None, "has to start with /", id="no slash"),
        pytest.param("@evil.example/", None, "has to start with /", id="user information"),
        pytest.param("/me", {"Authorization": "x"}, "set by the client", id="our header field"),
    ],
)
def test_request_to_another_origin(
    session: Session, sandbox: Sandbox, path: Any, headers: Any, words: Any
) -> None:
    """The token is sent to the API only; otherwise nothing is sent at all."""
    [error] = session.outcomes(lambda p: p.request("GET", path, headers=headers), times=1)

    assert isinstance(error, ValueError)
    assert words in str(error)
    assert sandbox.token_requests + sandbox.api_requests == 0
