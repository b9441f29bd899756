"""What a target's program does, in Python; the argument says what is wrong with it."""

from __future__ import annotations

import json
import os
import sys
from http.client import HTTPConnection, HTTPMessage
from typing import Any
from urllib.parse import urlencode, urlsplit

DEFECT = sys.argv[1]


def ask(
    method: str, address: str, headers: dict[str, str], body: bytes | None = None
) -> tuple[int, HTTPMessage, bytes]:
    """Return status, fields and body of the answer."""
    url = urlsplit(address)
    connection = HTTPConnection(url.hostname or "", url.port)
    connection.request(method, url.path, body=body, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def token() -> dict[str, Any]:
    """Return the token, or why there is none."""
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["CLIENT_ID"],
        "client_secret": os.environ["CLIENT_SECRET"],
    }
    fields = urlencode(form)
    if DEFECT == "does not encode":
        fields = "&".join(f"{name}={value}" for name, value in form.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _, body = ask("POST", os.environ["TOKEN_URL"], headers, fields.encode())
    answer = json.loads(body)
    if status == 200:
        return {"ok": True, "token": answer["access_token"]}
    return {"ok": False, "stage": "token", "status": status, "detail": answer["error"]}


def who_am_i(bearer: str) -> dict[str, Any]:
    """Return what the API says of the token."""
    base = os.environ["API_BASE_URL"]
    if DEFECT != "adds a slash":
        base = base.rstrip("/")
    request = ("GET", f"{base}/me", {"Authorization": f"Bearer {bearer}"})
    status, headers, body = ask(*request)
    if status == 200 and headers.get_content_type() != "application/json":
        return {"ok": False, "stage": "api", "status": None}
    if status != 200:
        if DEFECT == "calls again":
            ask(*request)
        detail = headers["WWW-Authenticate"] or headers["Retry-After"]
        told = None if DEFECT == "knows no status" else status
        return {"ok": False, "stage": "api", "status": told, "detail": detail}
    found = json.loads(body)
    if DEFECT == "knows four members" and len(found) != 4:
        sys.exit("what is this?")
    names = ("client_id", "organisation_uuid", "label", "all_organisations")
    me = {name: found[name] for name in names}
    if DEFECT == "wrong label":
        me["label"] = "Acme"
    return {"ok": True, "me": me}


answer = token()
if DEFECT == "prints the secret":
    sys.stderr.write(urlencode({"secret": os.environ["CLIENT_SECRET"]}))
if DEFECT == "prints the token":
    sys.stdout.write(f"{answer}\n")
if answer["ok"]:
    answer = who_am_i(answer["token"])
OTHER_WORDS = {"says no JSON": "fine", "says a list": "[]"}
sys.stdout.write(OTHER_WORDS.get(DEFECT, json.dumps(answer)))
