"""The workflow is executed against the sandbox, by Redocly's ``respect``."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from attrs import frozen

from persium_ext.sandbox import Sandbox

from .conftest import run, tool

pytestmark = pytest.mark.spec
RECORD = Path(__file__).with_name("record.cjs")
AUTHORISATION = "https://auth.persium.example/realms/persium/protocol/openid-connect"
API = "https://api.persium.example"


@frozen
class Ran:
    """One run of ``respect``.

    Attributes:
        code: Its exit code.
        output: Everything that it printed and wrote.
        contacts: Its connections and name look-ups.
    """

    code: int
    output: str
    contacts: set[str]


Execute = Callable[..., Ran]


@pytest.fixture
def execute(built: Path, sandbox: Sandbox, tmp_path: Path) -> Execute:
    """Execute a workflow, with the document's servers replaced by the sandbox."""

    def respect(workflow: str = "whoAmI", **changed: str) -> Ran:
        document = (built / "openapi.yaml").read_text("utf-8")
        document = document.replace(AUTHORISATION, sandbox.token_url.removesuffix("/token"))
        (tmp_path / "openapi.yaml").write_text(document.replace(API, sandbox.api_base_url), "utf-8")
        (tmp_path / "workflow.yaml").write_bytes((built / "token.arazzo.yaml").read_bytes())
        (tmp_path / "contacts").touch()
        settings = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
        ran = run(
            *(tool("redocly"), "respect", "workflow.yaml", "--verbose", "--workflow", workflow),
            *("--json-output", "results.json", "--har-output", "results.har"),
            cwd=tmp_path,
            REDOCLY_TELEMETRY="off",
            REDOCLY_SUPPRESS_UPDATE_NOTICE="true",
            # not an argument, which other users of the machine can read
            REDOCLY_CLI_RESPECT_INPUT=json.dumps(settings | changed),
            NODE_OPTIONS=f"--require={RECORD}",
            RECORD=str(tmp_path / "contacts"),
        )
        written = [(tmp_path / name).read_text() for name in ("results.json", "results.har")]
        contacts = set((tmp_path / "contacts").read_text().splitlines())
        return Ran(ran.returncode, "\n".join([ran.stdout, ran.stderr, *written]), contacts)

    return respect


def statuses(sandbox: Sandbox) -> list[tuple[str, int]]:
    """Return path and status of each response of the sandbox."""
    return [(seen.path.rsplit("/", 1)[1], seen.status) for seen in sandbox.exchanges]


def revoke_first_token(sandbox: Sandbox) -> threading.Thread:
    """Revoke the first token between its issue and its arrival."""
    sandbox.token_delay = 0.5

    def wait_and_revoke() -> None:
        give_up = time.monotonic() + 60
        while not sandbox.tokens_issued and time.monotonic() < give_up:
            time.sleep(0.01)
        sandbox.revoke_tokens()

    thread = threading.Thread(target=wait_and_revoke)
    thread.start()
    return thread


def test_one_token_request_and_one_call(execute: Execute, sandbox: Sandbox) -> None:
    """Without errors the workflow sends one token request and one call."""
    ran = execute()

    assert ran.code == 0, ran.output
    assert statuses(sandbox) == [("token", 200), ("me", 200)]


def test_revoked_token_is_renewed_once(execute: Execute, sandbox: Sandbox) -> None:
    """After a 401 for a revoked token, the call is repeated with a new token (TP-5)."""
    thread = revoke_first_token(sandbox)

    ran = execute()

    thread.join()
    assert ran.code == 0, ran.output
    assert statuses(sandbox) == [("token", 200), ("me", 401), ("token", 200), ("me", 200)]


def test_second_401_is_final(execute: Execute, sandbox: Sandbox) -> None:
    """If the new token gets a 401 too, the workflow fails after two calls (TP-6)."""
    sandbox.answer("getMe", status=401, times=9)

    ran = execute()

    assert ran.code == 1
    assert statuses(sandbox) == [("token", 200), ("me", 401), ("token", 200), ("me", 401)]


def test_other_failures_are_not_repeated(execute: Execute, sandbox: Sandbox) -> None:
    """After another status than 401 there is no new token."""
    sandbox.answer("getMe", status=429, times=9)

    assert execute().code == 1
    assert statuses(sandbox) == [("token", 200), ("me", 429)]


def test_rejected_credentials_are_final(execute: Execute, sandbox: Sandbox) -> None:
    """After a 401 for a wrong secret there is no further request (TP-7)."""
    ran = execute(client_secret="wrong")

    assert ran.code == 1
    assert statuses(sandbox) == [("token", 401)]


def test_token_alone(execute: Execute, sandbox: Sandbox) -> None:
    """The first workflow can be executed alone."""
    assert execute("obtainToken").code == 0
    assert statuses(sandbox) == [("token", 200)]


def test_no_other_connection(execute: Execute, sandbox: Sandbox) -> None:
    """``respect`` connects to the sandbox only, and masks secret and token."""
    ran = execute()

    ports = {urlsplit(url).port for url in (sandbox.token_url, sandbox.api_base_url)}
    assert ran.contacts == {f"127.0.0.1:{port}" for port in ports}
    assert sandbox.client_secret not in ran.output
    assert "eyJ" not in ran.output, "the beginning of a token"
    assert "********" in ran.output
