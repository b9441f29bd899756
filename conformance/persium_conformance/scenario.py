"""Scenarios: what the world does, what the subject is told, and what has to come of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from . import SET_VERSION
from .rules import RULES


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an origin answers to one request, or to several (``times``) in a row.

    Attributes:
        status: None lets the judge decide as the real thing would: 200, or 400/401 for a request
            that is wrong.
        expires_in: Seconds; of a token.
        delay: Seconds before the answer.
        headers: Besides the usual ones; ``<<date+3>>`` is the HTTP date 3 s from now.
        members: Put over those of the JSON body; null takes one out.
        body: ``json``, ``html``, ``broken`` (JSON that is cut off) or ``empty``.
        token: The token's shape, see ``tokens``.
        hold: The answer waits until a step releases this name.
        disconnect: The connection ends in place of an answer.
        redirect: Where ``Location`` leads: another ``port`` or another ``host``.
    """

    status: int | None = None
    expires_in: float = 300
    delay: float = 0
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    members: Mapping[str, Any] = field(default_factory=dict[str, Any])
    body: str = "json"
    token: str = "opaque"
    hold: str | None = None
    disconnect: bool = False
    redirect: str | None = None
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a call may come to: anything that is None is not looked at."""

    ok: bool | None = None
    stage: str | None = None
    status: int | None = None

    def __str__(self) -> str:
        if self.ok:
            return "success"
        facts = [f"stage {self.stage}"] if self.stage else []
        facts += [f"status {self.status}"] if self.status else []
        return "failure" + (f" ({', '.join(facts)})" if facts else "")


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many requests there may be."""

    least: int = 0
    most: int | None = None

    def __contains__(self, number: int) -> bool:
        return number >= self.least and (self.most is None or number <= self.most)

    def __str__(self) -> str:
        if self.least == self.most:
            return str(self.least)
        if self.most is None:
            return f"at least {self.least}"
        return f"at most {self.most}" if not self.least else f"{self.least} to {self.most}"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happens; exactly one of the first seven says what.

    Attributes:
        call: So many calls of ``/me`` at once.
        pause: Seconds in which nothing happens.
        revoke: From here on the API refuses every token that was issued before.
        release: Lets the held answers of this name go.
        until: Waits until the API has had so many requests.
        settle: Waits for calls in the background.
        recover: Calls once a second until one succeeds, for so many seconds.
        client: ``shared`` or ``new``: the client object that makes the calls.
        outcome: What each of the calls may come to; empty: anything.
        background: Does not wait for the calls.
        patience: Seconds within which the calls have to end.
        in_time: If the step ends later than so many seconds after the first token request, a
            complaint may be this machine's fault, and the scenario is played again.
    """

    call: int | None = None
    pause: float | None = None
    revoke: bool = False
    release: str | None = None
    until: int | None = None
    settle: bool = False
    recover: float | None = None
    client: str = "shared"
    outcome: tuple[Outcome, ...] = ()
    background: bool = False
    patience: float = 30
    in_time: float | None = None


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What has to be true in the end; what is None is not looked at.

    Attributes:
        token_requests: How many there were.
        api_requests: The same.
        token_requests_at_once: At most so many were in flight at a time.
        tokens_used: The number of the token that each call of the API carried, in order.
        waits: Seconds between a 429 or 503 and the next request, by origin.
        request: What each token request has to be: see ``checks``.
        target: Path and query of each request, by origin.
        message: The last error's text has each of these words.
        hidden: Where neither secret nor token may be: see ``leaks``.
    """

    token_requests: Count | None = None
    api_requests: Count | None = None
    token_requests_at_once: int | None = None
    tokens_used: tuple[int, ...] | None = None
    waits: Mapping[str, float] = field(default_factory=dict[str, float])
    request: tuple[str, ...] = ()
    target: Mapping[str, str] = field(default_factory=dict[str, str])
    message: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One claim about a client, and how to try it.

    Attributes:
        level: ``must``, or ``should``: a breach counts with ``--strict`` only.
        secret: The secret's awkward beginning.
        token_path: Path and query of ``TOKEN_URL``.
        api_path: Path of ``API_BASE_URL``.
    """

    id: str
    rule: str
    claim: str
    level: str = "must"
    secret: str = ""
    token_path: str = "/realms/persium/protocol/openid-connect/token"
    api_path: str = ""
    token: tuple[Answer, ...] = (Answer(),)
    api: tuple[Answer, ...] = (Answer(),)
    steps: tuple[Step, ...]
    expect: Expectation = Expectation()


def load() -> list[Scenario]:
    """Return the scenarios of this package, by rule."""
    found = [
        s for name in RULES for s in read(_folder().joinpath(f"{name}.json").read_text("utf-8"))
    ]
    assert len({s.id for s in found}) == len(found)
    return found


def read(text: str) -> Iterator[Scenario]:
    """Read a file of scenarios.

    Raises:
        ValueError: It is of another version.
        TypeError: A member is unknown or missing.
    """
    document: dict[str, Any] = json.loads(text)
    if document["version"] != SET_VERSION:
        raise ValueError(f"scenarios of version {document['version']}, not {SET_VERSION}")
    for found in document["scenarios"]:
        yield _scenario({"rule": document["rule"], **found})


def _folder() -> Any:  # noqa: ANN401  # Traversable, wherever this Python keeps that
    return files(__package__).joinpath("scenarios")


def _scenario(found: dict[str, Any]) -> Scenario:
    for origin in ("token", "api"):
        if origin in found:
            found[origin] = tuple(Answer(**answer) for answer in found[origin])
    found["steps"] = tuple(_step(step) for step in found["steps"])
    found["expect"] = _expectation(found.get("expect", {}))
    return Scenario(**found)


def _step(found: dict[str, Any]) -> Step:
    outcomes = tuple(Outcome(**outcome) for outcome in found.pop("outcome", ()))
    return Step(**found, outcome=outcomes)


def _expectation(found: dict[str, Any]) -> Expectation:
    for name in ("token_requests", "api_requests"):
        if name in found:
            found[name] = _count(found[name])
    for name in ("tokens_used", "request", "message", "hidden"):
        if name in found:
            found[name] = tuple(found[name])
    return Expectation(**found)


def _count(found: int | dict[str, int]) -> Count:
    return Count(least=found, most=found) if isinstance(found, int) else Count(**found)
