"""Pickles of clients have no secret: the other process reads it from its source."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import ssl
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from persium_ext import AsyncPersium, Persium, PersiumAuth, RetryPolicy, SettingsError
from persium_ext.sandbox import Sandbox
from persium_ext.settings import Settings

VAULT: list[str] = []


def from_vault() -> str:
    """A function that returns the secret."""
    return VAULT[0]


def inside(client: Any) -> Any:
    """Return the executor of a client."""
    return vars(client)["_executor"]


@pytest.fixture
def without_secret(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings without the secret."""
    return {name: value for name, value in settings.items() if name != "client_secret"}


@pytest.fixture(params=["variable", "prefixed variable", "file", "function"])
def by_source(
    request: pytest.FixtureRequest,
    without_secret: dict[str, Any],
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, Any]:
    """The settings, with each source that a secret may have."""
    if request.param == "file":
        file = tmp_path / "secret"
        file.write_text(sandbox.client_secret)
        return {**without_secret, "client_secret_file": file}
    if request.param == "function":
        monkeypatch.setattr(f"{__name__}.VAULT", [sandbox.client_secret])
        return {**without_secret, "client_secret": from_vault}
    prefix = "PERSIUM_" if request.param.startswith("prefixed") else ""
    monkeypatch.setenv(f"{prefix}CLIENT_SECRET", sandbox.client_secret)
    return without_secret


def label_of(pickled: bytes) -> tuple[str, str]:
    """Make two clients from a pickle and call with both, as another process does."""
    labels = [pickle.loads(pickled).identity.get_me().label for _ in range(2)]  # noqa: S301  # ours
    return labels[0], labels[1]


def test_a_client_is_rebuilt_from_its_source(by_source: dict[str, Any], sandbox: Sandbox) -> None:
    """A pickle has everything but the secret; within a process both clients share a token."""
    client = Persium(**by_source, headers={"X-Team": "a"}, retry=RetryPolicy(attempts=2))
    changed = client.with_options(timeout=3)

    pickled = pickle.dumps(changed)
    rebuilt = pickle.loads(pickled)  # noqa: S301  # it is ours

    assert sandbox.client_secret.encode() not in pickled
    assert rebuilt.identity.get_me() == client.identity.get_me()
    assert sandbox.token_requests == 1
    assert inside(rebuilt).options == inside(changed).options
    assert pickle.loads(pickle.dumps(rebuilt)).identity.get_me().client_id  # noqa: S301  # it is ours
    rebuilt.close()


def test_async_client_and_auth_are_rebuilt(by_source: dict[str, Any], sandbox: Sandbox) -> None:
    """``AsyncPersium`` and ``PersiumAuth`` are rebuilt from their source as well."""

    async def call() -> str:
        pickled = pickle.dumps(AsyncPersium(**by_source))
        async with pickle.loads(pickled) as rebuilt:  # noqa: S301  # it is ours
            return str((await rebuilt.identity.get_me()).client_id)

    auth = pickle.loads(pickle.dumps(PersiumAuth(**by_source)))  # noqa: S301  # it is ours
    with httpx.Client(auth=auth) as client:
        assert client.get(f"{sandbox.api_base_url}/me").status_code == 200

    assert anyio.run(call) == sandbox.client_id
    assert sandbox.token_requests == 1


def test_another_process_has_one_token_of_its_own(
    without_secret: dict[str, Any], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two clients in another process share one token there."""
    monkeypatch.setenv("CLIENT_SECRET", sandbox.client_secret)
    with Persium(**without_secret) as persium:
        persium.identity.get_me()
        pickled = pickle.dumps(persium)

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        labels = pool.apply(label_of, (pickled,))
        pool.close()
        pool.join()

    assert labels == (sandbox.client.label,) * 2
    assert sandbox.token_requests == 2


@pytest.mark.parametrize("kind", [Persium, AsyncPersium, PersiumAuth])
def test_literal_secret_is_not_pickled(kind: Any, settings: dict[str, Any]) -> None:
    """A literal secret is not pickled; the error has the alternatives."""
    hint = "set CLIENT_SECRET in the environment, or pass client_secret_file="

    with pytest.raises(TypeError, match=hint):
        pickle.dumps(kind(**settings))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"verify": ssl.create_default_context()}, "verify=SSLContext", id="context"),
        pytest.param({"proxy": "http://user:pass@127.0.0.1:9"}, "a password in proxy", id="proxy"),
        pytest.param({"http_client": "one"}, "an http_client", id="http_client"),
        pytest.param(
            {"client_secret": partial(str, "hidden")}, "not a partial", id="state in a function"
        ),
    ],
)
def test_arguments_that_are_not_pickled(
    without_secret: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    words: str,
) -> None:
    """An argument that can't or must not be pickled is named."""
    monkeypatch.setenv("CLIENT_SECRET", "x")
    with httpx.Client() as own:
        if "http_client" in options:
            options = {"http_client": own}

        with pytest.raises(TypeError, match=words):
            pickle.dumps(Persium(**without_secret, **options))


def test_settings_are_rebuilt(
    without_secret: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unpickled settings have the secret of the environment; without one it is an error."""
    monkeypatch.setenv("CLIENT_SECRET", "here")
    pickled = pickle.dumps(Settings.resolve(**without_secret))
    monkeypatch.setenv("CLIENT_SECRET", "there")

    assert pickle.loads(pickled).secret.read().reveal() == "there"  # noqa: S301  # it is ours
    monkeypatch.delenv("CLIENT_SECRET")
    with pytest.raises(SettingsError, match="CLIENT_SECRET is missing: set CLIENT_SECRET"):
        pickle.loads(pickled)  # noqa: S301  # it is ours


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("kind", [Persium, AsyncPersium])
def test_a_copy_shares_connections_and_token(
    kind: Any, copied: Any, settings: dict[str, Any]
) -> None:
    """A copy shares connections and token, even with a literal secret."""
    client = kind(**settings)

    twin = copied(client)

    assert type(twin) is kind
    assert twin is not client
    assert inside(twin).transport is inside(client).transport
    assert inside(twin).tokens is inside(client).tokens
