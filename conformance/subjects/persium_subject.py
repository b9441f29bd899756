"""The SDK as a subject: ``persium_subject.py sync|asyncio|trio``."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import anyio
import anyio.to_thread
from lines import serve

from persium_ext import AsyncPersium, Persium, PersiumError
from persium_ext.errors import TokenError


def stage(error: Exception) -> str:
    """Return the endpoint that failed."""
    return "token" if isinstance(error, TokenError) else "api"


def call(client: Persium) -> dict[str, Any]:
    """Call ``/me``."""
    return client.identity.get_me().to_dict()


async def call_async(client: AsyncPersium) -> dict[str, Any]:
    """Call ``/me``, and return the result as members of the protocol."""
    try:
        me = await client.identity.get_me()
    except PersiumError as error:
        status = getattr(error, "status", None)
        return {"ok": False, "stage": stage(error), "status": status, "message": str(error)}
    return {"ok": True, "status": 200, "body": me.to_dict()}


async def serve_async() -> None:
    """Execute the commands of standard input, with one task for each call."""
    shared = AsyncPersium()

    async def one(client: AsyncPersium, number: int) -> None:
        print(json.dumps({"id": number, **await call_async(client)}), flush=True)

    async with anyio.create_task_group() as tasks:
        while line := await anyio.to_thread.run_sync(sys.stdin.readline):
            command = json.loads(line)
            if command["command"] == "quit":
                break
            if command["command"] != "call":
                print(json.dumps({"unsupported": command["command"]}), flush=True)
                continue
            client = AsyncPersium() if command.get("client") == "new" else shared
            for _ in range(command["times"]):
                tasks.start_soon(one, client, command["id"])


if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG)
    # its debug log has unmasked header fields, in which a server may quote a token
    logging.getLogger("httpcore").setLevel(logging.INFO)
    if sys.argv[1] == "sync":
        serve(Persium, call, stage)
    else:
        anyio.run(serve_async, backend=sys.argv[1])
