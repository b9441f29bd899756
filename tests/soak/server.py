"""The server, in a separate process: two clients, short token lifetimes, and faults.

``python -m tests.soak.server SEED`` prints its settings as a line of JSON, serves until its
standard input ends, and prints what it did as a second one.
"""

from __future__ import annotations

import json
import random
import sys
import threading
from collections import Counter
from dataclasses import replace
from typing import Any, Final

from persium_ext.sandbox import Sandbox
from persium_ext.sandbox.faults import Fault
from persium_ext.sandbox.messages import Request, Response
from tests.support.faults import ALL_FAULTS

LIFE: Final = 34
"""Lifetime of a token in seconds: 4 more than the 30 that have to remain."""

API_FAULTS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("reset", {}),
    ("close", {}),
    ("garbage", {}),
    ("stall", {"seconds": 1.5}),
    ("drip-head", {"interval": 0.02}),
    ("drip-body", {"interval": 0.02}),
    ("stall-in-body", {"seconds": 1.5}),
    ("reset-in-body", {}),
    ("half-body", {}),
    ("length-too-short", {}),
    ("close-after-response", {}),
    ("gzip-bomb", {"size": 2_000_000}),
    ("huge-body", {"size": 2_000_000}),
    ("html", {"status": 502}),
    ("html", {}),
    ("bad-json", {}),
    ("throttle", {"retry_after": 0}),
    ("throttle", {"retry_after": 1, "status": 503}),
    ("throttle", {"retry_after": 300}),
    ("throttle-date", {}),
    ("redirect", {}),
)
TOKEN_FAULTS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("reset", {}),
    ("stall", {"seconds": 1.5}),
    ("half-body", {}),
    ("html", {"status": 503}),
    ("throttle", {"retry_after": 0}),
    ("close-after-response", {}),
    ("expires-in", {"value": 3}),
)


class EchoingSandbox(Sandbox):
    """Its responses have the ``X-Echo`` of their request, so that no two are equal."""

    def _respond_to_call(self, request: Request) -> tuple[str, Response]:
        operation, response = super()._respond_to_call(request)
        if response.status == 200:
            body = {**json.loads(response.body), "echo": request.headers["X-Echo"]}
            response = replace(response, body=json.dumps(body).encode())
        return operation, response


class Mischief:
    """What goes wrong, and how often it did."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self._sandbox = sandbox
        self._random = random.Random(seed)
        self._faults: list[Fault] = []
        self._done: Counter[str] = Counter()

    def run(self, stopping: threading.Event) -> None:
        """Do something every 50 ms, until *stopping*."""
        turn = 0
        while not stopping.wait(0.05):
            turn += 1
            self._fault("api", API_FAULTS, times=1)
            if turn % 120 == 0:
                self._fault("token", TOKEN_FAULTS, times=self._random.choice([1, 1, 2, 4]))
            if turn % 70 == 0:
                self._count("revocations")
                self._sandbox.revoke_tokens()
            if turn % 30 == 0:
                self._count("401 for a good token")
                self._sandbox.answer("getMe", status=401)
            if turn % 500 == 0:
                self._count("outages")
                self._sandbox.stop()
                stopping.wait(0.6)
                self._sandbox.start()
            self._sandbox.token_delay = self._random.choice([0, 0, 0.05, 0.3])
        self._sandbox.clear_faults()

    def told(self) -> dict[str, Any]:
        """How often what went wrong, and what the endpoints saw."""
        struck = Counter[str]()
        for fault in self._faults:
            struck[f"{fault.at}: {fault.kind}"] += fault.count
        return {
            "faults": dict(sorted(struck.items())),
            "token_faults": sum(fault.count for fault in self._faults if fault.at == "token"),
            "done": dict(self._done),
            "token_requests": self._sandbox.token_requests,
            "api_requests": self._sandbox.api_requests,
        }

    def _fault(self, at: str, kinds: tuple[tuple[str, dict[str, Any]], ...], *, times: int) -> None:
        waiting = [fault for fault in self._faults[-50:] if fault.at == at and fault.active]
        if not waiting:
            kind, given = self._random.choice(kinds)
            self._faults.append(self._sandbox.fault(ALL_FAULTS[kind], at=at, times=times, **given))

    def _count(self, what: str) -> None:
        self._done[what] += 1


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main(seed: int) -> None:
    """Serve until standard input ends."""
    sandbox = EchoingSandbox()
    sandbox.token_life = LIFE
    clients = [sandbox.client, sandbox.add_client("acme-corp-other")]
    with sandbox:
        settings = [
            {
                "token_url": sandbox.token_url,
                "api_base_url": sandbox.api_base_url,
                "client_id": client.client_id,
                "client_secret": client.client_secret,
            }
            for client in clients
        ]
        _say(settings)
        mischief, stopping = Mischief(sandbox, seed), threading.Event()
        worker = threading.Thread(target=mischief.run, args=(stopping,))
        worker.start()
        sys.stdin.read()
        stopping.set()
        worker.join()
        _say(mischief.told())


if __name__ == "__main__":
    main(int(sys.argv[1]))
