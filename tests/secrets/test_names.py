"""Every public name: what its objects show."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import BytesIO
from types import ModuleType
from typing import Any, Final
from urllib.parse import quote

import pytest

import persium_ext
from persium_ext import (
    AsyncPersium,
    CallEvent,
    Persium,
    PersiumAuth,
    PersiumError,
    Response,
    RetryEvent,
    RetryPolicy,
    TokenEvent,
    errors,
    models,
    sandbox,
    testing,
)
from persium_ext._text.secret import Secret
from persium_ext.settings import Settings
from tests.support.hooks import Recorder
from tests.support.wire import Wire, http, me

from .canaries import SECRET, TOKEN, search
from .exposed import everything_of
from .failures import FAILURES

Make = Callable[[Wire], Any]


def _settings(wire: Wire) -> dict[str, Any]:
    return {**wire.settings, "client_secret": SECRET}


def _used(wire: Wire) -> Persium:
    persium = Persium(**_settings(wire))
    persium.identity.get_me()
    persium.close()
    return persium


def _typed(wire: Wire) -> object:
    with Persium(**_settings(wire)) as persium:
        return persium.with_response.identity.get_me()


def _download(wire: Wire) -> object:
    with Persium(**_settings(wire)) as persium:
        return persium.download_to(BytesIO()).identity.get_me()


def _response(wire: Wire) -> Response:
    wire.api = http(me(json.dumps(TOKEN).encode()), headers=b"X: " + TOKEN.encode() + b"\r\n")
    with Persium(**_settings(wire)) as persium:
        return persium.request("GET", "/me")


def _token(wire: Wire) -> Any:
    with Persium(**_settings(wire)) as persium:
        return persium.access_token()


ECHOES: Final = (
    "HTTP 500, quoted with escapes",
    "HTTP 401, echoed in the head",
    "credentials refused, echoed in the head",
)


def _told(kind: type) -> Make:
    """Return what makes events of a *kind*: of calls whose servers echo what they got."""

    def call(wire: Wire) -> list[object]:
        hooks = Recorder()
        for name in ECHOES:
            options: dict[str, Any] = {**_settings(wire), **FAILURES[name].prepare(wire)}
            options |= {"hooks": hooks, "share_token": False}
            with suppress(PersiumError), Persium(**options) as persium:
                persium.request("GET", f"/me?token={quote(TOKEN)}")
        found = hooks.of(kind)
        assert found
        return found

    return call


def _sandbox(_: Wire) -> sandbox.Sandbox:
    client = sandbox.SandboxClient(client_id="a", client_secret=SECRET)
    with sandbox.Sandbox(clients=[client]) as running:
        Persium(
            token_url=running.token_url,
            api_base_url=running.api_base_url,
            client_id="a",
            client_secret=SECRET,
        ).identity.get_me()
        return running


def _failed(kind: type[PersiumError]) -> Make:
    found = [failure for failure in FAILURES.values() if failure.error is kind]

    def fail(wire: Wire) -> PersiumError:
        with (
            pytest.raises(kind) as caught,
            Persium(**{**_settings(wire), **found[0].prepare(wire)}) as persium,
        ):
            persium.identity.get_me()
        return caught.value

    return fail if found else lambda _: kind("said")


SAMPLES: Final[dict[str, Make]] = {
    "AccessToken": _token,
    "AsyncPersium": lambda wire: AsyncPersium(**_settings(wire)),
    "CallEvent": _told(CallEvent),
    "Download": _download,
    "Hooks": lambda _: Recorder(),
    "RetryEvent": _told(RetryEvent),
    "TokenEvent": _told(TokenEvent),
    "Persium": _used,
    "PersiumAuth": lambda wire: PersiumAuth(**_settings(wire)),
    "Response": _response,
    "Typed": _typed,
    "RetryPolicy": lambda _: RetryPolicy(),
    "__version__": lambda _: persium_ext.__version__,
    "STATUS_ERRORS": lambda _: errors.STATUS_ERRORS,
    "TROUBLESHOOTING": lambda _: errors.TROUBLESHOOTING,
    "Exchange": lambda wire: _sandbox(wire).exchanges,
    "FAULTS": lambda _: sandbox.FAULTS,
    "Fault": lambda wire: _sandbox(wire).fault("html"),
    "FaultSpec": lambda _: list(sandbox.FAULTS.values()),
    "Sandbox": _sandbox,
    "SandboxClient": lambda _: sandbox.SandboxClient(client_id="a", client_secret=SECRET),
    "TokenJudge": lambda _: sandbox.TokenJudge,
    "TokenRefusal": lambda _: sandbox.TokenRefusal("why"),
    "example_of": lambda _: testing.example_of(models.Me),
    "mock_persium": lambda _: testing.mock_persium,
}
MODULES: Final = (persium_ext, errors, sandbox, testing)


def public(module: ModuleType) -> dict[str, Any]:
    """Return the public names of a module, with their objects."""
    return {name: getattr(module, name) for name in module.__all__}


def is_error(found: object) -> bool:
    """Return whether *found* is a class of error."""
    return isinstance(found, type) and issubclass(found, PersiumError)


NAMES: Final = sorted({name for module in MODULES for name in public(module)})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("no_jitter")
def test_representations(wire: Wire, name: str) -> None:
    """``repr``, ``str``, a format, a copy and a pickle, if there is one, show no canary."""
    found = next(public(module)[name] for module in MODULES if name in public(module))
    sample = _failed(found)(wire) if is_error(found) else SAMPLES[name](wire)

    shown = [f"{sample!r} {sample!s} {sample}", repr([sample]), repr({"a": sample})]
    if isinstance(sample, BaseException):
        shown += everything_of(sample)
    if name != "Response" and name not in public(sandbox):
        # a response's content is the caller's; a sandbox is the server, which knows secrets
        shown += [repr(_pickled(sample)), repr(_copied(sample))]
    assert search(*shown) == []


def test_every_name_has_a_sample() -> None:
    """Every public name has a sample, and every error has a failure that raises it."""
    found = {name: thing for module in MODULES for name, thing in public(module).items()}
    errors_ = {thing for thing in found.values() if is_error(thing)}
    bases = {PersiumError, errors.TokenError}

    assert {name for name, thing in found.items() if not is_error(thing)} == set(SAMPLES)
    assert {failure.error for failure in FAILURES.values()} == errors_ - bases


def test_a_token_gets_into_no_pickle(wire: Wire) -> None:
    """A token can't be pickled: it would reach a file or another process."""
    with pytest.raises(TypeError, match="it must not reach a file or another process"):
        pickle.dumps(_token(wire))


def test_private_rooms(wire: Wire) -> None:
    """The private attributes of a client are masked as well."""
    persium = _used(wire)

    inside = vars(persium)["_executor"]
    things = [vars(persium), inside, inside.tokens, vars(inside.tokens), inside.options]
    things += [vars(inside.transport), Settings.resolve(**_settings(wire))]
    by_function: dict[str, Any] = {**_settings(wire), "client_secret": partial(str, SECRET)}
    things += [Settings.resolve(**by_function).secret]
    for room in (inside.tokens, vars(inside.tokens)["_source"]):
        things += [vars(thing) for thing in vars(room).values() if hasattr(thing, "__dict__")]
    assert search(repr(things)) == []


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies(wire: Wire, copied: Callable[[Any], Any]) -> None:
    """Copies of a token, of settings and of an auth show no canary."""
    token, settings = _token(wire), Settings.resolve(**_settings(wire))
    auth, secret = PersiumAuth(**_settings(wire)), Secret(SECRET)

    assert copied(secret) is secret
    assert copied(token) == token
    assert copied(settings) == settings
    assert copied(auth) is auth
    assert search(repr([copied(token), copied(settings), copied(auth)])) == []


def _pickled(thing: object) -> object:
    try:
        return pickle.dumps(thing)
    except TypeError as refused:
        return refused


def _copied(thing: object) -> object:
    return [copy.copy(thing), copy.deepcopy(thing)]
