"""From requests to a sandbox to what the page shows of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from persium_ext import Persium, PersiumError
from persium_ext.sandbox import FAULTS, Sandbox

State = Callable[[], dict[str, Any]]


def test_calls_name_their_token(persium: Persium, state: State) -> None:
    """A token request and the calls with its token have the number of the token."""
    persium.identity.get_me()
    persium.identity.get_me()

    events = state()["events"]
    assert [(e["operation"], e["status"], e["token"]) for e in events] == [
        ("requestToken", 200, 1),
        ("getMe", 200, 1),
        ("getMe", 200, 1),
    ]
    assert {event["client"] for event in events} == {"acme-corp-sandbox"}
    assert (events[0]["life"], events[1]["life"]) == (300, None)
    assert 0 < events[0]["received"] <= events[0]["responded"] < events[1]["received"]


def test_revoked_token_and_retry(sandbox: Sandbox, persium: Persium, state: State) -> None:
    """A 401 and the call that follows it can be told from others, and so can the new token."""
    persium.identity.get_me()
    sandbox.revoke_tokens()
    persium.identity.get_me()

    seen = [(e["operation"], e["status"], e["token"], e["is_retry"]) for e in state()["events"]]
    assert seen[2:] == [
        ("getMe", 401, 1, False),
        ("requestToken", 200, 2, False),
        ("getMe", 200, 2, True),
    ]


def test_counters(sandbox: Sandbox, persium: Persium, state: State) -> None:
    """Requests, tokens, 401, failures and retries are counted."""
    sandbox.answer("getMe", status=503, headers={"Retry-After": "0"})
    persium.identity.get_me()
    sandbox.revoke_tokens()
    persium.identity.get_me()

    assert state()["counters"] == {
        "token_requests": 2,
        "tokens": 2,
        "calls": 4,
        "unauthorized": 1,
        "failures": 2,
        "retries": 2,
    }


def test_faults_are_named(sandbox: Sandbox, persium: Persium, state: State) -> None:
    """An event names the fault, and tells whether the response was delivered."""
    sandbox.fault("close", at="api", times=1)
    sandbox.fault("expires-in", value=200, times=1)
    persium.identity.get_me()

    token, lost, call = state()["events"]
    assert (token["fault"], token["delivered"], token["life"]) == ("expires-in", True, 200)
    assert (lost["fault"], lost["delivered"], lost["status"]) == ("close", False, 200)
    assert (call["fault"], call["delivered"], call["is_retry"]) == (None, True, True)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"client_id": "who?"}, id="an unknown client"),
        pytest.param(b"client_id=%zz", id="a malformed form"),
    ],
)
def test_refused_token_requests(form: Any, sandbox: Sandbox, state: State) -> None:
    """A token request without a token has the client that it named, as far as it can be read."""
    if isinstance(form, bytes):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        httpx.post(sandbox.token_url, content=form, headers=kind, trust_env=False)
    else:
        httpx.post(sandbox.token_url, data=form, trust_env=False)

    (event,) = state()["events"]
    assert event["status"] >= 400
    assert event["client"] == ("" if isinstance(form, bytes) else "who?")
    assert event["token"] is None


@pytest.mark.parametrize("body", [b"<p>", b'{"access_token": 7}'], ids=["HTML", "no text"])
def test_other_answers(body: bytes, sandbox: Sandbox, state: State) -> None:
    """A response without a token has no number."""
    sandbox.answer("requestToken", body=body)
    httpx.post(sandbox.token_url, trust_env=False)

    assert state()["events"][0]["token"] is None


@pytest.mark.parametrize("life", [True, "300", None])
def test_other_lives(life: object, sandbox: Sandbox, state: State) -> None:
    """A life that is not a number is none."""
    sandbox.answer("requestToken", body={"access_token": "t", "expires_in": life})
    httpx.post(sandbox.token_url, trust_env=False)

    assert (state()["events"][0]["token"], state()["events"][0]["life"]) == (1, None)


@pytest.mark.parametrize("scheme", ["Bearer", "Basic"])
def test_unknown_tokens(scheme: str, sandbox: Sandbox, state: State) -> None:
    """A call with a token that the sandbox did not issue has no client."""
    header = {"Authorization": f"{scheme} unknown"}
    httpx.get(f"{sandbox.api_base_url}/me", headers=header, trust_env=False)

    (event,) = state()["events"]
    assert (event["status"], event["token"], event["client"]) == (401, None, "")


def test_secrets_stay(sandbox: Sandbox, persium: Persium, state: State) -> None:
    """The state holds neither the secret nor a token, wherever they were sent."""
    token = persium.access_token().reveal()
    query = {"access_token": token, "client_secret": sandbox.client_secret}
    httpx.get(f"{sandbox.api_base_url}/me", params=query, trust_env=False)
    httpx.post(sandbox.token_url, auth=(sandbox.client_id, sandbox.client_secret), trust_env=False)

    shown = state()
    assert token not in str(shown)
    assert sandbox.client_secret not in str(shown)
    assert "TP-9" in {each["rule"] for each in shown["advice"]}


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind != "refuse"])
def test_persium_gets_no_advice(
    kind: str, sandbox: Sandbox, persium: Persium, state: State
) -> None:
    """This client keeps the policy, whatever happens at the API or the token endpoint."""
    hasty = persium.with_options(timeout=0.2, deadline=1.5)
    only = FAULTS[kind].only
    for at in ("token", "api") if only is None else (only,):
        with sandbox.fault(kind, at=at, times=2):
            for _ in range(3):
                with suppress(PersiumError):
                    hasty.identity.get_me()

    assert state()["counters"]["token_requests"] > 0
    assert state()["advice"] == []
