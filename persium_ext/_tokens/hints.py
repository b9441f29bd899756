"""What to do about a response of the token endpoint that has no token; no I/O."""

from __future__ import annotations

from typing import Final

from persium_ext._text.secret import Secret

WRONG_URL: Final = "TOKEN_URL seems wrong: use it exactly as Persium gave it"
_CODES: Final = {
    "unauthorized_client": "CLIENT_SECRET is wrong or was rotated: take the current one",
    "invalid_client": "CLIENT_ID is unknown or disabled: check it, letter by letter",
    "invalid_scope": "this client may not ask for that scope: leave the scope out",
    "invalid_request": "TOKEN_URL may not be the token endpoint: use it exactly as given",
}
_DESCRIPTIONS: Final = {
    "service account": (
        "this client may not use client credentials: ask Persium to switch its service account on"
    ),
    "client_assertion": (
        "this client may not use a secret: ask Persium to switch its authentication to one"
    ),
    "https required": (
        "TOKEN_URL has to begin with https://; if it does, a proxy before the endpoint does not "
        "report that the request came over https (X-Forwarded-Proto)"
    ),
}
"""By words of Keycloak's description, which is more specific than the error code."""
_WHITE_SPACE: Final = "CLIENT_SECRET begins or ends with white space: remove it"
_THROTTLED: Final = (
    "too many token requests: a process needs one every few minutes, so look for programs that "
    "start for each piece of work, and for share_token=False"
)


def likely_cause(status: int, code: str, description: str, *, secret: Secret) -> str | None:
    """Return what to do about an OAuth error; None: nobody knows."""
    if status in {404, 405, 406, 415}:
        return WRONG_URL
    if code == "unauthorized_client" and secret.reveal() != secret.reveal().strip():
        return _WHITE_SPACE
    described = (hint for words, hint in _DESCRIPTIONS.items() if words in description.lower())
    return next(described, _CODES.get(code))


def overload_hint(status: int, *, retry_after: float | None) -> str:
    """Return what to do about an endpoint that can't respond now; *retry_after* is in seconds."""
    wait = f"wait {retry_after:g} s" if retry_after else "wait"
    return f"{wait}: {_THROTTLED}" if status == 429 else f"the token endpoint failed: {wait}"
