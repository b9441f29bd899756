"""Where no Keycloak can run, one line says why; where one can, it is prepared once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.keycloak import __main__ as command
from tests.keycloak import distribution, machine
from tests.keycloak.conftest import Small, script
from tests.keycloak.machine import CannotRunError
from tests.keycloak.server import Keycloak
from tests.support.wire import listener


def test_no_java(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """It is named, before anything is fetched."""
    monkeypatch.setenv("PATH", str(cache))

    with pytest.raises(CannotRunError, match=r"no java here$"):
        Keycloak("x").prepare()


def test_no_java_where_its_home_is_said_to_be(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """JAVA_HOME goes before PATH, as in Keycloak's own script."""
    monkeypatch.setenv("JAVA_HOME", str(cache))

    with pytest.raises(CannotRunError, match=r"no java here in JAVA_HOME$"):
        Keycloak("x").prepare()


def test_an_old_java(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Its version is named, and what to install."""
    script(cache / "java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    monkeypatch.setenv("PATH", str(cache))

    with pytest.raises(CannotRunError, match="java is 11: install a newer one"):
        Keycloak("x").prepare()


def test_too_little_memory(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """How much is missing is said."""
    script(cache / "java")
    monkeypatch.setenv("PATH", str(cache))
    monkeypatch.setattr(machine, "LEAST_MEMORY", 10**15)

    with pytest.raises(CannotRunError, match="MB of memory"):
        Keycloak("x").prepare()


def test_no_maven(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """So is Maven."""
    monkeypatch.setenv("PATH", str(cache))

    with pytest.raises(CannotRunError, match="install Maven"):
        distribution.compiled()


def test_maven_that_fails(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """What it says is kept in a file, which is named; nothing half-done stays."""
    script(cache / "mvn", "echo no route", "exit 1")
    monkeypatch.setenv("PATH", f"{cache}:/bin:/usr/bin")

    with pytest.raises(CannotRunError, match=f"{cache / 'maven.log'} says why"):
        distribution.compiled()

    assert {left.name for left in cache.iterdir()} == {"mvn", "maven.log", "lock"}
    assert (cache / "maven.log").read_text() == "no route\n"


def test_another_archive_than_the_pinned_one(cache: Path) -> None:
    """It is thrown away, and not unpacked."""
    archive = cache / f"keycloak-quarkus-dist-{distribution.VERSION}.zip"
    archive.write_bytes(b"something else")

    with pytest.raises(CannotRunError, match="not the pinned one"):
        distribution.compiled()

    assert [left.name for left in cache.iterdir()] == ["lock"]


@pytest.mark.parametrize("works", [True, False])
def test_it_is_compiled_once(cache: Path, small: Small, *, works: bool) -> None:
    """A Keycloak that can't be is not kept, and its last words are handed on."""
    small(f"echo $* >> {cache}/calls", f"exit {int(not works)}")

    if works:
        assert distribution.compiled() == distribution.compiled()
        assert (cache / "calls").read_text() == "build --db=dev-file\n"
    else:
        with pytest.raises(CannotRunError, match="could not be prepared; it said:"):
            distribution.compiled()
        assert not list(cache.glob("compiled-*"))


def test_copies_share_programs_only(cache: Path, small: Small) -> None:
    """What one Keycloak writes is not seen by another."""
    small("exit 0")

    one, other = (distribution.copy_to(cache / name) for name in ("one", "other"))

    assert (one / "bin" / "kc.sh").samefile(other / "bin" / "kc.sh")
    assert not (one / "conf" / "keycloak.conf").samefile(other / "conf" / "keycloak.conf")


def test_a_port_in_use(cache: Path) -> None:
    """The port is named."""
    (cache / "x").mkdir()
    with listener() as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CannotRunError, match=f"port {port} is in use"):
            Keycloak("x", port=port).start()


def test_the_command_says_one_line(
    monkeypatch: pytest.MonkeyPatch, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, nothing for ``eval``, exit code 1."""
    monkeypatch.setenv("PATH", str(cache))

    assert command.main(["start"]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "keycloak: Keycloak needs Java 17 or newer, and there is no java here\n"
