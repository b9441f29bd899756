"""Scenarios: how the endpoints respond, which commands the subject gets, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ResponseSpec:
    """The response of an origin to one request, or to several (``times``) in a row.

    Attributes:
        status: None: as the real server responds, 200 or, to an invalid request, 400 or 401.
        expires_in: Lifetime of a token, in seconds.
        delay: Seconds before the response.
        headers: Additional fields; ``<<date+3>>`` is the HTTP date 3 s from now;
            ``<<rfc850+3>>`` and ``<<asctime+3>>`` are its obsolete forms.
        members: Override those of the JSON body; null removes one.
        body: ``json``, ``html``, ``broken`` (truncated JSON) or ``empty``.
        token: The token's format, see ``tokens``.
        hold: The response is held until a step releases this name.
        disconnect: The connection is closed without a response.
        redirect: Target of ``Location``: another ``port`` or another ``host``.
        times: Number of requests.
    """

    status: int | None = None
    expires_in: float = 300
    delay: float = 0
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    members: Mapping[str, Any] = field(default_factory=dict[str, Any])
    body: str = "json"
    token: str = "jwt"  # noqa: S105  # its format
    hold: str | None = None
    disconnect: bool = False
    redirect: str | None = None
    times: int = 1

    @property
    def contains_token(self) -> bool:
        """Whether a client can find a token in this response."""
        return self.status is None and self.body in {"json", "broken"} and not self.disconnect


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An accepted result of a call; None accepts any value."""

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
    """The accepted number of requests."""

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
    """One action: exactly one of the first seven attributes is set.

    Attributes:
        call: Start this number of simultaneous calls of ``/me``.
        pause: Wait for this number of seconds.
        revoke: The API rejects every token that was issued so far.
        release: Send the responses that are held under this name.
        until: Wait until the API has received this number of requests.
        settle: Wait for the background calls.
        recover: Call once a second until a call succeeds, for at most this number of seconds.
        client: ``shared`` or ``new``: the client object that makes the calls.
        outcome: The accepted results of each call; empty: any.
        background: Do not wait for the calls.
        patience: Seconds within which the calls must end.
        in_time: If the step ends more than this number of seconds after the first token request,
            the machine is too slow: a violation does not count, and the scenario is repeated.
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
    """The state that is required at the end; None accepts any value.

    Attributes:
        token_requests: Number of token requests.
        api_requests: Number of requests to the API.
        token_requests_at_once: Maximum number of token requests in flight.
        tokens_used: The number of the token in each request to the API, in order.
        waits: Minimum seconds between a 429 or 503 and the next request, by origin.
        request: The checks that each token request must pass, see ``token_request``.
        target: Path and query of each request, by origin.
        message: The text of the last error contains each of these words.
        hidden: Must contain neither secret nor token: ``url``, ``elsewhere`` (another origin),
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
    """One claim about a client, and the steps that test it.

    Attributes:
        level: ``must``, or ``should``: a violation counts with ``--strict`` only.
        secret: The beginning of the secret, with characters that need encoding.
        token_path: Path and query of ``TOKEN_URL``.
        api_path: Path of ``API_BASE_URL``.
    """

    id: str
    rule: str
    claim: str
    level: str = "must"
    secret: str = ""
    token_path: str = "/realms/persium/protocol/openid-connect/token"  # noqa: S105  # a URL
    api_path: str = ""
    token: tuple[ResponseSpec, ...] = (ResponseSpec(),)
    api: tuple[ResponseSpec, ...] = (ResponseSpec(),)
    steps: tuple[Step, ...]
    expect: Expectation = Expectation()
