"""Clients besides their operations: options, closing, other ways to send requests."""

from __future__ import annotations

import copy
import gc
import gzip
import pickle
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import anyio
import httpx
import pytest
import respx
from persium_api.api.identity import get_me
from persium_api.models import Me

import persium_ext
from persium_ext import (
    AsyncPersium,
    Persium,
    PersiumAuth,
    RetryPolicy,
    SettingsError,
    UnauthorizedError,
    errors,
)
from persium_ext.sandbox import Sandbox
from tests.support.concurrency import Concurrency, Session

FOUR: dict[str, Any] = {
    "token_url": "https://auth.example/token",
    "api_base_url": "https://api.example/v1",
    "client_id": "a",
    "client_secret": "b",
}
TOKEN = {"access_token": "t-1", "expires_in": 300, "token_type": "Bearer"}
ME = {
    "client_id": "a",
    "organisation_uuid": "8d2f1a3e-1234-4c1b-9999-abcdefabcdef",
    "label": "l",
    "all_organisations": False,
}


def test_public_names() -> None:
    """Every error is exported, the generated ones too, and nothing twice."""
    names = persium_ext.__all__

    assert len(names) == len(set(names))
    assert {"Persium", "AsyncPersium", "PersiumAuth", "RetryPolicy", "Response"} <= set(names)
    assert set(vars(errors)["__all__"]) <= set(names)
    assert {"UnauthorizedError", "ApiStatusError", "TokenRefused"} <= set(names)
    assert all(hasattr(persium_ext, name) for name in names)


def test_version() -> None:
    """It is the one of the distribution."""
    project = tomllib.loads(
        Path(__file__).parents[1].joinpath("pyproject.toml").read_text(encoding="utf-8")
    )["project"]

    assert persium_ext.__version__ == project["version"]


@pytest.mark.parametrize("client", [Persium, AsyncPersium, PersiumAuth])
def test_settings_that_are_missing(client: Any) -> None:
    """The constructor names all four at once."""
    with pytest.raises(SettingsError) as caught:
        client()

    assert len(caught.value.problems) == 4


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"timeout": 0}, "timeout has to be", id="timeout"),
        pytest.param({"deadline": -1}, "deadline has to be", id="deadline"),
        pytest.param({"deadline": True}, "deadline has to be", id="a boolean"),
        pytest.param({"timeout": "5"}, "timeout has to be", id="text"),
        pytest.param({"timeout": 1e10}, "timeout has to be", id="centuries"),
        pytest.param({"deadline": float("inf")}, "up to 1,000,000, or None", id="for ever"),
        pytest.param({"timeout": float("nan")}, "timeout has to be", id="not a number"),
        pytest.param({"deadline": 10**400}, "deadline has to be", id="more than a float holds"),
        pytest.param({"max_response_size": 0}, "has to be a number of bytes", id="no bytes"),
        pytest.param({"max_response_size": 1.5}, "has to be a number of bytes", id="half a byte"),
        pytest.param({"max_response_size": True}, "has to be a number of bytes", id="no number"),
        pytest.param({"headers": {"Authorization": "x"}}, "set by the client", id="our header"),
        pytest.param({"user_agent": "a\nb"}, "User-Agent", id="user agent"),
        pytest.param({"proxy": "localhost:3128"}, "proxy has to start with", id="proxy"),
        pytest.param({"verify": "/no/such/file"}, "there is no file", id="verify"),
        pytest.param({"verify": 5}, "verify has to be True, False, a path", id="no path"),
    ],
)
@pytest.mark.parametrize("client", [Persium, AsyncPersium])
def test_options_that_are_wrong(client: Any, options: Any, words: Any) -> None:
    """A wrong option is named when the client is made."""
    with pytest.raises(SettingsError, match=words):
        client(**FOUR, **options)


@pytest.mark.parametrize("deadline", [None, 1_000_000])
def test_the_longest_limits(concurrency: Concurrency, deadline: float | None) -> None:
    """No clock, socket or sleep fails with the largest number that is accepted."""
    session = concurrency.session(timeout=1_000_000, deadline=deadline)

    assert session.do().label


@pytest.mark.parametrize(
    ("client", "other"),
    [(Persium, httpx.AsyncClient()), (AsyncPersium, httpx.Client())],
)
def test_the_wrong_kind_of_http_client(client: Any, other: Any) -> None:
    """An HTTP client for tasks can't be used by threads, nor one for threads by tasks."""
    with pytest.raises(TypeError, match="http_client has to be"):
        client(**FOUR, http_client=other)


def test_closing_is_final(concurrency: Concurrency) -> None:
    """A call of a closed client is an error."""
    session = concurrency.session()
    session.do()
    session.do(lambda p: p.close() if concurrency.name == "sync" else p.aclose())

    with pytest.raises(RuntimeError, match="closed"):
        session.do()


def test_a_client_that_was_never_used_can_be_closed(concurrency: Concurrency) -> None:
    """Closing a client without connections is not an error."""
    session = concurrency.session()

    session.do(lambda p: p.close() if concurrency.name == "sync" else p.aclose())


def test_a_client_needs_no_with(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """Connections are closed with the last reference; a warning would fail this test."""
    assert Persium(**settings).identity.get_me().client_id == sandbox.client_id
    gc.collect()


@pytest.mark.usefixtures("no_jitter")
def test_with_options_returns_a_copy(concurrency: Concurrency, sandbox: Sandbox) -> None:
    """It shares connections and token, and never changes its parent."""
    session = concurrency.session()
    copy = session.client.with_options(
        retry=RetryPolicy(attempts=1), headers={"X-Copy": "1"}, timeout=None
    )
    sandbox.answer("getMe", status=503, times=1)

    with pytest.raises(errors.ServiceUnavailableError):
        session.do(client=copy)
    session.do(client=copy)
    session.do(lambda p: p.close() if concurrency.name == "sync" else p.aclose(), client=copy)
    session.do()

    assert (sandbox.token_requests, sandbox.api_requests) == (1, 3)


class Tenant(Persium):
    """A client with an attribute, a class attribute and a cached property of its own."""

    region = "eu"

    def __init__(self, tenant: str, **options: Any) -> None:
        super().__init__(**options)
        self.tenant, self.region = tenant, "us"
        vars(self)["request"] = str  # a method that was replaced

    @cached_property
    def label(self) -> str:
        """The label of the client."""
        return self.identity.get_me().label


@pytest.mark.parametrize(
    "copied",
    [
        pytest.param(lambda client: client.with_options(deadline=5), id="with_options"),
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
        pytest.param(lambda client: pickle.loads(pickle.dumps(client)), id="pickle"),  # noqa: S301  # ours
    ],
)
def test_copies_of_a_subclass(
    settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch, copied: Any
) -> None:
    """A copy has the attributes of a subclass, and makes anew what belongs to each client."""
    monkeypatch.setenv("CLIENT_SECRET", settings.pop("client_secret"))
    with Tenant("acme", **settings) as client:
        assert client.label
        assert client.generated

        made = copied(client)

        assert type(made) is Tenant
        assert (made.tenant, made.region, vars(made)["request"]) == ("acme", "us", str)
        assert vars(made).keys().isdisjoint({"label", "identity", "generated"})
        assert made.label == client.label
        made.close()


def test_autospec() -> None:
    """A mock of a client has the client's methods and operations, and refuses other arguments."""
    kind: Any = create_autospec(Persium)
    made, persium = kind(client_id="a"), create_autospec(Persium, instance=True)
    awaited: Any = create_autospec(AsyncPersium, instance=True)
    for mock in (made, persium, awaited):
        mock.identity.get_me.return_value = ME

    async def call() -> object:
        return await awaited.identity.get_me()

    assert made.identity.get_me() == persium.identity.get_me() == anyio.run(call) == ME
    with pytest.raises(TypeError, match="argument"):
        persium.identity.get_me(1)
    with pytest.raises(TypeError, match="argument"):
        persium.request("GET")


def test_with_options_checks_them(session: Session) -> None:
    """``with_options`` refuses a wrong option as the constructor does."""
    with pytest.raises(SettingsError, match="deadline has to be"):
        session.client.with_options(deadline=0)


def test_repr(session: Session, sandbox: Sandbox) -> None:
    """A client shows the base URL of the API, and nothing else."""
    assert repr(session.client).endswith(f"Persium(api_base_url={sandbox.api_base_url!r})")


@respx.mock
def test_headers_on_the_wire() -> None:
    """User agent, headers of client and call; of two with one name the latest is sent."""
    respx.post(FOUR["token_url"]).respond(json=TOKEN)
    me = respx.get("https://api.example/v1/me").respond(json=ME)
    persium = Persium(**FOUR, user_agent="shop/2", headers={"X-A": "1", "X-B": "1"})

    persium.with_options(headers={"x-b": "2"}).request("GET", "/me", headers={"X-C": "3"})

    sent = me.calls.last.request.headers
    assert sent["user-agent"] == f"shop/2 persium-python/{persium_ext.__version__}"
    assert (sent["x-a"], sent["x-b"], sent["x-c"]) == ("1", "2", "3")
    assert sent["authorization"] == "Bearer t-1"


# --- mocked by respx ---


@respx.mock
def test_respx_mocks_a_client_for_threads() -> None:
    """A plain ``respx.mock`` replaces both endpoints."""
    token = respx.post(FOUR["token_url"]).respond(json=TOKEN)
    me = respx.get("https://api.example/v1/me").respond(json=ME)

    with Persium(**FOUR) as persium:
        assert persium.identity.get_me().label == "l"

    assert (token.call_count, me.call_count) == (1, 1)
    assert b"grant_type=client_credentials" in token.calls.last.request.content


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_respx_mocks_a_client_for_tasks(backend: str) -> None:
    """A plain ``respx.mock`` replaces both endpoints of an event loop as well."""

    async def call() -> str:
        async with AsyncPersium(**FOUR) as persium:
            return (await persium.identity.get_me()).label

    with respx.mock:
        token = respx.post(FOUR["token_url"]).respond(json=TOKEN)
        respx.get("https://api.example/v1/me").respond(json=ME)

        assert anyio.run(call, backend=backend) == "l"
        assert token.call_count == 1


# --- an own HTTP client ---


class Wire(httpx.HTTPTransport):
    """Records the requests that are sent."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request."""
        self.requests.append(request)
        return super().handle_request(request)


def test_own_http_client(settings: dict[str, Any]) -> None:
    """It sends both requests without its own authentication, and stays open."""
    wire = Wire()
    own = httpx.Client(
        auth=("user", "password"),
        headers={"Authorization": "Basic abc", "X-Team": "a"},
        transport=wire,
        follow_redirects=True,
    )

    with Persium(**settings, http_client=own) as persium:
        persium.identity.get_me()

    asked, called = wire.requests
    assert "authorization" not in asked.headers
    assert called.headers["authorization"].startswith("Bearer ")
    assert called.headers["x-team"] == "a"
    assert not own.is_closed
    own.close()


def test_own_async_http_client(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """It sends both requests, and stays open."""

    async def call() -> bool:
        async with httpx.AsyncClient() as own:
            async with AsyncPersium(**settings, http_client=own) as persium:
                await persium.identity.get_me()
            return own.is_closed

    assert anyio.run(call) is False
    assert sandbox.api_requests == 1


def test_one_client_in_several_event_loops(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """Event loops, in turn and at once, have their own connections and share one token."""
    persium = AsyncPersium(**settings)

    async def call() -> str:
        try:
            return (await persium.identity.get_me()).client_id
        finally:
            await persium.aclose()

    def run(backend: str) -> str:
        return anyio.run(call, backend=backend)

    with ThreadPoolExecutor(8) as threads:
        backends = ["asyncio", "trio"] * 4
        names = list(threads.map(run, backends))
    names.append(anyio.run(call))

    assert names == [sandbox.client_id] * 9
    assert sandbox.token_requests == 1


# --- the generator's own functions ---


@pytest.mark.usefixtures("no_jitter")
def test_generated_functions(settings: dict[str, Any], sandbox: Sandbox) -> None:
    """The generator's functions share the token, the 401 rule, retries and errors."""
    sandbox.answer("getMe", status=401, times=1)
    sandbox.answer("getMe", status=503, times=1)
    with Persium(**settings) as persium:
        response = get_me.sync_detailed(client=persium.generated)
        sandbox.answer("getMe", status=401, times=2)
        with pytest.raises(UnauthorizedError):
            get_me.sync(client=persium.generated)

    assert isinstance(response.parsed, Me)
    assert response.parsed.client_id == sandbox.client_id
    assert sandbox.token_requests == 3


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_generated_functions_in_tasks(
    settings: dict[str, Any], sandbox: Sandbox, backend: str
) -> None:
    """The generator's asynchronous functions use the token as well."""

    async def call() -> Any:
        async with AsyncPersium(**settings) as persium:
            return await get_me.asyncio(client=persium.generated)

    me = anyio.run(call, backend=backend)

    assert me.client_id == sandbox.client_id
    assert sandbox.token_requests == 1


def test_generated_functions_of_the_other_kind(settings: dict[str, Any]) -> None:
    """The error names the client of the right kind."""
    with Persium(**settings) as persium, pytest.raises(TypeError, match="AsyncPersium"):
        anyio.run(lambda: get_me.asyncio(client=persium.generated))
    with pytest.raises(TypeError, match=r"Persium\(\)"):
        get_me.sync(client=AsyncPersium(**settings).generated)


@respx.mock
def test_generated_functions_below_an_unusual_base_url() -> None:
    """A base URL with upper case, the default port and a path is normalised."""
    respx.post(FOUR["token_url"]).respond(json=TOKEN)
    me = respx.get("https://api.example/v1/me").respond(json=ME)
    settings: dict[str, Any] = {**FOUR, "api_base_url": "https://API.example:443/v1/"}
    persium = Persium(**settings)

    assert get_me.sync(client=persium.generated) is not None
    assert me.call_count == 1


@respx.mock
def test_compressed_mock() -> None:
    """A mock's gzip response is decompressed."""
    respx.post(FOUR["token_url"]).respond(json=TOKEN)
    respx.get("https://api.example/v1/me").respond(
        content=gzip.compress(httpx.Response(200, json=ME).content),
        headers={"Content-Encoding": "gzip"},
    )

    assert Persium(**FOUR).identity.get_me().label == "l"
