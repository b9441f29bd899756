"""Keycloak owns its folder, ends with its parent process, and restarts unchanged."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.keycloak import __main__ as command
from tests.keycloak import locks, processes
from tests.keycloak.admin import Admin
from tests.keycloak.conftest import Small
from tests.keycloak.machine import CannotRunError
from tests.keycloak.realm import ROTATING
from tests.keycloak.server import Keycloak

ROOT: Final = Path(__file__).parents[2]
SLEEP: Final = ["/bin/sleep", "60"]


def test_stop_when_nothing_runs(cache: Path) -> None:
    """A process id that belongs to another process by now is left alone."""
    command.DESK.mkdir()
    with subprocess.Popen(SLEEP, start_new_session=True) as other:
        (command.DESK / "lock").write_text(str(other.pid))

        assert command.main(["stop"]) == 0

        assert other.poll() is None
        other.kill()


def test_a_folder_goes_to_one_at_a_time(cache: Path) -> None:
    """A process that inherited the lock keeps it until it ends."""
    lock = locks.take(cache / "lock")
    with subprocess.Popen(SLEEP, pass_fds=[lock]) as keeper:
        locks.note(lock, keeper.pid)
        os.close(lock)

        with pytest.raises(CannotRunError, match=f"in use by process {keeper.pid}: end it"):
            locks.take(cache / "lock")
        assert locks.holder(cache / "lock") == keeper.pid
        keeper.kill()

    assert locks.holder(cache / "lock") is None


def test_launched_process_ends_with_its_parent(cache: Path) -> None:
    """A launched process ends even if its parent is killed."""
    lock = locks.take(cache / "lock")
    source = f"""
import os, signal
from pathlib import Path
from tests.keycloak.processes import launch
log = Path({str(cache / "log")!r})
launch(["sleep", "60"], env=os.environ, log=log, lock={lock}, outlive=False)
os.kill(os.getpid(), signal.SIGKILL)
"""
    owner = subprocess.run([sys.executable, "-c", source], cwd=ROOT, pass_fds=[lock], check=False)
    os.close(lock)

    assert owner.returncode == -signal.SIGKILL
    until = time.monotonic() + 10
    while locks.holder(cache / "lock") is not None:
        assert time.monotonic() < until


def test_process_that_ignores_sigterm(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """A process that ignores SIGTERM is ended with SIGKILL."""
    monkeypatch.setattr(processes, "LONGEST_STOP", 0.5)
    lock = locks.take(cache / "lock")
    deaf = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"]
    process = processes.launch(deaf, env=os.environ, log=cache / "log", lock=lock, outlive=False)
    os.close(lock)
    while not (cache / "log").read_text():
        assert process.poll() is None

    processes.end(process)

    assert process.returncode == -signal.SIGKILL


def test_keycloak_that_fails_at_start(cache: Path, small: Small) -> None:
    """The error has the last lines of its log."""
    small('[ "$1" = build ] || { echo out of luck; exit 3; }')
    keycloak = Keycloak("x")
    keycloak.prepare()

    with pytest.raises(CannotRunError, match="did not start; it said:\n  out of luck"):
        keycloak.start()

    with pytest.raises(RuntimeError, match="not running"):
        _ = keycloak.pid


def test_folders_of_ended_runs_are_removed(cache: Path, small: Small) -> None:
    """The next run removes the folders of ended runs, and keeps one that is in use."""
    small("exit 0")
    for name in ("test-over", "test-running"):
        (cache / name).mkdir()
        (cache / name / "lock").touch()
    lock = locks.take(cache / "test-running" / "lock")

    Keycloak("test-new").prepare()

    assert {folder.name for folder in cache.glob("test-*")} == {"test-new", "test-running"}
    os.close(lock)


@pytest.mark.keycloak
def test_two_in_one_folder(keycloak: Keycloak) -> None:
    """The second is refused, and the first continues."""
    second = Keycloak(keycloak.ca_file.parent.name)

    with pytest.raises(CannotRunError, match=f"in use by process {keycloak.pid}"):
        second.prepare()

    assert httpx.get(keycloak.issuer, trust_env=False, timeout=30).status_code == 200


@pytest.mark.keycloak
def test_https_with_the_authority(keycloak: Keycloak) -> None:
    """The certificate is valid for the name and not for the address; the issuer is HTTP's."""
    trusted = ssl.create_default_context(cafile=keycloak.ca_file)
    path = "/realms/persium/.well-known/openid-configuration"
    by_address = keycloak.https_url.replace("localhost", "127.0.0.1")
    with httpx.Client(verify=trusted, trust_env=False, timeout=30) as client:
        assert client.get(keycloak.https_url + path).json()["issuer"] == keycloak.issuer
        with pytest.raises(httpx.ConnectError, match="mismatch"):
            client.get(by_address + path)


@pytest.mark.keycloak
def test_loopback_only(keycloak: Keycloak) -> None:
    """No other address of this machine accepts connections."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as route:
        route.connect(("192.0.2.1", 9))  # sends nothing; tells this machine's own address
        outside = route.getsockname()[0]

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((outside, keycloak.port), timeout=5)


@pytest.mark.keycloak
def test_a_restart_keeps_the_realm(keycloak: Keycloak, admin: Admin) -> None:
    """Keys, secrets and ports stay; while Keycloak is stopped, connections are refused."""
    secret = admin.rotate_secret(ROTATING)
    keys = httpx.get(keycloak.jwks_url, trust_env=False).json()
    keycloak.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(keycloak.issuer, trust_env=False)
    keycloak.start()

    answer = httpx.post(
        keycloak.token_url,
        data={
            "grant_type": "client_credentials",
            "client_id": ROTATING,
            "client_secret": secret,
        },
        trust_env=False,
        timeout=30,
    )

    assert answer.status_code == 200
    assert httpx.get(keycloak.jwks_url, trust_env=False, timeout=30).json() == keys
