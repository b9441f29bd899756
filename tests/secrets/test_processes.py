"""The command line in a separate process: what it starts, opens, writes and connects to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.wire import Wire, http

from .canaries import SECRET, search

STARTS = {
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile"),
    *("os.fork", "os.forkpty", "pty.spawn", "os.putenv"),
}
WATCHED = r"""
import json, os, sys

sys.modules["trio"] = None  # not needed here, and it asks ldconfig for a library
events = []

def watch(name, args):
    if name == "open":
        written = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        if set(str(args[1] or "")) & set("wax+") or (args[2] or 0) & written:
            events.append([name, repr(args)])
    elif name in STARTS or name in {"os.rename", "os.mkdir", "os.link", "sqlite3.connect",
            "tempfile.mkstemp", "tempfile.mkdtemp", "socket.connect", "socket.getaddrinfo",
            "urllib.Request", "http.client.connect"}:
        events.append([name, repr(args)])

sys.addaudithook(watch)
from persium_ext.cli import main

code = main(sys.argv[1:])
seen, arguments = list(events), open("/proc/self/cmdline").read() if os.path.exists("/proc") else ""
sys.stdout.flush()
print("\n" + json.dumps({"code": code, "events": seen, "arguments": arguments}), file=sys.stderr)
"""


def watched(folder: Path, *words: str, **environ: str) -> tuple[dict[str, Any], str]:
    """Run a command with an empty home; return the audited events, and the output."""
    plain = {n: v for n, v in os.environ.items() if not n.startswith(("COV", "COVERAGE"))}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED.replace("STARTS", repr(STARTS)), *words],
        env=plain
        | {"PYTHONDONTWRITEBYTECODE": "1", "PERSIUM_DEBUG": "1", "NO_COLOR": "1"}
        | dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(folder))
        | environ,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    said, _, report = done.stderr.rstrip().rpartition("\n")
    return json.loads(report), done.stdout + said


@pytest.mark.parametrize(
    ("words", "code"), [(["me"], 0), (["token", "--json"], 0), (["me", "--json"], 5)]
)
def test_nothing_is_started_or_written(
    wire: Wire, settings: dict[str, str], tmp_path: Path, words: list[str], code: int
) -> None:
    """A command starts no process, writes no file, uses loopback only and shows no canary."""
    folder = tmp_path / "home"
    folder.mkdir()
    if code == 5:
        wire.api = http(b"no", status=b"404 No")

    seen, printed = watched(
        folder, *words, **{name.upper(): value for name, value in settings.items()}
    )

    names = {name for name, _ in seen["events"]}
    assert seen["code"] == code
    assert not names & STARTS
    assert "socket.connect" in names
    assert [event for event in seen["events"] if event[0] == "open"] == []
    assert list(folder.iterdir()) == []
    assert all("127.0.0.1" in what for name, what in seen["events"] if name.startswith("socket"))
    assert search(printed, json.dumps(seen)) == []
    assert (len(wire.token_requests), len(wire.api_requests)) == (1, words[0] == "me")


def test_the_watch_sees(tmp_path: Path) -> None:
    """The audit hook sees child processes and files: otherwise it would prove nothing."""
    script = WATCHED.replace("STARTS", repr(STARTS)).partition("from persium_ext")[0] + (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', '']); os.system('true'); open('x', 'w').close()\n"
        "print(json.dumps([name for name, _ in events]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert {"subprocess.Popen", "os.system", "open"} <= set(json.loads(done.stdout))


def test_a_secret_is_no_argument(tmp_path: Path) -> None:
    """No argument takes the secret, which other processes could read; none is echoed."""
    for words in (["me", "--client-secret", SECRET], ["me", f"--client-secret={SECRET}"]):
        seen, printed = watched(tmp_path, *words)

        assert seen["code"] == 2
        assert search(printed) == []
