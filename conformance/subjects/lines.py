"""The subject protocol for clients that use threads: JSON lines in, one JSON line for each call out."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

Client = TypeVar("Client")


def serve(connect: Callable[[], Client], call: Callable[[Client], dict[str, Any]]) -> None:
    """Obey standard input until it ends; *call* makes one call and returns its outcome."""
    shared = connect()
    writing = threading.Lock()
    running: list[threading.Thread] = []

    def answer(members: dict[str, Any]) -> None:
        with writing:
            print(json.dumps(members), flush=True)

    def one(client: Client, number: int) -> None:
        answer({"id": number, **call(client)})

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
