"""A small fleet for real: forked processes that call the sandbox, each with a cache of its own."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final

from persium_ext import Persium, PersiumError
from persium_ext.sandbox import Sandbox
from persium_ext.sandbox.observer import Observation

from .simulation import Fleet, Result

_BEFORE_START: Final = 2.0
"""Seconds in which each process gets the settings."""


def run(fleet: Fleet) -> Result:
    """Run *fleet* in real time; the refused requests can't be counted."""
    fork = get_context("fork")
    parts = [fork.Pipe() for _ in range(fleet.processes)]
    children = [
        fork.Process(target=_child, args=(number, fleet, theirs), daemon=True)
        for number, (_, theirs) in enumerate(parts)
    ]
    for child in children:
        child.start()  # before the sandbox: a child would keep its port open
    served: Counter[int] = Counter()
    with Sandbox() as sandbox:
        sandbox.token_life = fleet.life
        started = time.monotonic() + _BEFORE_START

        def observe(seen: Observation) -> None:
            if seen.endpoint == "token":
                served[int(seen.received - started)] += 1

        def interrupt() -> None:
            sandbox.fault("refuse", at="token", seconds=fleet.down_for)

        sandbox.observe(observe)
        for ours, _ in parts:
            ours.send((sandbox.environ, started))
        outage = threading.Timer(started + fleet.down_from - time.monotonic(), interrupt)
        outage.start()
        failed = sum((ours.recv() for ours, _ in parts), Counter[int]())
        outage.join()
    for child in children:
        child.join()
    return Result(served, Counter(), failed, fleet.processes / fleet.interval)


def _child(number: int, fleet: Fleet, pipe: Connection) -> None:
    """Call until the end, as the process of the fleet with this *number*; send what failed."""
    environ, started = pipe.recv()
    draw = random.Random(number)
    failed: Counter[int] = Counter()
    due = started + number * fleet.started_within / fleet.processes
    with Persium(**{name.lower(): value for name, value in environ.items()}) as persium:
        while (due := due + draw.expovariate(1 / fleet.interval)) < started + fleet.seconds:
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                persium.identity.get_me()
            except PersiumError:
                failed[int(time.monotonic() - started)] += 1
            due = max(due, time.monotonic())
    pipe.send(failed)
