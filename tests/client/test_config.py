"""The arguments of a client are checked together, before connections are built."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from persium_ext import AsyncPersium, Persium, PersiumAuth, SettingsError

FOUR: dict[str, Any] = {
    "token_url": "https://auth.example/token",
    "api_base_url": "https://api.example/v1",
    "client_id": "acme",
    "client_secret": "s",
}


def test_all_problems_are_named_at_once() -> None:
    """Settings, options and connections are checked together: one error names every problem."""
    arguments: dict[str, Any] = {
        **FOUR,
        "token_url": "http://auth.example",
        "client_secret": None,
        "timeout": 0,
        "proxy": "squid:3128",
        "verify": "nowhere",
        "headers": {"Host": "x"},
    }

    with pytest.raises(SettingsError) as caught:
        Persium(**arguments)

    named = [problem.split(" ")[0].rstrip(":") for problem in caught.value.problems]
    assert named == ["TOKEN_URL", "CLIENT_SECRET", "timeout", "headers", "proxy", "verify"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param({"proxy": "http://proxy.example:3128"}, ["proxy"], id="proxy"),
        pytest.param({"verify": False}, ["verify"], id="verify"),
        pytest.param(
            {"proxy": "http://p.example", "verify": False}, ["proxy", "verify"], id="both"
        ),
    ],
)
@pytest.mark.parametrize(
    ("kind", "client"),
    [
        pytest.param(Persium, {"http_client": httpx.Client}, id="sync"),
        pytest.param(AsyncPersium, {"http_client": httpx.AsyncClient}, id="async"),
        pytest.param(PersiumAuth, {"http_client": httpx.Client}, id="auth"),
        pytest.param(PersiumAuth, {"async_http_client": httpx.AsyncClient}, id="auth, async"),
    ],
)
def test_what_would_have_no_effect_is_an_error(
    kind: Any, client: dict[str, Any], arguments: dict[str, Any], named: list[str]
) -> None:
    """An HTTP client that is passed in has its own proxy and TLS verification."""
    passed = {
        name: make(transport=httpx.MockTransport(lambda _: httpx.Response(200)))
        for name, make in client.items()
    }

    with pytest.raises(SettingsError) as caught:
        kind(**FOUR, **arguments, **passed)

    assert [problem.split(" ")[0] for problem in caught.value.problems] == named
    assert "set it on that client" in str(caught.value)
