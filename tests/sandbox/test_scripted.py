"""Responses that a test prepares."""

from __future__ import annotations

import httpx
import pytest

from persium_ext.sandbox import Sandbox

from .conftest import Fetch


def test_once_then_as_usual(sandbox: Sandbox, http: httpx.Client, bearer: dict[str, str]) -> None:
    """A prepared response is sent once, with its status, header fields and body."""
    sandbox.answer("getMe", status=503, headers={"Retry-After": "2"}, body={"why": "busy"})

    first, second = (http.get(f"{sandbox.api_base_url}/me", headers=bearer) for _ in range(2))

    assert first.status_code == 503
    assert first.headers["Retry-After"] == "2"
    assert first.headers["Content-Type"] == "application/json"
    assert first.json() == {"why": "busy"}
    assert second.status_code == 200


def test_in_order(sandbox: Sandbox, fetch: Fetch) -> None:
    """Prepared responses are sent first in, first out, each as often as set."""
    sandbox.answer("requestToken", status=503, times=2)
    sandbox.answer("requestToken", status=429)

    assert [fetch().status_code for _ in range(4)] == [503, 503, 429, 200]
    assert sandbox.token_requests == 4
    assert sandbox.tokens_issued == 1


def test_until_cleared(sandbox: Sandbox, http: httpx.Client) -> None:
    """Without ``times`` a response is sent until it is cleared."""
    sandbox.answer("getMe", status=418, times=None)
    url = f"{sandbox.api_base_url}/me"
    before = [http.get(url).status_code for _ in range(3)]
    sandbox.clear_answers()

    assert before == [418] * 3
    assert http.get(url).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind", "sent"),
    [
        pytest.param(b"<html>", None, b"<html>", id="bytes"),
        pytest.param(None, None, b"", id="none"),
        pytest.param("text", "application/json", b'"text"', id="text is JSON"),
        pytest.param([], "application/json", b"[]", id="JSON"),
    ],
)
def test_body(
    sandbox: Sandbox, http: httpx.Client, body: object, kind: str | None, sent: bytes
) -> None:
    """Bytes are sent as they are, all else as JSON."""
    sandbox.answer("getMe", body=body)

    response = http.get(f"{sandbox.api_base_url}/me")

    assert response.content == sent
    assert response.headers.get("Content-Type") == kind


def test_content_type_is_kept(sandbox: Sandbox, http: httpx.Client) -> None:
    """A ``Content-Type`` that is given is kept, in any mix of cases."""
    sandbox.answer("getMe", headers={"content-type": "application/problem+json"}, body={})

    response = http.get(f"{sandbox.api_base_url}/me")

    assert response.headers["Content-Type"] == "application/problem+json"


def test_undocumented_path(sandbox: Sandbox, http: httpx.Client) -> None:
    """A path that is not in the document is prepared by method and path."""
    sandbox.answer("GET /reports", body=["a"])

    assert http.get(f"{sandbox.api_base_url}/reports?page=1").json() == ["a"]
    assert sandbox.operation_requests == {"GET /reports": 1}


def test_unknown_operation(sandbox: Sandbox) -> None:
    """A name that is not in the document is refused; the error lists the names."""
    with pytest.raises(LookupError, match=r"'getYou'; there are .*getMe"):
        sandbox.answer("getYou")


def test_not_json(sandbox: Sandbox) -> None:
    """A body that JSON can't represent is refused when it is prepared."""
    with pytest.raises(TypeError):
        sandbox.answer("getMe", body=object())
