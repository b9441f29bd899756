"""Routes for respx."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import respx

from persium_ext import Persium, ServiceUnavailableError, TokenRefused, models
from persium_ext._calls.operations import operations
from persium_ext._retry import budget
from persium_ext.testing import example_of, mock_persium

URLS: dict[str, Any] = {
    "token_url": "https://auth.example/token",
    "api_base_url": "https://api.example/v1",
}


@pytest.fixture
def persium() -> Persium:
    """A client of servers that do not exist."""
    return Persium(**URLS, client_id="a", client_secret="s")


def test_operations_return_their_examples(respx_mock: respx.MockRouter, persium: Persium) -> None:
    """A mocked operation returns the example of the document, for one token."""
    mock_persium(respx_mock, **URLS)

    assert persium.identity.get_me() == persium.identity.get_me() == example_of(models.Me)
    assert respx_mock["requestToken"].call_count == 1


def test_every_operation_has_a_route(respx_mock: respx.MockRouter) -> None:
    """Each operation has a route of its name, with parameters in its path and its query."""
    mock_persium(respx_mock, **URLS)

    for operation in operations().values():
        path = operation.path.replace("{", "").replace("}", "")
        url = f"{URLS['api_base_url']}{path}?limit=2"
        request = httpx.Request(operation.method, url)
        assert respx_mock.routes[operation.operation_id].match(request) is not None


@pytest.mark.usefixtures("no_jitter")
def test_response_can_be_changed(respx_mock: respx.MockRouter, persium: Persium) -> None:
    """The route of an operation responds with what a test gives it."""
    mock_persium(respx_mock, **URLS)
    respx_mock["getMe"].respond(503)

    with pytest.raises(ServiceUnavailableError):
        persium.identity.get_me()


def test_nothing_is_left_of_the_test_before(respx_mock: respx.MockRouter, persium: Persium) -> None:
    """Tokens and remembered failures of clients with these credentials are dropped."""
    mock_persium(respx_mock, **URLS)
    respx_mock["requestToken"].respond(401, json={"error": "invalid_client"})
    with pytest.raises(TokenRefused):
        persium.identity.get_me()

    mock_persium(respx_mock, **URLS)

    assert persium.identity.get_me() == example_of(models.Me)
    assert respx_mock["requestToken"].call_count == 2


def test_retry_budget_is_full(respx_mock: respx.MockRouter) -> None:
    """Retries of earlier tests do not count."""
    while budget.spend(URLS["api_base_url"], throttled=False):
        pass

    mock_persium(respx_mock, **URLS)

    assert budget.spend(URLS["api_base_url"], throttled=False)
