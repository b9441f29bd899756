"""``persium me``."""

from __future__ import annotations

import json
import logging
import os

import pytest

from persium_ext.sandbox import Sandbox

from .conftest import Run


@pytest.mark.usefixtures("environ")
def test_table(run: Run, sandbox: Sandbox) -> None:
    """Who is calling stands in two columns."""
    ran = run("me")

    assert ran.code == 0
    assert ran.err == ""
    assert ran.out.splitlines() == [
        "client_id          acme-corp-sandbox",
        f"organisation_uuid  {sandbox.client.organisation_uuid}",
        "label              Acme Corp sandbox backend",
        "all_organisations  false",
    ]


@pytest.mark.usefixtures("environ")
def test_json(run: Run, sandbox: Sandbox) -> None:
    """``--json`` prints one object on one line."""
    ran = run("me", "--json")

    assert ran.out.count("\n") == 1
    assert json.loads(ran.out) == {
        "client_id": "acme-corp-sandbox",
        "organisation_uuid": sandbox.client.organisation_uuid,
        "label": "Acme Corp sandbox backend",
        "all_organisations": False,
    }


def test_nothing_is_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has no settings yet learns of the sandbox; whoever has some does not."""
    first = run("me").err.splitlines()[1]
    monkeypatch.setenv("CLIENT_ID", "acme")

    assert first.startswith("hint: without settings, --sandbox calls a server on this machine; see")
    assert "--sandbox" not in run("me").err


@pytest.mark.usefixtures("environ")
def test_hostile_label(run: Run, sandbox: Sandbox) -> None:
    """A label can't act on the terminal, nor add a line of its own."""
    sandbox.client.label = "\x1b[2Jgone\r\nclient_id  \u202eevil\x9b"

    ran = run("me")

    assert r"label              \x1b[2Jgone\x0d\x0aclient_id  \u202eevil\x9b" in ran.out
    assert len(ran.out.splitlines()) == 4


@pytest.mark.usefixtures("environ")
def test_unknown_members(run: Run, sandbox: Sandbox) -> None:
    """What a later API adds is shown too, its name as harmless as its value."""
    me = {
        "client_id": "a",
        "organisation_uuid": sandbox.client.organisation_uuid,
        "label": "b",
        "all_organisations": False,
        "pl\x07an": {"seats": [1, "é"]},
    }
    sandbox.answer("getMe", body=me)

    assert r'pl\x07an           {"seats": [1, "é"]}' in run("me").out


def test_options(run: Run, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every setting can be an option; the secret is in a file."""
    file = tmp_path_factory.mktemp("secret") / "secret"
    file.write_text(sandbox.client_secret, encoding="utf-8")

    ran = run(
        *("me", "--token-url", sandbox.token_url, "--api-base-url", sandbox.api_base_url),
        *("--client-id", sandbox.client_id, "--client-secret-file", str(file)),
        *("--timeout", "5", "--deadline", "20"),
    )

    assert ran.code == 0
    assert "acme-corp-sandbox" in ran.out


def test_sandbox(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--sandbox`` needs nothing of the environment, is not led astray by it, and restores it."""
    astray = {
        "TOKEN_URL": "http://127.0.0.1:9/token",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "all_proxy": "http://127.0.0.1:9",
        "SSL_CERT_FILE": "/nothing/there",
    }
    for name, value in astray.items():
        monkeypatch.setenv(name, value)

    ran = run("me", "--sandbox")

    assert ran.code == 0, ran.err
    assert "acme-corp-sandbox" in ran.out
    assert {name: os.environ[name] for name in astray} == astray


@pytest.mark.parametrize("secret", ["right", "wrong"])
@pytest.mark.parametrize("words", [["me"], ["me", "--json"], ["token"], ["token", "--json"]])
def test_no_secret_in_any_output(
    run: Run,
    sandbox: Sandbox,
    environ: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    *,
    secret: str,
    words: list[str],
) -> None:
    """Neither secret nor token is printed or logged, whether the command succeeds or fails."""
    caplog.set_level(logging.DEBUG)
    if secret == "wrong":
        monkeypatch.setenv("CLIENT_SECRET", "not-the-right-one")
    sent = "not-the-right-one" if secret == "wrong" else environ["CLIENT_SECRET"]

    ran = run(*words)

    shown = f"{ran.out}{ran.err}{caplog.text}"
    assert ran.code == (4 if secret == "wrong" else 0)
    assert sent not in shown
    assert "eyJ" not in shown
    assert sandbox.token_requests == 1
