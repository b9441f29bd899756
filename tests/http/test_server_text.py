"""What the text of an error quotes of a response."""

from __future__ import annotations

import json
from typing import Any

import pytest

from persium_ext._http.messages import Headers, Response, UndecodableResponse
from persium_ext._http.server_text import page_advice, redirect_text, server_text
from persium_ext._text.secret import Secret

TOKEN = Secret("t0k3n")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            {"title": "Not Found", "detail": "no invoice 7"}, "no invoice 7", id="RFC 9457"
        ),
        pytest.param(
            {"title": "No invoice", "status": 404}, "No invoice", id="RFC 9457, title only"
        ),
        pytest.param({"error": "e", "error_description": "why"}, "why", id="RFC 6749"),
        pytest.param({"error": "e"}, "e", id="RFC 6749, code only"),
        pytest.param({"error": {"code": 7, "message": "why"}}, "why", id="nested"),
        pytest.param({"errors": [{"code": 7}, {"message": "why"}]}, "why", id="a list of errors"),
        pytest.param({"detail": [{"loc": ["x"], "msg": "why"}]}, "why", id="a list of details"),
        pytest.param({"detail": "", "message": "why"}, "why", id="an empty member"),
        pytest.param("why", "why", id="a string"),
        pytest.param({"reason": 7}, '{"reason": 7}', id="no known member"),
        pytest.param({"error": [[[[{"msg": "x"}]]]]}, '{"error": [[[[{"msg": "x"}]]]]}', id="deep"),
        pytest.param({}, "", id="an empty object"),
        pytest.param(None, "", id="null"),
        pytest.param(b"no such host", "no such host", id="plain text"),
        pytest.param(b"two\r\nlines \x1b[31m", "two lines [31m", id="control characters"),
        pytest.param(b" <!DOCTYPE html><p>no", "", id="HTML"),
        pytest.param(
            b"<HTML><title lang='en'> Sign&nbsp;in\n</title>", "Sign in", id="title of HTML"
        ),
        pytest.param(b"<error>no</error>", "<error>no</error>", id="XML"),
        pytest.param(b"", "", id="nothing"),
        pytest.param({"detail": "Not Found"}, "", id="the reason phrase"),
        pytest.param({"error": "HTTP 404 Not Found"}, "", id="the status and its reason phrase"),
        pytest.param(b"<html><title>404 not found</title>", "", id="a title with the status"),
        pytest.param({"error": "Found"}, "Found", id="a part of the reason phrase"),
        pytest.param({"detail": "t0k3n is unknown"}, "[redacted] is unknown", id="the token"),
        pytest.param(b"x" * 9_000, "x" * 300, id="long"),
    ],
)
def test_server_text(body: Any, text: str) -> None:
    """The member that explains most is quoted, else the body, of a page of HTML the title."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    assert server_text(Response(status_code=404, content=content), TOKEN) == text


def test_server_text_that_is_not_decompressed() -> None:
    """The reason stands in place of the body."""
    response = UndecodableResponse(status_code=404, reason="coding 'br'")

    assert server_text(response, None) == "coding 'br'"


@pytest.mark.parametrize(
    ("media_type", "content", "expected"),
    [
        pytest.param("text/html; charset=utf-8", b"no", True, id="media type"),
        pytest.param("", b"\n<html>", True, id="no media type"),
        pytest.param("application/json", b'"<html>"', False, id="JSON"),
        pytest.param("application/xml", b"<error/>", False, id="XML"),
    ],
)
def test_page(media_type: str, content: bytes, *, expected: bool) -> None:
    """A page of HTML comes from somebody else, so the setting and the proxy are named."""
    headers = Headers([("Content-Type", media_type)])

    hint = page_advice(Response(status_code=200, headers=headers, content=content), "TOKEN_URL")

    assert (hint or "").endswith("check TOKEN_URL and HTTPS_PROXY" if expected else "")
    assert bool(hint) is expected


@pytest.mark.parametrize(
    ("location", "words"),
    [
        pytest.param("https://a.example/login?state=x#y", " to https://a.example/login", id="URL"),
        pytest.param("/t0k3n/" + "x" * 500, f" to /[redacted]/{'x' * 188}…", id="long, token"),
        pytest.param("", "", id="none"),
    ],
)
def test_redirect(location: str, words: str) -> None:
    """Where it leads is quoted without what may be confidential."""
    headers = Headers([("Location", location)])

    text = redirect_text(Response(status_code=302, headers=headers), TOKEN)

    assert text == f"a redirect{words}, which is not followed with credentials"


def test_redirect_without_a_secret() -> None:
    """Where nothing is to be masked, the place is quoted as it is."""
    headers = Headers([("Location", "/t0k3n")])

    assert " to /t0k3n," in redirect_text(Response(status_code=302, headers=headers), None)
