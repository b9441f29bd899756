"""The key that makes a repeated request harmless."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from persium_api.facade import _schema as s
from persium_api.types import UNSET

from persium_ext import Persium, SettingsError
from tests.support.concurrency import Action, Concurrency
from tests.support.schemas import operation
from tests.support.wire import Wire, http, in_turn

CREATE = operation(
    method="POST",
    parameters=(
        s.Parameter(
            name="Idempotency-Key",
            argument="idempotency_key",
            place="header",
            schema=s.TEXT,
            style="simple",
            explode=False,
        ),
    ),
    responses={"204": None},
)


def post(**more: Any) -> Action:
    """Return an action that sends a POST with a key."""
    return lambda p: p.with_options(idempotency_key="order-7").request("POST", "/x", **more)


def executor_of(persium: Any) -> Any:
    """Return what the operations of a client are called with."""
    return persium._executor  # noqa: SLF001  # no operation of the document need have a key


def keys(wire: Wire) -> list[str]:
    """Return the key of each request of the API, empty if it has none."""
    heads = [seen.head.decode() for seen in wire.api_requests]
    return [
        ",".join(re.findall(r"^idempotency-key: (.*?)\r?$", head, re.IGNORECASE | re.MULTILINE))
        for head in heads
    ]


@pytest.mark.usefixtures("no_jitter")
def test_every_attempt_has_the_key(concurrency: Concurrency, wire: Wire) -> None:
    """A POST with a key is repeated after a 502 and a 401, with the same key."""
    wire.api = in_turn(http(status=b"502 Bad"), http(status=b"401 No"), http(b"{}"))
    session = concurrency.session(**wire.settings)

    assert session.do(post()).status_code == 200
    assert keys(wire) == ["order-7"] * 3


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_safe_methods_have_no_key(concurrency: Concurrency, wire: Wire, method: str) -> None:
    """A method that changes nothing needs no key."""
    session = concurrency.session(**wire.settings)

    session.do(lambda p: p.with_options(idempotency_key="order-7").request(method, "/x"))

    assert keys(wire) == [""]


def test_the_key_of_the_call_takes_precedence(concurrency: Concurrency, wire: Wire) -> None:
    """A header field of the call replaces the key, and None removes it."""
    session = concurrency.session(**wire.settings)

    session.do(post(headers={"idempotency-key": "mine"}))
    session.do(
        lambda p: (
            p.with_options(idempotency_key="a")
            .with_options(idempotency_key=None)
            .request("POST", "/x")
        )
    )

    assert keys(wire) == ["mine", ""]


@pytest.mark.usefixtures("no_jitter")
def test_documented_key_is_made(concurrency: Concurrency, wire: Wire) -> None:
    """An operation that documents the field has a new key for each call, the same for a retry."""
    wire.api = in_turn(http(status=b"502 Bad"), http(status=b"401 No"), http(status=b"204 Done"))
    session = concurrency.session(**wire.settings)

    for _ in range(2):
        session.do(lambda p: executor_of(p).execute(CREATE, {"idempotency_key": UNSET}))

    first, *repeated, second = keys(wire)
    assert repeated == [first, first]
    assert UUID(first) != UUID(second)


@pytest.mark.parametrize(
    ("described", "options", "given", "key"),
    [
        pytest.param(CREATE, {}, "mine", "mine", id="argument"),
        pytest.param(CREATE, {"idempotency_key": "a"}, "mine", "mine", id="argument before option"),
        pytest.param(CREATE, {"idempotency_key": "a"}, UNSET, "a", id="option"),
        pytest.param(CREATE, {"headers": {"idempotency-key": "b"}}, UNSET, "b", id="header"),
        pytest.param(CREATE._replace(method="GET"), {}, UNSET, "", id="safe method"),
        pytest.param(CREATE._replace(parameters=()), {}, UNSET, "", id="not documented"),
    ],
)
def test_precedence(
    wire: Wire, described: Any, options: dict[str, Any], given: object, key: str
) -> None:
    """A key that a caller gives replaces the one that is made."""
    wire.api = http(status=b"204 Done")
    settings: dict[str, Any] = {**wire.settings}
    with Persium(**settings) as persium:
        changed = persium.with_options(**options)
        executor_of(changed).execute(described, {"idempotency_key": given})

    assert keys(wire) == [key]


@pytest.mark.parametrize("key", ["", "a b", "ä", "a\r\nb", 7])
def test_key_that_cannot_be_sent(settings: dict[str, Any], key: Any) -> None:
    """A key is visible ASCII characters; another is refused before a request."""
    persium = Persium(**settings)

    with pytest.raises(SettingsError, match="idempotency_key has to be visible ASCII"):
        persium.with_options(idempotency_key=key)
