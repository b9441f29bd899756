"""Scenarios: what the world does, what the subject is told, and what has to come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
    token: str = "jwt"  # noqa: S105  # its shape
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
        request: What each token request has to be: see ``shape``.
        target: Path and query of each request, by origin.
        message: The last error's text has each of these words.
        hidden: Where neither secret nor token may be: ``url``, ``elsewhere`` (another origin),
            ``output``, ``files``, ``arguments``.
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
    token_path: str = "/realms/persium/protocol/openid-connect/token"  # noqa: S105  # an address
    api_path: str = ""
    token: tuple[Answer, ...] = (Answer(),)
    api: tuple[Answer, ...] = (Answer(),)
    steps: tuple[Step, ...]
    expect: Expectation = Expectation()
