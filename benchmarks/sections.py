"""The tables and plots of the page, and which numbers they show."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from .scenarios import SIZES, THREADS


class Column(NamedTuple):
    """One column of a table: a figure of a scenario.

    Attributes:
        head: Its heading.
        scenario: Where the figure is from.
        figure: Its name.
        x: Its place in a plot of lines.
    """

    head: str
    scenario: str
    figure: str = "seconds"
    x: float = 0


class Section(NamedTuple):
    """One table, with what it shows in words.

    Attributes:
        title: Its heading.
        text: What is measured.
        columns: The columns after the name of the contender.
        reference: The contender that seconds are divided by; empty: none.
        plot: How the columns are drawn, if they are.
        x: What the columns of a plot of lines are, or the contenders of a plot of points.
    """

    title: str
    text: str
    columns: tuple[Column, ...]
    reference: str = ""
    plot: Literal["bars", "lines", "points", ""] = ""
    x: str = ""


SECTIONS: Final = (
    Section(
        "One thread",
        "One call after another on a warm connection.",
        (Column("HTTP", "sync-http"), Column("HTTPS", "sync-https")),
        "httpx",
        "bars",
    ),
    Section(
        "Tasks",
        "asyncio tasks that share one client, over HTTP: the time of all calls by their number.",
        (Column("1 task", "async-1"), Column("100 tasks", "async-100")),
        "httpx",
        "bars",
    ),
    Section(
        "Threads",
        "Threads that share one client, over HTTP: the time of all calls by their number.",
        tuple(Column(f"{n}", f"threads-{n}", x=n) for n in THREADS),
        "httpx",
        "lines",
        "threads",
    ),
    Section(
        "A burst of 1,000 tasks",
        "A client is made, and makes 1,000 calls at once, over HTTP: it has neither a token nor a "
        "connection. A contender of which each call fails is measured once.",
        (
            Column("time", "burst-1000"),
            Column("failed", "burst-1000", "failed"),
            Column("token requests", "burst-1000", "tokens"),
        ),
        "aiohttp single flight",
    ),
    Section(
        "A burst of 10,000 tasks",
        "The same with 10,000 calls, and what is left: file descriptors at once, file "
        "descriptors and memory after 6 s and one more call.",
        (
            Column("time", "burst-10000"),
            Column("failed", "burst-10000", "failed"),
            Column("token requests", "burst-10000", "tokens"),
            Column("descriptors", "burst-10000", "descriptors"),
            Column("descriptors later", "burst-10000", "descriptors later"),
            Column("memory later", "burst-10000", "bytes later"),
        ),
        "aiohttp single flight",
    ),
    Section(
        "Bursts by their number of tasks",
        "The time of a burst by the number of its calls.",
        tuple(Column(f"{n}", f"burst-{n}", "seconds each", n) for n in (100, 1000, 10_000)),
        "aiohttp single flight",
        "lines",
        "tasks",
    ),
    Section(
        "A burst of 64 threads",
        "The same with 64 threads, over HTTPS.",
        (
            Column("time", "burst-threads"),
            Column("failed", "burst-threads", "failed"),
            Column("token requests", "burst-threads", "tokens"),
        ),
        "httpx",
    ),
    Section(
        "A program with one call",
        "A process from its start to its end, over HTTPS: a token and one call. The openai script "
        "is given a token. *two curls* are the vendor's own two commands.",
        (Column("time", "command"),),
        "two curls",
    ),
    Section(
        "Imports",
        "The first statement of a program; a *first client* imports its package and is made. "
        "`import httpx` alone loads neither httpcore nor the authorities for TLS: a client does.",
        (Column("time", "import"),),
        "import attrs",
    ),
    Section(
        "A further client",
        "A client that a process makes after its first one, over HTTP: the time to make it, and "
        "its memory in the process after its first call.",
        (Column("time", "further-client"), Column("memory", "further-client", "bytes")),
        "httpx",
    ),
    Section(
        "Many clients",
        "Calls of our clients in turn, in one thread over HTTP; each has a warm connection.",
        (Column("time of a call", "clients"),),
        "1",
        "points",
        "clients",
    ),
    Section(
        "Size of the response",
        "A list of records, decoded into models: with our client, and with httpx and the "
        "`from_dict` of the code generator. The API is that of `benchmarks/records.yaml`.",
        tuple(Column(size, f"list-{size}", x=10 ** (3 + n)) for n, size in enumerate(SIZES)),
        "from_dict",
        "lines",
        "bytes in the response",
    ),
    Section(
        "After a pause",
        "A call over HTTPS after 6 s without one, and a call on a warm connection.",
        (Column("after 6 s", "idle"), Column("warm", "idle", "seconds warm")),
        "httpx",
    ),
)
