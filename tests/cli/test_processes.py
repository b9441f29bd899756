"""Real processes: signals, pipes, locales."""

from __future__ import annotations

import gc
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from persium_ext._observation.log import logger
from persium_ext.cli import main
from persium_ext.sandbox import Sandbox

from .conftest import Run, start

SIGNALS = pytest.mark.skipif(sys.platform == "win32", reason="it has no signals for processes")
ME = [sys.executable, "-m", "persium_ext", "me"]


def test_own_process_collects_little_garbage(own_process: list[object]) -> None:
    """A process that runs one command never looks for garbage in the modules that it imports."""
    code, often = main(), gc.get_threshold()[0]

    assert (code, often, own_process) == (0, 100_000, [gc.freeze])


@pytest.mark.parametrize(("level", "filters"), [("", 1), ("info", 0)])
@pytest.mark.usefixtures("own_process")
def test_own_process_reports_failures_once(
    monkeypatch: pytest.MonkeyPatch, level: str, filters: int
) -> None:
    """The warning about a failed token request is left to the error, unless the log is wanted."""
    monkeypatch.setenv("PERSIUM_LOG", level)

    main()

    assert len(logger.filters) == filters


@pytest.mark.usefixtures("environ")
def test_certificates_that_cannot_be_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Certificates are read ahead of the call, which alone reports that they can't be."""
    monkeypatch.setenv("SSL_CERT_FILE", "missing.pem")

    ran = run("me", "--token-url", "https://localhost:1/token")

    assert ran.code == 2
    assert ran.err.count("no certificates can be read") == 1
    assert len(ran.err.splitlines()) == 2


@contextmanager
def serving(*words: str) -> Generator[tuple[subprocess.Popen[str], list[str]]]:
    """Start ``persium sandbox``, and wait for its settings."""
    with start("sandbox", *words) as process:
        assert process.stdout is not None
        try:
            yield process, [process.stdout.readline() for _ in range(4)]
        finally:
            process.terminate()


@pytest.mark.skipif(sys.platform == "win32", reason="the lines are for a POSIX shell")
def test_settings_for_a_shell() -> None:
    """A shell that reads the lines can run ``persium me`` against the sandbox."""
    with serving("--token-life", "60") as (_, lines):
        script = "".join(lines) + shlex.join(ME) + " && " + shlex.join([*ME[:-1], "token"])
        ran = subprocess.run(
            ["/bin/sh", "-c", script], capture_output=True, text=True, check=False, timeout=60
        )

    assert [line.partition("=")[0] for line in lines] == [
        "export TOKEN_URL",
        "export API_BASE_URL",
        "export CLIENT_ID",
        "export CLIENT_SECRET",
    ]
    assert ran.returncode == 0, ran.stderr
    assert "acme-corp-sandbox" in ran.stdout
    assert "expires_in  60\n" in ran.stdout


@SIGNALS
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_sandbox(number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end the sandbox in peace."""
    with serving() as (process, _):
        process.send_signal(number)
        out, err = process.communicate(timeout=30)

    assert process.returncode == 0
    assert out == ""
    assert err.startswith("persium: the API is served at http://127.0.0.1:")
    assert err.count("\n") == 1


def test_signal_handlers_are_restored(run: Run, sandbox: Sandbox) -> None:
    """A sandbox that can't listen says so, and leaves the signals as they were."""
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    port = sandbox.token_url.split(":")[2].partition("/")[0]

    ran = run("sandbox", "--port", port)

    assert ran.code == 2
    assert ran.err.startswith(f"persium: can't listen on port {port}: ")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


@pytest.mark.usefixtures("environ")
def test_ascii_locale(sandbox: Sandbox) -> None:
    """Where the locale has only ASCII, other characters are escaped."""
    sandbox.client.label = "Café 工"

    with start("me", PYTHONIOENCODING="ascii", LC_ALL="C") as process:
        out, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (0, "")
    assert r"label              Caf\xe9 \u5de5" in out


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error there")
def test_closed_pipe(tmp_path: Path) -> None:
    """When nobody reads the output, the command ends without a word."""
    reading, writing = os.pipe()
    os.close(reading)
    errors = tmp_path / "errors"
    with errors.open("wb") as err:
        code = subprocess.call([*ME, "--sandbox"], stdout=writing, stderr=err, timeout=60)
    os.close(writing)

    assert code == 141
    assert errors.read_bytes() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_full_disk() -> None:
    """When the output can't be written, that is no bug of ours, and no success."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device
        ran = subprocess.run(
            [*ME, "--sandbox"], stdout=full, stderr=subprocess.PIPE, check=False, timeout=60
        )

    assert (ran.returncode, ran.stderr) == (141, b"")


@pytest.mark.usefixtures("environ")
@pytest.mark.parametrize("level", ["", "info"])
def test_failure_is_reported_once(sandbox: Sandbox, level: str) -> None:
    """Standard error is one JSON object when a token request fails; a log has to be asked for."""
    sandbox.client.rotate_secret()

    with start("me", "--json", PERSIUM_LOG=level) as process:
        _, err = process.communicate(timeout=60)
    *logged, reported = err.splitlines()

    assert json.loads(reported)["error"] == "TokenRefused"
    assert ["no request is sent until" in line for line in logged] == [True] * bool(level)


@SIGNALS
@pytest.mark.usefixtures("environ")
def test_interrupt(sandbox: Sandbox) -> None:
    """Ctrl-C during a call ends it at once, without a traceback."""
    sandbox.api_delay = 60
    with start("me") as process:
        while not sandbox.api_requests:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (130, "", "")
