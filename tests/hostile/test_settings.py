"""Settings and arguments with characters that would end the field that they are written to."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persium_api.facade._schema import TEXT, Parameter

from persium_ext import AsyncPersium, Persium, PersiumAuth, SettingsError
from persium_ext.settings import SecretFunction, url_problem
from tests.support.concurrency import Concurrency
from tests.support.schemas import operation
from tests.support.wire import Wire

INJECTIONS = {
    "CR LF": "a\r\nX-Evil: 1",
    "NUL": "a\x00b",
    "escape": "a\x1b[2J",
    "direction": "a\u202eb",
    "half a character": "a\udcff",
}
NO_SECRET = "canary-s3cret"


@pytest.fixture(params=INJECTIONS.values(), ids=list(INJECTIONS))
def injection(request: pytest.FixtureRequest) -> str:
    """Characters that are significant for HTTP, for a terminal, or for a codec."""
    return str(request.param)


@pytest.mark.parametrize("kind", [Persium, AsyncPersium, PersiumAuth])
@pytest.mark.parametrize(
    "name", ["token_url", "api_base_url", "client_id", "scope", "client_secret_file"]
)
def test_setting(kind: Any, name: str, settings: dict[str, Any], injection: str) -> None:
    """Every setting is checked before anything is sent."""
    if name == "client_secret_file":
        settings["client_secret"] = None

    with pytest.raises(SettingsError, match=f"(?i){name}"):
        kind(**{**settings, name: f"{settings.get(name, '')}/{injection}"})


@pytest.mark.parametrize("kind", [Persium, AsyncPersium])
@pytest.mark.parametrize("injection", ["CR LF", "NUL", "escape"])
def test_proxy(kind: Any, settings: dict[str, Any], injection: str) -> None:
    """The URL of a proxy is checked when the client is made."""
    with pytest.raises(SettingsError, match="proxy has to have the form"):
        kind(**settings, proxy=f"http://127.0.0.1:9{INJECTIONS[injection]}")


@pytest.mark.parametrize("kind", [Persium, AsyncPersium])
@pytest.mark.parametrize("place", ["name", "value", "user_agent", "with_options"])
def test_header_of_a_client(
    kind: Any, place: str, settings: dict[str, Any], injection: str
) -> None:
    """A header field with control characters, or not in ASCII, is refused."""
    with pytest.raises(SettingsError, match="headers: "):
        {
            "name": lambda: kind(**settings, headers={injection: "a"}),
            "value": lambda: kind(**settings, headers={"X-A": injection}),
            "user_agent": lambda: kind(**settings, user_agent=injection),
            "with_options": lambda: kind(**settings).with_options(headers={"X-A": injection}),
        }[place]()


@pytest.mark.parametrize("concurrency", ["sync"], indirect=True)
@pytest.mark.parametrize("place", ["method", "path", "name", "value", "key"])
def test_request(concurrency: Concurrency, wire: Wire, place: str, injection: str) -> None:
    """A request with such characters is refused before a token is requested."""
    places: dict[str, dict[str, Any]] = {
        "method": {"method": f"GET{injection}", "path": "/me"},
        "path": {"method": "GET", "path": f"/me{injection}"},
        "name": {"method": "GET", "path": "/me", "headers": {injection: "a"}},
        "value": {"method": "GET", "path": "/me", "headers": {"X-A": injection}},
        "key": {"method": "GET", "path": "/me", "headers": {"Idempotency-Key": injection}},
    }

    [error] = concurrency.session().outcomes(lambda p: p.request(**places[place]), times=1)

    assert type(error) is ValueError
    assert (wire.token_requests, wire.api_requests) == ([], [])


@pytest.mark.parametrize("concurrency", ["sync"], indirect=True)
@pytest.mark.parametrize("method", ["", "GET /", "É", "GÉT"])
def test_method_is_a_token(concurrency: Concurrency, method: str) -> None:
    """A method has to be a token (RFC 9110, section 5.6.2)."""
    [error] = concurrency.session().outcomes(lambda p: p.request(method, "/me"), times=1)

    assert str(error) == f"{method!r} is not a valid HTTP method"


@pytest.mark.parametrize("concurrency", ["sync"], indirect=True)
def test_header_of_an_operation(concurrency: Concurrency, wire: Wire, injection: str) -> None:
    """The header parameters of an operation are checked as well."""
    key = Parameter(
        name="Idempotency-Key",
        argument="key",
        place="header",
        schema=TEXT,
        style="simple",
        explode=False,
    )
    described = operation(path="/me", parameters=(key,))

    [error] = concurrency.session().outcomes(
        lambda persium: vars(persium)["_executor"].execute(described, {"key": injection}), times=1
    )

    assert str(error).startswith("headers: the value of Idempotency-Key has characters")
    assert wire.api_requests == []


@pytest.mark.parametrize("source", ["argument", "variable", "function", "bytes"])
def test_secret_that_is_no_text(
    settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """A secret of any bytes, as a variable may hold, is refused; the error does not show it."""
    secret = f"{NO_SECRET}\udcff"
    sources: dict[str, dict[str, Any]] = {
        "argument": {"client_secret": secret},
        "variable": {"client_secret": None},
        "function": {"client_secret": lambda: secret},
        "bytes": {"client_secret": NO_SECRET.encode},
    }
    given = sources[source]
    if source == "variable":
        monkeypatch.setenv("CLIENT_SECRET", secret)

    with pytest.raises(SettingsError) as caught, Persium(**{**settings, **given}) as persium:
        persium.identity.get_me()

    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame for frame in shown.stack if frame.filename != __file__]
    assert "UTF-8" in str(caught.value) or source == "bytes"
    assert "client_secret" in str(caught.value).lower()
    assert NO_SECRET not in repr([str(caught.value), vars(caught.value)])
    assert NO_SECRET not in repr([frame.locals for frame in frames])


def test_function_of_bytes() -> None:
    """The frame in which a function's result is found not to be text does not show it."""
    with pytest.raises(SettingsError) as caught:
        SecretFunction(NO_SECRET.encode).read()  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # that is the fault

    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert NO_SECRET not in repr(shown.stack[-1].locals)


@given(st.one_of(st.text(), st.text().map("https://".__add__), st.text().map("http://".__add__)))
def test_no_text_breaks_the_check(text: Any) -> None:
    """What is accepted is a URL of ours; the rest is refused, never with an exception."""
    if url_problem(text, is_base=True) is None:
        assert text.startswith(("https://", "http://"))
