"""A target's program in Python; the argument selects a defect."""

from __future__ import annotations

import json
import os
import sys
from http.client import HTTPConnection, HTTPMessage
from typing import Any
from urllib.parse import urlencode, urlsplit

DEFECT = sys.argv[1]


def send(
    method: str, address: str, headers: dict[str, str], body: bytes | None = None
) -> tuple[int, HTTPMessage, bytes]:
    """Return status, header fields and body of the response."""
    url = urlsplit(address)
    connection = HTTPConnection(url.hostname or "", url.port)
    connection.request(method, url.path, body=body, headers=headers)
    response = connection.getresponse()
    return response.status, response.headers, response.read()


def token() -> dict[str, Any]:
    """Return the token, or the error."""
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["CLIENT_ID"],
        "client_secret": os.environ["CLIENT_SECRET"],
    }
    fields = urlencode(form)
    if DEFECT == "does not encode":
        fields = "&".join(f"{name}={value}" for name, value in form.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _, body = send("POST", os.environ["TOKEN_URL"], headers, fields.encode())
    members = json.loads(body)
    if status == 200:
        return {"ok": True, "token": members["access_token"]}
    return {"ok": False, "stage": "token", "status": status, "detail": members["error"]}


def get_me(bearer: str) -> dict[str, Any]:
    """Return the result of ``GET /me``."""
    base = os.environ["API_BASE_URL"]
    if DEFECT != "adds a slash":
        base = base.rstrip("/")
    request = ("GET", f"{base}/me", {"Authorization": f"Bearer {bearer}"})
    status, headers, body = send(*request)
    if status == 200 and headers.get_content_type() != "application/json":
        return {"ok": False, "stage": "api", "status": None}
    if status != 200:
        if DEFECT == "calls again":
            send(*request)
        detail = headers["WWW-Authenticate"] or headers["Retry-After"]
        reported = None if DEFECT == "reports no status" else status
        return {"ok": False, "stage": "api", "status": reported, "detail": detail}
    members = json.loads(body)
    if DEFECT == "rejects new members" and len(members) != 4:
        sys.exit("unknown members")
    names = ("client_id", "organisation_uuid", "label", "all_organisations")
    me = {name: members[name] for name in names}
    if DEFECT == "wrong label":
        me["label"] = "Acme"
    return {"ok": True, "me": me}


result = token()
if DEFECT == "prints the secret":
    sys.stderr.write(urlencode({"secret": os.environ["CLIENT_SECRET"]}))
if DEFECT == "prints the token":
    sys.stdout.write(f"{result}\n")
if result["ok"]:
    result = get_me(result["token"])
OTHER_OUTPUT = {"prints no JSON": "fine", "prints a list": "[]"}
sys.stdout.write(OTHER_OUTPUT.get(DEFECT, json.dumps(result)))
