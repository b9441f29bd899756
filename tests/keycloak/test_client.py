"""The shipped client against a real Keycloak, in threads, in asyncio and in trio.

Tokens are counted in Keycloak's own event log.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from persium_ext import (
    PersiumError,
    RetryPolicy,
    SettingsError,
    TokenEndpointUnavailable,
    TokenRefused,
    TokenResponseInvalid,
)
from persium_ext.cli import main
from tests.support.concurrency import Clock, Concurrency

from .admin import Admin
from .realm import CUSTOMER, DISABLED, ELEVATED, NO_SERVICE_ACCOUNT, ROTATING, SHORT_LIVED
from .resource_server import ResourceServer
from .server import Keycloak

pytestmark = pytest.mark.keycloak


def test_a_token_and_a_call(concurrency: Concurrency, admin: Admin) -> None:
    """The API accepts the token that Keycloak signs; ten calls need one."""
    session = concurrency.session()

    labels = {session.do().client_id for _ in range(10)}

    assert labels == {CUSTOMER}
    assert admin.logins(CUSTOMER) == 1


def test_an_elevated_client(concurrency: Concurrency, keycloak: Keycloak) -> None:
    """It sees ``all_organisations`` true; a customer's client sees false."""
    elevated = concurrency.session(**keycloak.settings(ELEVATED)).do()

    assert elevated.all_organisations is True
    assert concurrency.session().do().all_organisations is False


def test_a_token_of_35_seconds(
    concurrency: Concurrency, keycloak: Keycloak, admin: Admin, clock: Clock
) -> None:
    """It is reused for five seconds and then renewed, because 30 s have to remain."""
    session = concurrency.session(**keycloak.settings(SHORT_LIVED))
    seen: list[int] = []
    for seconds in (0, 4, 2):
        clock.advance(seconds)
        session.do()
        seen.append(admin.logins(SHORT_LIVED))

    assert seen == [1, 1, 2]


def test_a_changed_life_is_followed(concurrency: Concurrency, admin: Admin, clock: Clock) -> None:
    """``expires_in`` is read from each response: the realm may change it at any time."""
    session = concurrency.session()
    session.do()
    admin.set_token_life(60)
    try:
        clock.advance(280)
        session.do()
        clock.advance(29)
        session.do()
        before = admin.logins(CUSTOMER)
        clock.advance(2)
        session.do()
    finally:
        admin.set_token_life(300)

    assert (before, admin.logins(CUSTOMER)) == (2, 3)


def test_revoked_tokens(concurrency: Concurrency, admin: Admin, api: ResourceServer) -> None:
    """After a not-before twenty calls get a 401, and share one renewal."""
    session = concurrency.session()
    session.do()
    refused = _refusals(api)
    _let_the_second_pass()
    admin.revoke_all()

    answers = session.outcomes(times=20)

    assert {me.client_id for me in answers} == {CUSTOMER}
    assert _refusals(api) > refused
    assert admin.logins(CUSTOMER) == 2


def _refusals(api: ResourceServer) -> int:
    return sum(exchange.status == 401 for exchange in api.exchanges)


def _let_the_second_pass() -> None:
    """Keycloak's not-before counts in whole seconds."""
    start = int(time.time())
    while int(time.time()) == start:
        time.sleep(0.01)


def test_a_rotated_secret(
    concurrency: Concurrency, keycloak: Keycloak, admin: Admin, tmp_path: Path, clock: Clock
) -> None:
    """A new secret is read from its file without a restart, even just after a refusal."""
    arguments = keycloak.settings(ROTATING)
    file = tmp_path / "secret"
    file.write_text(arguments.pop("client_secret"))
    session = concurrency.session(**arguments, client_secret=None, client_secret_file=file)
    session.do()
    new = admin.rotate_secret(ROTATING)
    clock.advance(280)

    [refused] = session.outcomes(times=1)
    file.write_text(new)
    me = session.do()

    assert isinstance(refused, TokenRefused)
    assert me.client_id == ROTATING


@pytest.mark.parametrize("times", [200])
def test_a_cold_burst(concurrency: Concurrency, admin: Admin, times: int) -> None:
    """200 threads, or as many tasks, cost one token in Keycloak's own log."""
    answers = concurrency.session().outcomes(times=times)

    assert {me.client_id for me in answers} == {CUSTOMER}
    assert admin.logins(CUSTOMER) == 1


def test_a_thousand_tasks(concurrency: Concurrency, admin: Admin) -> None:
    """A thousand tasks also need one token; threads come in 200."""
    times = 200 if concurrency.name == "sync" else 1000

    answers = concurrency.session().outcomes(times=times)

    assert [getattr(me, "client_id", me) for me in answers] == [CUSTOMER] * times
    assert admin.logins(CUSTOMER) == 1


# --- TLS ---


def test_https_with_an_authority_of_ones_own(concurrency: Concurrency, keycloak: Keycloak) -> None:
    """``verify=`` accepts the file of the authority that signed Keycloak's certificate."""
    session = concurrency.session(token_url=keycloak.https_token_url, verify=keycloak.ca_file)

    assert session.do().client_id == CUSTOMER


def test_https_with_the_authority_in_the_environment(
    concurrency: Concurrency, keycloak: Keycloak, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``SSL_CERT_FILE`` names the authority as well."""
    monkeypatch.setenv("SSL_CERT_FILE", str(keycloak.ca_file))

    assert concurrency.session(token_url=keycloak.https_token_url).do().client_id == CUSTOMER


# --- what goes wrong ---

SAID = "token endpoint refused the credentials"
FAILURES: dict[str, tuple[type[PersiumError], str, int]] = {
    "wrong secret": (
        TokenRefused,
        f"{SAID}: unauthorized_client (Invalid client or Invalid client credentials), HTTP 401",
        4,
    ),
    "unknown client": (
        TokenRefused,
        f"{SAID}: invalid_client (Invalid client or Invalid client credentials), HTTP 401",
        4,
    ),
    "disabled client": (
        TokenRefused,
        f"{SAID}: invalid_client (Invalid client or Invalid client credentials), HTTP 401",
        4,
    ),
    "no service account": (
        TokenRefused,
        f"{SAID}: unauthorized_client (Client not enabled to retrieve service account), HTTP 401",
        4,
    ),
    "unknown scope": (
        TokenRefused,
        f"{SAID}: invalid_scope (Invalid scopes: everything), HTTP 400",
        4,
    ),
    "wrong realm": (
        TokenRefused,
        f"{SAID}: Realm does not exist, HTTP 404",
        4,
    ),
    "wrong path": (
        TokenRefused,
        f"{SAID}: HTTP 405 Method Not Allowed",
        4,
    ),
    "https where http is spoken": (
        TokenEndpointUnavailable,
        "token endpoint unavailable: POST https://…: [SSL: WRONG_VERSION_NUMBER]",
        3,
    ),
    "http where https is due": (
        TokenEndpointUnavailable,
        "token endpoint unavailable: POST http://…: Server disconnected without",
        3,
    ),
    "http to another machine": (
        SettingsError,
        "TOKEN_URL is not https: credentials are sent encrypted, except to this machine itself",
        2,
    ),
    "unknown authority": (
        TokenEndpointUnavailable,
        "token endpoint unavailable: POST https://…: [SSL: CERTIFICATE_VERIFY_FAILED]",
        3,
    ),
    "another host": (
        TokenEndpointUnavailable,
        "token endpoint unavailable: POST https://…: [SSL: CERTIFICATE_VERIFY_FAILED]",
        3,
    ),
    "nobody listens": (
        TokenEndpointUnavailable,
        "token endpoint unavailable: POST http://…: Connection refused",
        3,
    ),
}
"""For each mistake: the exception, the start of its message, the exit code of ``persium me``."""


def changes(case: str, keycloak: Keycloak) -> dict[str, Any]:
    """Return settings with the mistake *case*."""
    cases: dict[str, dict[str, Any]] = {
        "wrong secret": {"client_secret": "wrong"},
        "unknown client": {"client_id": "nobody"},
        "disabled client": keycloak.settings(DISABLED),
        "no service account": keycloak.settings(NO_SERVICE_ACCOUNT),
        "unknown scope": {"scope": "everything"},
        "wrong realm": {"token_url": keycloak.token_url.replace("realms/persium", "realms/other")},
        "wrong path": {"token_url": f"{keycloak.token_url}x"},
        "https where http is spoken": {"token_url": keycloak.token_url.replace("http:", "https:")},
        "http where https is due": {
            "token_url": keycloak.https_token_url.replace("https://localhost", "http://127.0.0.1")
        },
        "http to another machine": {"token_url": "http://auth.example/token"},
        "unknown authority": {"token_url": keycloak.https_token_url},
        "another host": {
            "token_url": keycloak.https_token_url.replace("localhost", "127.0.0.1"),
            "verify": keycloak.ca_file,
        },
        "nobody listens": {"token_url": "http://127.0.0.1:1/token"},
    }
    return cases[case]


def set_environment(monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]) -> None:
    """Set the variables of these arguments of a client."""
    for name, value in settings.items():
        monkeypatch.setenv("SSL_CERT_FILE" if name == "verify" else name.upper(), str(value))


@pytest.mark.parametrize("case", FAILURES)
def test_what_a_caller_sees(concurrency: Concurrency, keycloak: Keycloak, case: str) -> None:
    """Each mistake has its exception and a message that names it."""
    kind, words, _ = FAILURES[case]

    with pytest.raises(kind) as caught:
        concurrency.session(retry=RetryPolicy(base=0.01), **changes(case, keycloak)).do()

    start, _, end = words.partition("…")
    assert caught.value.args[0].startswith(start)
    assert end in caught.value.args[0]
    assert caught.value.docs_url
    assert not isinstance(caught.value, TokenResponseInvalid)


@pytest.mark.parametrize("case", [case for case in FAILURES if case != "unknown scope"])
def test_command_line(
    settings: dict[str, Any],
    keycloak: Keycloak,
    case: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """``persium me`` prints the message of the exception and ends with its exit code."""
    _, words, code = FAILURES[case]
    set_environment(monkeypatch, {**settings, **changes(case, keycloak)})

    assert main(["me"]) == code

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"persium: {words.partition('…')[0]}")
