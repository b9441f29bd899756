"""The suite's line protocol over any client of requests or httpx: see conformance/README.md."""

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

TOKEN_URL = os.environ["TOKEN_URL"]
API_BASE_URL = os.environ["API_BASE_URL"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]

Get = Callable[[str], Any]  # takes an address, gives a response of requests or httpx
_writing = threading.Lock()


def serve(connect: Callable[[], Get], *, token_errors: tuple[type[Exception], ...]) -> None:
    """Answer commands; *connect* makes a client, whose *token_errors* tell of a token not had."""
    shared = connect()
    threads = []
    for line in sys.stdin:
        command = json.loads(line)
        if command["command"] == "quit":
            break
        if command["command"] != "call":
            _say({"unsupported": command["command"]})
            continue
        get = connect() if command.get("client") == "new" else shared
        for _ in range(command.get("times", 1)):
            threads.append(threading.Thread(target=_call, args=(get, command["id"], token_errors)))
            threads[-1].start()
    for thread in threads:
        thread.join()


def _call(get: Get, number: int, token_errors: tuple[type[Exception], ...]) -> None:
    try:
        response = get(f"{API_BASE_URL.rstrip('/')}/me")
        response.raise_for_status()
        outcome = {"ok": True, "status": response.status_code, "body": response.json()}
    except Exception as error:  # noqa: BLE001 - whatever a library raises is its answer
        asked = str(getattr(getattr(error, "request", None), "url", ""))
        of_token = isinstance(error, token_errors) or asked.startswith(TOKEN_URL)
        status = getattr(getattr(error, "response", None), "status_code", None)
        stage = "token" if of_token else "api"
        outcome = {"ok": False, "stage": stage, "status": status, "message": str(error)}
    _say({"id": number, **outcome})


def _say(line: dict[str, Any]) -> None:
    with _writing:
        print(json.dumps(line), flush=True)
