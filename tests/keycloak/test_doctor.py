"""``persium doctor`` and what does not work with a real Keycloak."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from persium_ext.cli import main
from tests.support.concurrency import Clock

from .admin import Admin
from .server import Keycloak
from .test_client import FAILURES, changes, set_environment

pytestmark = pytest.mark.keycloak

FAILED: Final = {
    "wrong secret": ("token", "CLIENT_SECRET is wrong", "token-refused"),
    "unknown client": ("token", "CLIENT_ID is unknown or disabled", "token-refused"),
    "disabled client": ("token", "CLIENT_ID is unknown or disabled", "token-refused"),
    "no service account": ("token", "switch its service account on", "token-refused"),
    "wrong realm": ("token", "TOKEN_URL seems wrong", "token-refused"),
    "wrong path": ("token", "TOKEN_URL seems wrong", "token-refused"),
    "https where http is spoken": (
        "token endpoint: TLS",
        "does not speak TLS on that port",
        "tls-handshake",
    ),
    "http where https is due": ("token", "check scheme and port", "connection-closed"),
    "http to another machine": ("TOKEN_URL", "it comes from TOKEN_URL", "settings"),
    "unknown authority": ("token endpoint: TLS", "SSL_CERT_FILE", "certificate-authority"),
    "another host": ("token endpoint: TLS", "is another host's", "certificate-host"),
    "nobody listens": ("token endpoint: TCP", "no server listens", "connection-refused"),
}
"""For each mistake: the check that fails, words of its fix, the section that explains it."""


def diagnosis(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and the checks by their names."""
    code = main(["doctor", "--json"])
    said = capsys.readouterr()
    assert said.err == ""
    return code, {check["name"]: check for check in json.loads(said.out)["checks"]}


def failure(checks: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The only check that failed."""
    [found] = [check for check in checks.values() if check["state"] == "failed"]
    return found


@pytest.mark.parametrize("case", [case for case in FAILURES if case != "unknown scope"])
def test_mistake(
    settings: dict[str, Any],
    keycloak: Keycloak,
    case: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One check fails, with the fix, its section, and the exit code of ``persium me``."""
    set_environment(monkeypatch, {**settings, **changes(case, keycloak)})
    name, fix, section = FAILED[case]

    code, checks = diagnosis(capsys)

    found = failure(checks)
    assert (found["name"], found["docs_url"].rpartition("#")[2]) == (name, section)
    assert fix in found["fix"]
    assert code == FAILURES[case][2]
    assert settings["client_secret"] not in json.dumps(checks)


def test_https_is_required(
    settings: dict[str, Any],
    admin: Admin,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A realm can refuse plain http from this machine too; the fix names the proxy before it."""
    set_environment(monkeypatch, settings)
    admin.require_https("all")
    try:
        code, checks = diagnosis(capsys)
    finally:
        admin.require_https("external")

    found = failure(checks)
    assert (code, found["name"]) == (4, "token")
    assert "invalid_request (HTTPS required), HTTP 403" in found["cause"]
    assert "X-Forwarded-Proto" in found["fix"]


def test_clock(
    settings: dict[str, Any],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Keycloak sends no ``Date``, so a wrong clock is seen at the API."""
    set_environment(monkeypatch, settings)
    clock.advance(7_200)

    code, checks = diagnosis(capsys)

    found = failure(checks)
    assert (code, found["name"]) == (2, "API: clock")
    assert "s ahead of that of the server" in found["cause"]
    assert checks["token endpoint: clock"]["detail"] == "the server sends no Date"
    assert checks["GET /me"]["state"] == "ok"


def test_nothing_is_wrong(
    settings: dict[str, Any],
    keycloak: Keycloak,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By HTTPS, every check of the token endpoint that Keycloak allows is ok."""
    https = {"token_url": keycloak.https_token_url, "verify": keycloak.ca_file}
    set_environment(monkeypatch, {**settings, **https})

    code, checks = diagnosis(capsys)

    left_out = [name for name, check in checks.items() if check["state"] != "ok"]
    assert code == 0
    assert left_out == ["token endpoint: clock", "API: authorities", "API: TLS"]
