"""The text of an error: what was asked, where, what came, and the facts of the call."""

from __future__ import annotations

import pytest

from persium_ext import PersiumError
from persium_ext._calls.body import Body
from persium_ext._calls.call import Call
from persium_ext._calls.error_text import heading
from persium_ext._http.messages import HeaderFields, Headers, Response
from persium_ext._runtime.clock import Instant
from persium_ext._text.secret import Secret
from persium_ext._tokens.access_token import AccessToken
from tests.support.concurrency import Concurrency
from tests.support.wire import Wire, http

MOMENT = Instant(wall=1000.0, steady=0.0)
TOKEN = AccessToken(
    value=Secret("t0k3n"),
    token_type="Bearer",
    scope=None,
    expires_in=300,
    sent=MOMENT,
    received=MOMENT,
)


def call_after(attempts: int = 1, url: str = "https://api.example/me") -> Call:
    """A call with a token, after some attempts."""
    call = Call(operation="getMe", method="GET", url=url, headers=HeaderFields(), body=Body({}))
    call.attempts, call.token = attempts, TOKEN
    return call


@pytest.mark.parametrize(
    ("attempts", "request_id", "text"),
    [
        pytest.param(1, None, "", id="nothing"),
        pytest.param(3, None, ", 3 attempts", id="attempts"),
        pytest.param(1, "r-1", ", request id r-1", id="request id"),
        pytest.param(2, "r-1", ", 2 attempts, request id r-1", id="both"),
        pytest.param(
            1, "t0k3n\x9b", ", request id [redacted]", id="the token, a control character"
        ),
    ],
)
def test_facts(attempts: int, request_id: str | None, text: str) -> None:
    """One attempt is not mentioned."""
    headers = Headers([("X-Request-Id", request_id)] if request_id else [])

    line = heading(call_after(attempts), Response(status_code=404, headers=headers))

    assert line == f"getMe: HTTP 404 Not Found from GET https://api.example/me{text}"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("https://u:pw@api.example/a?key=x#y", "https://api.example/a", id="query"),
        pytest.param("https://api.example/t0k3n/b", "https://api.example/[redacted]/b", id="token"),
        pytest.param(
            "https://a.example/" + "x" * 300, f"https://a.example/{'x' * 182}…", id="long"
        ),
    ],
)
def test_url_without_secrets(url: str, shown: str) -> None:
    """User name, password, query and token are left out of the URL, and it is not too long."""
    call = call_after(url=url)

    assert call.shown_url == shown
    assert heading(call, Response(status_code=499)).endswith(f"HTTP 499 from GET {shown}")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        pytest.param(
            b"404 Missing",
            "getMe: HTTP 404 Not Found from GET {url}/me, request id r-1: no",
            id="final",
        ),
        pytest.param(
            b"503 Busy",
            "getMe: HTTP 503 Service Unavailable from GET {url}/me, 3 attempts, request id r-1: no",
            id="retried",
        ),
        pytest.param(
            b"200 OK",
            "getMe: HTTP 200 OK from GET {url}/me, request id r-1, but the body is not what "
            "openapi.yaml describes: client_id is missing",
            id="not as described",
        ),
    ],
)
@pytest.mark.usefixtures("no_jitter")
def test_text_on_the_wire(concurrency: Concurrency, wire: Wire, status: bytes, text: str) -> None:
    """An error states what was asked, where, what came, after how many attempts, and the id."""
    wire.api = http(b'{"detail": "no"}', status=status, headers=b"X-Request-Id: r-1\r\n")

    [error] = concurrency.session(**wire.settings).outcomes(times=1)

    assert isinstance(error, PersiumError)
    assert error.args == (text.format(url=wire.settings["api_base_url"]),)
    assert error.url == f"{wire.settings['api_base_url']}/me"
