"""All checks in their order, from the settings to a call."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from persium_ext.doctor import State
from persium_ext.sandbox import Sandbox

from .conftest import arguments, diagnosed


def states(given: dict[str, Any]) -> dict[str, str]:
    """The states of the checks that did not end well."""
    found = {name: check.state for name, check in diagnosed(given).items()}
    unused = ("authorities", "TLS")
    return {
        name: state.value
        for name, state in found.items()
        if state is not State.OK and not name.endswith(unused)
    }


def test_all_is_well(sandbox: Sandbox) -> None:
    """A client that works has no failure, and its token and call have their times."""
    checks = diagnosed(arguments(sandbox))

    assert states(arguments(sandbox)) == {}
    assert checks["token"].detail.startswith("valid for 300 s (")
    assert checks["GET /me"].detail.startswith(f"{sandbox.client_id}, Acme Corp sandbox backend (")


def test_request_id(sandbox: Sandbox) -> None:
    """The request id of the call is shown, for a support ticket."""
    me = {"client_id": "a", "organisation_uuid": sandbox.client.organisation_uuid}
    body = {**me, "label": "b", "all_organisations": False}
    sandbox.answer("getMe", body=body, headers={"X-Request-Id": "req-1"})

    assert diagnosed(arguments(sandbox))["GET /me"].detail.endswith(", request id req-1)")


def test_settings() -> None:
    """Each setting that is missing or wrong is a failure, and nothing else is tried."""
    given = {"token_url": "http://auth.example/token", "client_id": "a"}

    checks = diagnosed(given)

    assert [check.state.value for check in checks.values()] == [
        *("failed", "failed", "ok", "failed"),
        *["not tried"] * 4,
    ]
    assert checks["TOKEN_URL"].fields["cause"].startswith("TOKEN_URL is not https")
    assert checks["TOKEN_URL"].fields["fix"] == "correct it: it comes from token_url="
    assert checks["CLIENT_SECRET"].fields["fix"] is None


def test_token_refused(sandbox: Sandbox) -> None:
    """A refused secret is the failure of the token; the API is not called."""
    given = arguments(sandbox)
    sandbox.client.rotate_secret()

    checks = diagnosed(given)

    assert checks["token"].fields["cause"].startswith("token endpoint refused the credentials")
    assert checks["GET /me"].fields["detail"] == "token failed"
    assert sandbox.api_requests == 0


def test_short_token(sandbox: Sandbox) -> None:
    """A token that is never kept is a failure: every call requests one."""
    sandbox.token_life = 29

    assert (
        diagnosed(arguments(sandbox))["token"]
        .fields["cause"]
        .startswith("valid for 29 s, less than the 30 s refresh margin")
    )


@pytest.mark.parametrize(
    ("at", "failed", "untried"),
    [
        (
            "token",
            "token endpoint: TCP",
            {"token endpoint: clock", "token", "GET /me"},
        ),
        ("api", "API: TCP", {"API: clock", "GET /me"}),
    ],
)
def test_endpoint_that_is_gone(sandbox: Sandbox, at: str, failed: str, untried: set[str]) -> None:
    """What needs an endpoint that can't be reached is not tried."""
    sandbox.fault("refuse", at=at)

    assert states(arguments(sandbox)) == {failed: "failed", **dict.fromkeys(untried, "not tried")}


def test_call_that_fails(sandbox: Sandbox) -> None:
    """The error of the call is that of a client."""
    sandbox.fault("server-error", at="getMe", status=500)

    assert diagnosed(arguments(sandbox))["GET /me"].fields["cause"].startswith("getMe: HTTP 500")


def test_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not an argument comes from the environment."""
    for name, value in sandbox.environ.items():
        monkeypatch.setenv(name, value)

    checks = diagnosed({})

    assert checks["CLIENT_ID"].detail == f"{sandbox.client_id} (from CLIENT_ID)"
    assert checks["GET /me"].state is State.OK


def test_secret_in_the_wrong_variable(sandbox: Sandbox) -> None:
    """The secret is masked wherever it stands, also as the id or in a path."""
    secret = sandbox.client_secret
    given = arguments(sandbox, client_id=secret, api_base_url=f"{sandbox.api_base_url}/{secret}")

    shown = str([check.fields for check in diagnosed(given).values()])

    assert secret not in shown
    assert "[redacted]" in shown


def test_masked_without_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret is masked where other settings are wrong, and where it has no effect."""
    monkeypatch.setenv("CLIENT_SECRET", "s3cret-without-effect")
    monkeypatch.setenv("PERSIUM_CLIENT_SECRET", "s3cret-of-the-client")
    given = {
        "client_id": "s3cret-without-effect",
        "token_url": "https://a.example/s3cret-of-the-client",
        "api_base_url": "https://s3cret-of-the-client!",
    }

    shown = str([check.fields for check in diagnosed(given).values()])

    assert "s3cret" not in shown


def test_head_has_no_credentials(sandbox: Sandbox) -> None:
    """The request that compares the clocks goes to the root, without credentials."""
    diagnosed(arguments(sandbox))
    head = sandbox.exchanges[0]

    assert (head.method, head.path) == ("HEAD", "/")
    assert "authorization" not in head.headers
    assert head.headers["host"] == urlsplit(sandbox.token_url).netloc
