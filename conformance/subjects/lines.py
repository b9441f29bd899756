"""The subject protocol for clients that use threads: JSON lines in, one for each call out."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

Client = TypeVar("Client")


def serve(
    connect: Callable[[], Client],
    call: Callable[[Client], Any],
    stage: Callable[[Exception], str] = lambda error: getattr(error, "stage", "api"),
) -> None:
    """Obey standard input until it ends.

    Args:
        connect: Makes a client object.
        call: Makes one call, and returns the JSON that came or raises the client's own error.
        stage: Says of an error whether ``token`` or ``api`` failed.
    """
    shared = connect()
    writing = threading.Lock()
    running: list[threading.Thread] = []

    def answer(members: dict[str, Any]) -> None:
        with writing:
            print(json.dumps(members), flush=True)

    def one(client: Client, number: int) -> None:
        try:
            answer({"id": number, "ok": True, "status": 200, "body": call(client)})
        except Exception as error:  # noqa: BLE001  # whatever a client raises is an outcome
            status, words = getattr(error, "status", None), str(error)
            facts = {"stage": stage(error), "status": status, "message": words}
            answer({"id": number, "ok": False, **facts})

    for line in sys.stdin:
        command = json.loads(line)
        if command["command"] == "quit":
            break
        if command["command"] != "call":
            answer({"unsupported": command["command"]})
            continue
        client = connect() if command.get("client") == "new" else shared
        for _ in range(command["times"]):
            thread = threading.Thread(target=one, args=(client, command["id"]))
            running.append(thread)
            thread.start()
    for thread in running:
        thread.join()
