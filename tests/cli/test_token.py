"""``persium token``."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from persium_ext.sandbox import Sandbox

from .conftest import Run


@pytest.mark.usefixtures("environ")
def test_facts(run: Run) -> None:
    """The facts of a token are shown, and not the token."""
    ran = run("token")

    assert ran.code == 0
    assert re.fullmatch(
        r"token_type  Bearer\n"
        r"scope       profile email\n"
        r"expires_in  300\n"
        r"expires_at  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n",
        ran.out,
    )


@pytest.mark.usefixtures("environ")
def test_json(run: Run) -> None:
    """``--json`` has the same facts; the time of expiry is in UTC."""
    facts = json.loads(run("token", "--json").out)

    expires = datetime.fromisoformat(facts.pop("expires_at"))
    assert facts == {"token_type": "Bearer", "scope": "profile email", "expires_in": 300}
    assert abs(expires - datetime.now(UTC) - timedelta(seconds=300)) < timedelta(seconds=60)


@pytest.mark.usefixtures("environ")
def test_show_token(run: Run, sandbox: Sandbox) -> None:
    """Only when asked to, the token itself is printed, and it is a good one."""
    facts = json.loads(run("token", "--json", "--show-token").out)

    bearer = {"Authorization": f"Bearer {facts['access_token']}"}
    assert httpx.get(f"{sandbox.api_base_url}/me", headers=bearer).status_code == 200


@pytest.mark.usefixtures("environ")
def test_show_token_in_table(run: Run) -> None:
    """The token stands in the table too."""
    assert re.search(r"^access_token  eyJ[\w.-]+$", run("token", "--show-token").out, re.MULTILINE)


@pytest.mark.usefixtures("environ")
def test_no_scope(run: Run, sandbox: Sandbox) -> None:
    """A scope that the server did not tell is null."""
    answer = {"access_token": "a.b.c", "expires_in": 60, "token_type": "Bearer"}
    sandbox.answer("requestToken", body=answer)

    assert "scope       null\n" in run("token").out


def test_sandbox(run: Run) -> None:
    """``--sandbox`` asks a sandbox for a token."""
    assert run("token", "--sandbox").code == 0
