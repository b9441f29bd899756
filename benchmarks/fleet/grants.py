"""How many tokens a token endpoint grants: ``python -m benchmarks.fleet.grants``.

Plain clients request one token after the other, each over a connection of its own. The endpoint is
that of the environment; for a Keycloak on this machine, ``eval "$(make -s keycloak)"`` first. On a
busy machine the CPU time of its process says more than the number of tokens: ``--process PID``.
"""

from __future__ import annotations

import argparse
import http.client
import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Final, NamedTuple
from urllib.parse import urlencode, urlsplit

import psutil

from benchmarks.machine import machine

from .report import markdown

CONNECTIONS: Final = (1, 8, 32)
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class Grants(NamedTuple):
    """What so many connections got.

    Attributes:
        connections: Connections.
        seconds: How long they requested tokens.
        times: The seconds of each request that was granted.
        refused: How many were not.
        cpu: Seconds of CPU that the process of the endpoint used; 0 if it is not known.
    """

    connections: int
    seconds: float
    times: list[float]
    refused: int
    cpu: float

    @property
    def row(self) -> list[str]:
        """The line of a table."""
        return [
            str(self.connections),
            f"{len(self.times) / self.seconds:.0f}",
            f"{median(self.times) * 1000:.0f} ms",
            f"{sorted(self.times)[len(self.times) * 99 // 100] * 1000:.0f} ms",
            str(self.refused),
            f"{self.cpu / len(self.times) * 1000:.1f} ms",
        ]


def measure(
    environ: Mapping[str, str], *, connections: int, seconds: float, process: int | None = None
) -> Grants:
    """Request tokens for some time, from the endpoint that *process* is, if it is known."""
    started, used = time.perf_counter(), _cpu(process)
    with ThreadPoolExecutor(connections) as threads:
        until = started + seconds
        parts = [threads.submit(_request, environ, until=until) for _ in range(connections)]
        found = [request for part in parts for request in part.result()]
    times = [duration for status, duration in found if status == 200]
    took, cpu = time.perf_counter() - started, _cpu(process) - used
    return Grants(connections, took, times, len(found) - len(times), cpu)


def _cpu(process: int | None) -> float:
    times = psutil.Process(process).cpu_times() if process else None
    return times.user + times.system if times else 0.0


def _request(environ: Mapping[str, str], *, until: float) -> list[tuple[int, float]]:
    """Return status and seconds of each request."""
    url = urlsplit(environ["TOKEN_URL"])
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    connection = kinds[url.scheme](url.netloc, timeout=60)
    members = {"client_id": environ["CLIENT_ID"], "client_secret": environ["CLIENT_SECRET"]}
    form = urlencode({"grant_type": "client_credentials", **members})
    found: list[tuple[int, float]] = []
    while (began := time.perf_counter()) < until or not found:
        connection.request("POST", url.path, form, _FORM)
        response = connection.getresponse()
        response.read()
        found.append((response.status, time.perf_counter() - began))
    connection.close()
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Warm the endpoint up, measure, and print a table; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fleet.grants",
        description="Measures how many tokens the endpoint at TOKEN_URL grants a second.",
    )
    parser.add_argument("--seconds", type=float, default=20, help="for each line (default: 20)")
    parser.add_argument("--process", type=int, help="process id of the endpoint")
    arguments = parser.parse_args(argv)
    seconds, process = arguments.seconds, arguments.process
    sys.stdout.write(f"{machine()}\n\n")
    measure(os.environ, connections=CONNECTIONS[-1], seconds=seconds)  # compiles what is hot
    found = [
        measure(os.environ, connections=each, seconds=seconds, process=process)
        for each in CONNECTIONS
    ]
    head = ["connections", "granted a second", "median", "99th of 100", "refused", "CPU each"]
    sys.stdout.write(f"{markdown(head, [each.row for each in found])}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
