"""Header fields, and the response that a caller gets."""

from __future__ import annotations

from typing import Any

import pytest

from persium_ext import Response
from persium_ext._http.messages import Headers, merge_headers


def test_headers_are_found_in_any_case() -> None:
    """Fields of one name are joined, as RFC 9110, section 5.3, allows."""
    headers = Headers([("X-A", "1"), ("WWW-Authenticate", "Bearer"), ("www-authenticate", "Basic")])

    assert headers["Www-Authenticate"] == "Bearer, Basic"
    assert (len(headers), list(headers), "x-a" in headers) == (2, ["x-a", "www-authenticate"], True)
    assert repr(headers) == "Headers(['www-authenticate', 'x-a'])"


def test_merged_headers() -> None:
    """Of two fields with one name the later stays, whatever its case."""
    assert merge_headers({"User-Agent": "a", "X": "1"}, {"user-agent": "b"}) == {
        "user-agent": "b",
        "X": "1",
    }


def test_response() -> None:
    """A response offers its body as text and as JSON, and its request id."""
    response = Response(
        status_code=200, headers=Headers([("X-Request-Id", "r1")]), content=b'{"a": "\xc3\xb6"}'
    )

    assert (response.text, response.json(), response.request_id) == ('{"a": "ö"}', {"a": "ö"}, "r1")
    assert "content" not in repr(response)


@pytest.mark.parametrize("content", [b"", b"\xff", b"{", b"[NaN]", b"[" * 100_000])
def test_body_that_is_not_json(content: Any) -> None:
    """A body that is not JSON is a ValueError."""
    with pytest.raises(ValueError):  # noqa: PT011  # the text is the parser's
        Response(status_code=200, content=content).json()
