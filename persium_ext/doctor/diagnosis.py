"""All checks, in the order in which a call depends on them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from time import perf_counter
from typing import Any, Final

from attrs import evolve

from persium_ext._retry.policy import RetryPolicy
from persium_ext._tokens.access_token import REFRESH_MARGIN
from persium_ext.client import Persium
from persium_ext.errors import SettingsError, TokenError
from persium_ext.settings import Settings

from .check import Check, NotTriedError, State, Step, run
from .origins import Origin, masked, origins, secrets
from .route import Route

_CALLS: Final = ("token", "GET /me")


def diagnose(
    arguments: Mapping[str, Any], *, timeout: float = 10.0, deadline: float = 60.0
) -> Iterator[Check]:
    """Check settings, ways, token and call.

    *arguments* are those of a client: its settings, with a masked secret. Each network operation
    may last *timeout* seconds, token and call *deadline* seconds each.
    """
    hidden = secrets(arguments, os.environ)
    for check in _checks(arguments, {"timeout": timeout, "deadline": deadline}):
        if check.error is not None:
            check.error.args = (masked(str(check.error.args[0]), hidden),)
        yield evolve(check, detail=masked(check.detail, hidden))


def _checks(arguments: Mapping[str, Any], limits: Mapping[str, float]) -> Iterator[Check]:
    settings, problems = _resolve(arguments)
    yield from run(_settings(arguments, problems), until_failure=False)
    if settings is None:
        for name in ("token endpoint", "API", *_CALLS):
            yield Check(name=name, state=State.NOT_TRIED, detail="a setting is missing or wrong")
        return
    ways: dict[str, Route] = {}
    for name, setting in (("token endpoint", "token_url"), ("API", "api_base_url")):
        ways[name] = route = Route(
            getattr(settings, setting),
            setting.upper(),
            direct=settings.loopback_hosts(),
            timeout=limits["timeout"],
        )
        try:
            yield from run(route.steps(name))
        finally:
            route.close()
    yield from _calls(arguments, ways, limits)


def _calls(
    arguments: Mapping[str, Any], ways: Mapping[str, Route], limits: Mapping[str, float]
) -> Iterator[Check]:
    secret = arguments.get("client_secret")
    given: dict[str, Any] = {**arguments, **limits, "client_secret": secret and secret.reveal}
    with Persium(**given, retry=RetryPolicy(attempts=1), share_token=False) as persium:
        steps: list[Step] = [
            ("token", lambda: _token(_on(ways, ["token endpoint"], persium))),
            ("GET /me", lambda: _me(_on(ways, ["token endpoint", "API"], persium))),
        ]
        yield from run(steps)


def _on(ways: Mapping[str, Route], names: Iterable[str], persium: Persium) -> Persium:
    """Return the client, if all the ways that its call needs are there."""
    for name in names:
        if not ways[name].reached:
            raise NotTriedError(f"{name} can't be reached")
    return persium


def _resolve(arguments: Mapping[str, Any]) -> tuple[Settings | None, tuple[str, ...]]:
    try:
        return Settings.resolve(**arguments), ()
    except SettingsError as error:
        return None, error.problems


def _settings(arguments: Mapping[str, Any], problems: tuple[str, ...]) -> Iterator[Step]:
    for origin in origins(arguments, os.environ):
        wrong = [problem for problem in problems if problem.startswith(origin.name)]
        yield origin.name, partial(_setting, origin, wrong)


def _setting(origin: Origin, problems: list[str]) -> str:
    if problems:
        error = SettingsError(*problems)
        error.hint = None if origin.source is None else f"correct it: it comes {origin}"
        raise error
    return f"{origin.shown} ({origin})"


def _token(persium: Persium) -> str:
    start = perf_counter()
    token = persium.access_token()
    words = f"valid for {token.expires_in:g} s"
    if token.expires_in < REFRESH_MARGIN:
        raise TokenError(
            f"{words}, less than the {REFRESH_MARGIN:g} s refresh margin: every call requests one",
            hint="ask Persium for tokens that are valid for longer",
        )
    return f"{words} ({_since(start)})"


def _me(persium: Persium) -> str:
    start = perf_counter()
    found = persium.with_response.identity.get_me()
    request_id = f", request id {found.request_id}" if found.request_id else ""
    return f"{found.value.client_id}, {found.value.label} ({_since(start)}{request_id})"


def _since(start: float) -> str:
    return f"{(perf_counter() - start) * 1000:.0f} ms"
