"""The subject protocol for clients that use threads: reads commands, writes results."""

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
    """Execute the commands of standard input until it ends.

    Args:
        connect: Makes a client object.
        call: Makes one call, and returns the JSON body or raises the client's own error.
        stage: Returns for an error whether ``token`` or ``api`` failed.
    """
    shared = connect()
    writing = threading.Lock()
    running: list[threading.Thread] = []

    def write(members: dict[str, Any]) -> None:
        with writing:
            print(json.dumps(members), flush=True)

    def one(client: Client, number: int) -> None:
        try:
            write({"id": number, "ok": True, "status": 200, "body": call(client)})
        except Exception as error:  # noqa: BLE001  # every error of a client is a result
            status, message = getattr(error, "status", None), str(error)
            facts = {"stage": stage(error), "status": status, "message": message}
            write({"id": number, "ok": False, **facts})

    for line in sys.stdin:
        command = json.loads(line)
        if command["command"] == "quit":
            break
        if command["command"] != "call":
            write({"unsupported": command["command"]})
            continue
        client = connect() if command.get("client") == "new" else shared
        for _ in range(command["times"]):
            thread = threading.Thread(target=one, args=(client, command["id"]))
            running.append(thread)
            thread.start()
    for thread in running:
        thread.join()
