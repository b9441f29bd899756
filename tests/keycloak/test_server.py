"""Where no Keycloak can run, one line says why; and one that was stopped comes back as it was."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from tests.keycloak import __main__ as command
from tests.keycloak import distribution, server
from tests.keycloak.admin import Admin
from tests.keycloak.distribution import CannotRunError
from tests.keycloak.realm import ROTATING
from tests.keycloak.server import Keycloak


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    for module in (distribution, server):
        monkeypatch.setattr(module, "CACHE", tmp_path)
    return tmp_path


def test_no_java(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """It is named, before anything is fetched."""
    monkeypatch.setenv("PATH", str(cache))

    with pytest.raises(CannotRunError, match="needs Java"):
        Keycloak("x").prepare()


def test_no_maven(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """So is Maven."""
    monkeypatch.setenv("PATH", str(cache))

    with pytest.raises(CannotRunError, match="install Maven"):
        distribution.unpacked(cache / "x")


def test_maven_that_fails(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Its first line is handed on, and nothing half-done stays."""
    maven = cache / "mvn"
    maven.write_text("#!/bin/sh\necho no route to the registry\nexit 1\n")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{cache}:/bin:/usr/bin")

    with pytest.raises(CannotRunError, match="no route to the registry"):
        distribution.unpacked(cache / "x")

    assert [left.name for left in cache.iterdir()] == ["mvn"]


def test_another_archive_than_the_pinned_one(cache: Path) -> None:
    """It is thrown away, and not unpacked."""
    archive = cache / f"keycloak-quarkus-dist-{distribution.VERSION}.zip"
    archive.write_bytes(b"something else")

    with pytest.raises(CannotRunError, match="not the pinned one"):
        distribution.unpacked(cache / "x")

    assert not archive.exists()
    assert not (cache / "x").exists()


def test_too_little_memory(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """How much is missing is said."""
    java = cache / "java"
    java.write_text("#!/bin/sh\n")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", str(cache))
    monkeypatch.setattr(server, "LEAST_MEMORY", 10**15)

    with pytest.raises(CannotRunError, match="MB of memory"):
        Keycloak("x").prepare()


def test_a_port_in_use(cache: Path) -> None:
    """The port is named."""
    (cache / "x").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CannotRunError, match=f"port {port} is in use"):
            Keycloak("x", port=port).start()


def test_the_command_says_one_line(
    monkeypatch: pytest.MonkeyPatch, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, nothing for ``eval``, exit code 1."""
    monkeypatch.setenv("PATH", str(cache))
    monkeypatch.setattr(command, "NOTE", cache / "running.json")

    assert command.main(["start"]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "keycloak: Keycloak needs Java 17 or newer, and there is no java here\n"


def test_stopping_what_does_not_run(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """There is nothing to do, and a pid that is somebody else's by now is left alone."""
    note = cache / "running.json"
    note.write_text('{"keycloak": 1}')
    monkeypatch.setattr(command, "NOTE", note)

    assert command.main(["stop"]) == 0
    assert not note.exists()


@pytest.mark.keycloak
def test_two_in_one_folder(keycloak: Keycloak) -> None:
    """The second is refused, for both would break; the first goes on."""
    second = Keycloak("test")

    with pytest.raises(CannotRunError, match="another Keycloak runs"):
        second.prepare()

    assert httpx.get(keycloak.issuer, trust_env=False, timeout=30).status_code == 200


@pytest.mark.keycloak
def test_a_restart_keeps_the_realm(keycloak: Keycloak, admin: Admin) -> None:
    """Keys, secrets and ports are the same after it; while it is away nobody answers."""
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
