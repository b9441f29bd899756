"""Requests for a token, right, wrong and malformed, in one table."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode

from .realm import AWKWARD, CUSTOMER, DISABLED, ELEVATED, NO_SERVICE_ACCOUNT, first_secret

TOKEN: Final = "/realms/persium/protocol/openid-connect/token"
FORM: Final = "application/x-www-form-urlencoded"
_RIGHT: Final = {
    "grant_type": "client_credentials",
    "client_id": CUSTOMER,
    "client_secret": first_secret(CUSTOMER),
}
_URN: Final = "urn:ietf:params:oauth:grant-type"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, without the server's origin."""

    method: str = "POST"
    path: str = TOKEN
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


def _form(*more: tuple[str, str], **changes: str | None) -> str:
    """Encode the correct form with changes, where None omits a member, and with *more*."""
    pairs = [(name, value) for name, value in {**_RIGHT, **changes}.items() if value is not None]
    return urlencode([*pairs, *more])


def _post(body: str | None = None, *, kind: str = FORM, path: str = TOKEN, **headers: str) -> Asked:
    sent = _form() if body is None else body
    return Asked(path=path, headers={"Content-Type": kind, **headers}, body=sent.encode())


def _basic(client: str, secret: str) -> str:
    """Encode each part like the value of a form (RFC 6749, section 2.3.1)."""
    return _raw_basic(f"{quote(client, safe='')}:{quote(secret, safe='')}")


def _raw_basic(credentials: str) -> str:
    return f"Basic {base64.b64encode(credentials.encode()).decode()}"


def _of(client: str, **changes: str) -> str:
    return _form(client_id=client, **{"client_secret": first_secret(client), **changes})


_NO_CLIENT: Final = _form(client_id=None, client_secret=None)
_GOOD_BASIC: Final = _basic(CUSTOMER, first_secret(CUSTOMER))
_AWKWARD_BASIC: Final = _basic(AWKWARD, first_secret(AWKWARD))
_DUPLICATE: Final = ("x", "1"), ("x", "2")

_CLIENTS: Final = {
    "right": _post(),
    "wrong secret": _post(_form(client_secret="wrong")),
    "empty secret": _post(_form(client_secret="")),
    "no secret": _post(_form(client_secret=None)),
    "secret with a line's end": _post(_form(client_secret=f"{first_secret(CUSTOMER)}\n")),
    "secret of another client": _post(_form(client_id=ELEVATED)),
    "very long secret": _post(_form(client_secret="x" * 5000)),
    "unknown client": _post(_form(client_id="nobody")),
    "client in upper case": _post(_form(client_id=CUSTOMER.upper())),
    "no client_id": _post(_form(client_id=None)),
    "empty client_id": _post(_form(client_id="")),
    "disabled client": _post(_of(DISABLED)),
    "disabled client, wrong secret": _post(_of(DISABLED, client_secret="wrong")),
    "no service account": _post(_of(NO_SERVICE_ACCOUNT)),
    "no service account, wrong secret": _post(_of(NO_SERVICE_ACCOUNT, client_secret="wrong")),
    "no service account, unknown scope": _post(_of(NO_SERVICE_ACCOUNT, scope="everything")),
    "awkward secret": _post(_of(AWKWARD)),
    "awkward secret, blanks as %20": _post(_of(AWKWARD).replace("+", "%20")),
    "awkward secret, not encoded": _post(
        f"grant_type=client_credentials&client_id={AWKWARD}&client_secret={first_secret(AWKWARD)}"
    ),
    "assertion": _post(_form(client_secret=None, client_assertion="x")),
}
_BASIC: Final = {
    "basic": _post(_NO_CLIENT, Authorization=_GOOD_BASIC),
    "basic in lower case": _post(_NO_CLIENT, Authorization=_GOOD_BASIC.replace("B", "b", 1)),
    "basic, two blanks": _post(_NO_CLIENT, Authorization=_GOOD_BASIC.replace(" ", "  ")),
    "basic, no padding": _post(_NO_CLIENT, Authorization=_GOOD_BASIC.rstrip("=")),
    "basic, wrong secret": _post(_NO_CLIENT, Authorization=_basic(CUSTOMER, "wrong")),
    "basic, empty secret": _post(_NO_CLIENT, Authorization=_basic(CUSTOMER, "")),
    "basic, unknown client": _post(_NO_CLIENT, Authorization=_basic("nobody", "x")),
    "basic, no colon": _post(_NO_CLIENT, Authorization=_raw_basic("nobody")),
    "basic, no base64": _post(_NO_CLIENT, Authorization="Basic %%%"),
    "basic, no UTF-8": _post(_NO_CLIENT, Authorization="Basic /w=="),
    "basic, nothing": _post(_NO_CLIENT, Authorization="Basic"),
    "basic, awkward": _post(_NO_CLIENT, Authorization=_AWKWARD_BASIC),
    "basic, awkward, not encoded": _post(
        _NO_CLIENT, Authorization=_raw_basic(f"{AWKWARD}:{first_secret(AWKWARD)}")
    ),
    "basic, broken escape": _post(_NO_CLIENT, Authorization=_raw_basic(f"{CUSTOMER}:100%")),
    "basic, broken escape, good form": _post(Authorization=_raw_basic("nobody:100%")),
    "basic, no grant_type": _post("", Authorization=_GOOD_BASIC),
    "both": _post(Authorization=_GOOD_BASIC),
    "both, form wrong": _post(_form(client_secret="wrong"), Authorization=_GOOD_BASIC),
    "both, basic wrong": _post(Authorization=_basic(CUSTOMER, "wrong")),
    "both, secret only in basic": _post(_form(client_secret=None), Authorization=_GOOD_BASIC),
    "both, client only in basic": _post(_form(client_id=None), Authorization=_GOOD_BASIC),
    "both, two clients": _post(_of(ELEVATED), Authorization=_GOOD_BASIC),
    "bearer": _post(_NO_CLIENT, Authorization="Bearer a.b.c"),
    "bearer beside a good form": _post(Authorization="Bearer a.b.c"),
    "digest": _post(_NO_CLIENT, Authorization="Digest YTpi"),
}
_GRANTS: Final = {
    "no grant_type": _post(_form(grant_type=None)),
    "no grant_type, wrong secret": _post(_form(grant_type=None, client_secret="wrong")),
    "empty grant_type": _post(_form(grant_type="")),
    "unknown grant_type": _post(_form(grant_type="magic")),
    "unknown grant_type, wrong secret": _post(_form(grant_type="magic", client_secret="wrong")),
    "grant_type in upper case": _post(_form(grant_type="CLIENT_CREDENTIALS")),
    "grant_type with blanks": _post(_form(grant_type=" client_credentials ")),
    "parameter names in upper case": _post(_form().upper()),
}
_SCOPES: Final = {
    f"scope {scope!r}": _post(_form(scope=scope))
    for scope in (
        *("email", "email profile", "email email", "address phone", "EMAIL", "email,profile"),
        *("everything", "email everything", "", "email  profile", " email"),
        *("<b>\"'&ä€", "offline_access", "microprofile-jwt"),
    )
}
_DUPLICATES: Final = {
    "scope twice": _post(_form(("scope", "email"), scope="email")),
    "secret twice": _post(_form(("client_secret", first_secret(CUSTOMER)))),
    "secret twice, first one wrong": _post(
        _form(("client_secret", first_secret(CUSTOMER)), client_secret="wrong")
    ),
    "client_id twice": _post(_form(("client_id", ELEVATED))),
    "client_id twice, first one unknown": _post(_form(("client_id", CUSTOMER), client_id="nobody")),
    "grant_type twice": _post(_form(("grant_type", "client_credentials"))),
    "grant_type twice, first one unknown": _post(
        _form(("grant_type", "client_credentials"), grant_type="magic")
    ),
    "unknown parameter twice": _post(_form(*_DUPLICATE)),
    "unknown parameter twice, wrong secret": _post(_form(*_DUPLICATE, client_secret="wrong")),
    "unknown parameter twice, no service account": _post(
        f"{_of(NO_SERVICE_ACCOUNT)}&{urlencode(_DUPLICATE)}"
    ),
}
_BODIES: Final = {
    "unknown parameters": _post(_form(("x", "1"), ("audience", "y"), ("empty", ""))),
    "parameter without a value": _post(f"{_form()}&x"),
    "empty parameters": _post(f"&{_form()}&&x=1&&"),
    "one & at the end": _post(f"{_form()}&"),
    "semicolons": _post(_form().replace("&", ";")),
    "empty form": _post(""),
    "nothing at all": Asked(),
    "right form, no content type": Asked(body=_form().encode()),
    "charset": _post(kind=f"{FORM}; charset=UTF-8"),
    "charset that is unknown": _post(kind=f"{FORM}; charset=nonsense"),
    "content type in mixed case": _post(kind="Application/X-WWW-Form-URLEncoded"),
    "text": _post(kind="text/plain"),
    "xml": _post(kind="application/xml"),
    "json": _post(json.dumps(_RIGHT), kind="application/json"),
    "json as a form": _post(json.dumps(_RIGHT)),
    "right form in the query": _post("", path=f"{TOKEN}?{_form()}"),
    "right form and a query": _post(path=f"{TOKEN}?grant_type=magic&x=1"),
    "broken escape": _post(f"{_form()}&x=%zz"),
    "broken escape at the end": _post(_form(client_secret=None) + "&client_secret=100%"),
    "escapes that are no UTF-8": _post(_form(client_secret=None) + "&client_secret=%ff%fe"),
    "long parameter": _post(_form(("x", "y" * 100_000))),
    "1,000 parameters": _post(_form(*((f"x{number}", "y") for number in range(997)))),
    "accepts XML only": _post(Accept="application/xml"),
    "from a page": _post(Origin="https://page.test"),
    "from a page, wrong secret": _post(_form(client_secret="wrong"), Origin="https://page.test"),
    "from a page, twice": _post(_form(*_DUPLICATE), Origin="https://page.test"),
}
_METHODS: Final = {
    method: Asked(method=method)
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
} | {"PUT with a form": Asked(method="PUT", headers={"Content-Type": FORM}, body=_form().encode())}
_PATHS: Final = {
    f"{method} {path}": Asked(
        method=method, path=path, headers={"Content-Type": FORM}, body=_form().encode()
    )
    for path in (
        "/realms/other/protocol/openid-connect/token",
        "/realms/Persium/protocol/openid-connect/token",
        "/realms/other/nothing",
        "/realms/persium/protocol",
        f"{TOKEN}/",
        f"{TOKEN}//",
        "/realms/persium//protocol/openid-connect/token",
        f"/{TOKEN}",
        "/realms/persium/nothing",
        "/realms/",
        "/realms",
        f"/auth{TOKEN}",
        "/nothing",
    )
    for method in ("POST", "GET")
}

_NOT_SIMULATED: Final = {
    "awkward secret, wrong charset": _post(_of(AWKWARD), kind=f"{FORM}; charset=ISO-8859-1"),
    "awkward secret, unknown charset": _post(_of(AWKWARD), kind=f"{FORM}; charset=nonsense"),
    "awkward secret, another charset": _post(
        urlencode(
            {**_RIGHT, "client_id": AWKWARD, "client_secret": first_secret(AWKWARD)},
            encoding="cp1252",
        ),
        kind=f"{FORM}; charset=windows-1252",
    ),
    "password": _post(_form(grant_type="password", username="x", password="x")),
    "password, wrong secret": _post(_form(grant_type="password", client_secret="wrong")),
    "password, unknown client": _post(_form(grant_type="password", client_id="nobody")),
    "password, unknown scope": _post(_form(grant_type="password", scope="everything")),
    "authorization code": _post(_form(grant_type="authorization_code")),
    "refresh token": _post(_form(grant_type="refresh_token")),
    "device": _post(_form(grant_type=f"{_URN}:device_code")),
    "jwt bearer": _post(_form(grant_type=f"{_URN}:jwt-bearer")),
    "token exchange": _post(_form(grant_type=f"{_URN}:token-exchange")),
    "uma ticket": _post(_form(grant_type=f"{_URN}:uma-ticket")),
    "ciba": _post(_form(grant_type="urn:openid:params:grant-type:ciba")),
    "huge parameter": _post(_form(("x", "y" * 131_073))),
    "huge parameter name": _post(_form(("x" * 131_073, "y"))),
    "1,001 parameters": _post(_form(*((f"x{number}", "y") for number in range(998)))),
    "scope of spaces": _post(_form(scope="  ")),
    "scope with a space at the end": _post(_form(scope="email ")),
    "scope with control characters": _post(_form(scope="email\tprofile")),
    "scope openid, with an ID token": _post(_form(scope="openid")),
    "scopes that are not shown": _post(_form(scope="roles web-origins acr basic")),
    "scope of 4,001 characters": _post(_form(scope="x" * 4001)),
    "another protocol": _post(path="/realms/persium/protocol/token"),
    "another endpoint": _post(path="/realms/persium/protocol/openid-connect/tokens"),
}

REQUESTS: Final = {
    **_CLIENTS,
    **_BASIC,
    **_GRANTS,
    **_SCOPES,
    **_DUPLICATES,
    **_BODIES,
    **_METHODS,
    **_PATHS,
}

OTHERWISE: Final = {
    **_NOT_SIMULATED,
    "a form in parts is read": _post(
        "".join(
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in _RIGHT.items()
        )
        + "--x--\r\n",
        kind="multipart/form-data; boundary=x",
    ),
    "500 with a number for a media type that is none": _post(kind="nonsense"),
    "a blank after the media type hides the client only": _post(kind=f"{FORM} ;charset=UTF-8"),
    "other grants with all that they take": _post(
        _form(grant_type="refresh_token", refresh_token="x")
    ),
    "scopes of an organisation": _post(_form(scope="organization:x")),
    "semicolons in a path": _post(path=f"{TOKEN};x=1"),
    "escaped letters in a path": _post(path=TOKEN.replace("t", "%74")),
    "public facts of the realm": Asked(method="GET", path="/realms/persium"),
    "other endpoints": Asked(method="GET", path=TOKEN.replace("token", "certs")),
    "the front page": Asked(method="GET", path="/"),
    "methods that nobody knows": Asked(method="PURGE"),
}
