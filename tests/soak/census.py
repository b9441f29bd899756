"""Resources of a process: memory, file descriptors, threads, and objects by class."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from collections import Counter
from contextlib import suppress
from typing import Final

import psutil
from attrs import frozen

WATCHED: Final = frozenset(
    {
        *("persium_ext", "persium_api", "httpx", "httpcore", "h11", "anyio", "sniffio"),
        *("asyncio", "_asyncio", "trio", "socket", "ssl", "_ssl", "selectors", "threading"),
    }
)
UNNAMED: Final = ("coroutine", "async_generator", "frame", "traceback")


@frozen(kw_only=True)
class Census:
    """Resources of the process between two rounds.

    Attributes:
        rss: Resident memory, in KiB.
        blocks: Memory blocks of Python objects.
        files: File descriptors.
        threads: Threads, as the kernel counts them.
        objects: Objects that belong to a call, by class.
    """

    rss: int
    blocks: int
    files: int
    threads: int
    objects: Counter[str]


def take() -> Census:
    """Collect garbage, give memory back, and count."""
    for _ in range(3):
        gc.collect()
    with suppress(AttributeError, OSError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)
    process = psutil.Process()
    return Census(
        rss=process.memory_info().rss // 1024,
        blocks=sys.getallocatedblocks(),
        files=process.num_fds(),
        threads=process.num_threads(),
        objects=_objects(),
    )


def _objects() -> Counter[str]:
    """Count the objects of calls, and frames and coroutines that are still referenced."""
    counted = Counter[str]()
    ours = {id(sys._current_frames().get(ident)) for ident in sys._current_frames()}  # noqa: SLF001
    for thing in gc.get_objects():
        kind = type(thing)
        if kind.__module__.partition(".")[0] in WATCHED:
            counted[f"{kind.__module__}.{kind.__qualname__}"] += 1
        elif kind.__name__ in UNNAMED and id(thing) not in ours:
            counted[kind.__name__] += 1
    return counted


def grown(before: Census, after: Census, *, by: int) -> dict[str, int]:
    """Return the classes that have at least *by* more objects."""
    more = after.objects - before.objects
    return {name: count for name, count in more.most_common() if count >= by}


def names_of_threads() -> list[str]:
    """Return the names of this process's threads."""
    return sorted(thread.name for thread in threading.enumerate())
