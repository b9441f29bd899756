"""One Keycloak for the whole run; if it can't be started, the run fails with the reason."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from . import __main__ as command
from . import distribution, machine, server
from .admin import Admin
from .api_fixture import api as api  # noqa: PLC0414  # a fixture
from .machine import CannotRunError
from .resource_server import ResourceServer
from .server import Keycloak


@pytest.fixture(scope="session")
def keycloak() -> Iterator[Keycloak]:
    """A running Keycloak with a fresh realm."""
    running = Keycloak(f"test-{os.getpid()}")
    try:
        running.prepare()
        running.start()
    except CannotRunError as error:
        pytest.exit(f"no Keycloak, no test: {error}", returncode=1)
    yield running
    try:
        running.stop()
    except CannotRunError as error:
        pytest.fail(str(error))


@pytest.fixture(scope="session")
def admin(keycloak: Keycloak) -> Admin:
    """Its administrator."""
    return Admin(keycloak)


@pytest.fixture
def settings(keycloak: Keycloak, api: ResourceServer, admin: Admin) -> dict[str, Any]:
    """The arguments of a client of Keycloak, whose log starts empty."""
    admin.clear_events()
    return {**keycloak.settings(), "api_base_url": api.api_base_url}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    for module in (distribution, server):
        monkeypatch.setattr(module, "CACHE", tmp_path)
    monkeypatch.setattr(command, "DESK", tmp_path / "desk")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return tmp_path


def script(file: Path, *lines: str) -> None:
    """Write a command."""
    file.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    file.chmod(0o755)


Small = Callable[..., None]


@pytest.fixture
def small(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """Pin a small distribution instead, on a machine that meets all requirements."""

    def pin(*lines: str) -> None:
        home = cache / "source" / f"keycloak-{distribution.VERSION}"
        for part in ("bin", "conf"):
            (home / part).mkdir(parents=True)
        script(home / "bin" / "kc.sh", *lines)
        (home / "conf" / "keycloak.conf").touch()
        name = cache / f"keycloak-quarkus-dist-{distribution.VERSION}"
        archive = Path(shutil.make_archive(str(name), "zip", home.parent, home.name))
        checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
        monkeypatch.setattr(distribution, "SHA256", checksum)

    script(cache / "java")
    monkeypatch.setenv("PATH", f"{cache}:/bin:/usr/bin")
    monkeypatch.setattr(machine, "LEAST_MEMORY", 0)
    return pin
