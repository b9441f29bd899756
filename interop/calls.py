"""The calls that a program must make, and the expected output of each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from persium_ext.errors import STATUS_ERRORS
from persium_ext.sandbox import Sandbox, SandboxClient, TokenRefusal

SECRET: Final = "s+e&c=r%e t/ü~"  # noqa: S105  # wrong unless a form encodes it
_NEW: Final = {"region": "eu", "limits": {"calls": [3, None]}, "since": None, "ratio": 0.5}


@frozen(kw_only=True)
class Call:
    """One run of a program.

    Attributes:
        name: A short description.
        secret: The program's setting CLIENT_SECRET.
        slash: The end of the program's setting API_BASE_URL.
        revoked: Whether the API rejects every token.
        status: Status of the API's response.
        headers: Header fields of the API's response.
        body: Body of the API's response.
        new_members: Whether the response has members that openapi.yaml does not list.
        expected: The output, without a status if the response is not usable; None: the client.
    """

    name: str
    secret: str = SECRET
    slash: str = ""
    revoked: bool = False
    status: int = 200
    headers: Mapping[str, str] | None = None
    body: object = None
    new_members: bool = False
    expected: Mapping[str, object] | None = None


def _failed(stage: str, status: int | None = None, detail: str | None = None) -> dict[str, object]:
    members = {"ok": False, "stage": stage, "status": status, "detail": detail}
    return {name: value for name, value in members.items() if value is not None}


_DATE: Final = "Fri, 01 Jan 2027 00:00:00 GMT"
_CHALLENGE: Final = (
    'Bearer realm="persium", error="invalid_token", '
    'error_description="The access token was revoked"'
)
_UNDOCUMENTED: Final = next(s for s in (403, *range(452, 500)) if s not in STATUS_ERRORS)
CALLS: Final = (
    Call(name="200"),
    Call(name="200, new members", new_members=True),
    Call(name="200, API_BASE_URL ends with a slash", slash="/"),
    Call(
        name="200 with an HTML page",
        headers={"Content-Type": "text/html"},
        body=b"<html>sign in</html>",
        expected=_failed("api"),
    ),
    Call(name="401", revoked=True, status=401, expected=_failed("api", 401, _CHALLENGE)),
    Call(
        name="429 without a body",
        status=429,
        headers={"Retry-After": "7"},
        expected=_failed("api", 429, "7"),
    ),
    Call(
        name="503 with an HTML page",
        status=503,
        headers={"Retry-After": _DATE, "Content-Type": "text/html"},
        body=b"<html>busy</html>",
        expected=_failed("api", 503, _DATE),
    ),
    Call(
        name=f"{_UNDOCUMENTED}, which is not documented",
        status=_UNDOCUMENTED,
        expected=_failed("api", _UNDOCUMENTED),
    ),
    Call(
        name="wrong secret",
        secret="wrong",  # noqa: S106  # the sandbox rejects it
        expected=_failed("token", 401, "unauthorized_client"),
    ),
)


class _Revoked:
    """Rejects every token."""

    def client_of(self, token: str) -> SandboxClient:  # noqa: ARG002  # the argument has no effect
        """Reject *token*."""
        raise TokenRefusal("The access token was revoked")


def sandbox_for(call: Call) -> Sandbox:
    """Return a sandbox with random values, not yet started."""
    client = SandboxClient(
        client_id="interop",
        client_secret=SECRET,
        organisation_uuid=str(uuid.uuid4()),
        label=f"Zoë & Söhne, <{uuid.uuid4().hex}>",
    )
    sandbox = Sandbox(clients=[client], tokens=_Revoked() if call.revoked else None)
    if call.new_members:
        sandbox.answer("getMe", body={**me(sandbox), **_NEW})
    elif call.expected and call.expected["stage"] == "api" and not call.revoked:
        sandbox.answer("getMe", status=call.status, headers=call.headers, body=call.body)
    return sandbox


def me(sandbox: Sandbox) -> dict[str, object]:
    """Return the body of ``GET /me``."""
    names = ("client_id", "organisation_uuid", "label", "all_organisations")
    return {name: getattr(sandbox.client, name) for name in names}
