"""``python -m tests.soak``: exit code 0: nothing leaked or failed; 1: the report says what did."""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Final

from attrs import evolve

from . import census, report, verdict
from .leaks import LEAKS
from .load import Load
from .tally import Tally
from .threads import Settings
from .verdict import Sample

CLIENTS: Final = 3
"""Two with a shared token, one with a token of its own."""
ONE_ARENA: Final = {"MALLOC_ARENA_MAX": "1"}
"""glibc's allocator keeps memory for each thread, and what it keeps looks like a leak."""


def main() -> int:
    """Warm up, soak, and write the report."""
    options = _options()
    if not ONE_ARENA.items() <= os.environ.items():
        command = (sys.executable, "-m", "tests.soak", *sys.argv[1:])
        os.execve(sys.executable, command, {**os.environ, **ONE_ARENA})  # noqa: S606  # itself
    random.seed(options.seed)
    # clients are dropped unclosed and processes with threads fork, on purpose
    warnings.simplefilter("ignore")
    logging.getLogger("persium_ext").setLevel(logging.ERROR)
    if options.leak:
        LEAKS[options.leak]()
    with _server(options.seed) as (settings, answer):
        warm = max(10.0, options.seconds / 10)
        started = time.monotonic()
        warm_up, tally = Tally(), Tally()
        _soak(settings, warm_up, warm, options.round)
        before = census.take()
        samples = _soak(settings, tally, options.seconds, options.round)
        after, seconds = census.take(), time.monotonic() - started
        server = answer()
    outcomes = warm_up.outcomes + tally.outcomes
    allowed = verdict.most_token_requests(server, outcomes, seconds=seconds, clients=CLIENTS)
    wrong = verdict.complaints(
        before, after, samples, tally, requests=server["token_requests"], allowed=allowed
    )
    said = report.lines(before, after, samples, tally, server, allowed=allowed, wrong=wrong)
    title = f"# Soak of {options.seconds:.0f} s, seed {options.seed}"
    sys.stdout.write("\n".join([title, *said, ""]))
    return 1 if wrong else 0


def _soak(
    settings: Sequence[Settings], tally: Tally, seconds: float, length: float
) -> list[Sample]:
    load, samples = Load(settings, tally), list[Sample]()
    start = time.monotonic()
    while (passed := time.monotonic() - start) < seconds:
        load.round(min(length, seconds - passed))
        held = evolve(census.take(), objects=Counter())  # a sample must not count those of others
        here = Sample(seconds=time.monotonic() - start, calls=tally.calls, census=held)
        samples.append(here)
        sys.stderr.write(f"{here.seconds:.0f} s: {here.calls} calls, {here.census.rss} KiB\n")
    load.close()
    return samples


@contextmanager
def _server(seed: int) -> Generator[tuple[list[Settings], Any]]:
    """Start the server; yield its settings, and a function that stops it and returns its counts."""
    command = (sys.executable, "-m", "tests.soak.server", str(seed))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        stdin, stdout = _pipes(process)
        try:
            settings: list[Settings] = json.loads(stdout.readline())

            def end() -> Any:
                stdin.close()
                return json.loads(stdout.readline())

            yield settings, end
            process.wait(60)
        finally:
            process.kill()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="of load, after the warm-up")
    parser.add_argument("--round", type=float, default=8, help="seconds between two rests")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--leak", choices=sorted(LEAKS), help="do something wrong on purpose")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
