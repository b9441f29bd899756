"""Keycloak is prepared once; if it can't run, one line has the reason."""

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
    """Missing Java is reported before anything is downloaded."""
    monkeypatch.setenv("PATH", str(cache))

    with pytest.raises(CannotRunError, match=r"no java here$"):
        Keycloak("x").prepare()


def test_no_java_in_java_home(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """JAVA_HOME takes precedence over PATH, as in Keycloak's own script."""
    monkeypatch.setenv("JAVA_HOME", str(cache))

    with pytest.raises(CannotRunError, match=r"no java here in JAVA_HOME$"):
        Keycloak("x").prepare()


def test_an_old_java(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """The error has the version of Java, and what to install."""
    script(cache / "java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    monkeypatch.setenv("PATH", str(cache))

    with pytest.raises(CannotRunError, match="java is 11: install a newer one"):
        Keycloak("x").prepare()


def test_too_little_memory(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """The error has the amount of memory that is needed."""
    script(cache / "java")
    monkeypatch.setenv("PATH", str(cache))
    monkeypatch.setattr(machine, "LEAST_MEMORY", 10**15)

    with pytest.raises(CannotRunError, match="MB of memory"):
        Keycloak("x").prepare()


def test_no_maven(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Missing Maven is reported."""
    monkeypatch.setenv("PATH", str(cache))

    with pytest.raises(CannotRunError, match="install Maven"):
        distribution.compiled()


def test_maven_that_fails(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """The error names the file with Maven's output; no partial download is kept."""
    script(cache / "mvn", "echo no route", "exit 1")
    monkeypatch.setenv("PATH", f"{cache}:/bin:/usr/bin")

    with pytest.raises(CannotRunError, match=f"{cache / 'maven.log'} says why"):
        distribution.compiled()

    assert {left.name for left in cache.iterdir()} == {"mvn", "maven.log", "lock"}
    assert (cache / "maven.log").read_text() == "no route\n"


def test_archive_that_is_not_pinned(cache: Path) -> None:
    """An archive with another checksum is deleted, and not unpacked."""
    archive = cache / f"keycloak-quarkus-dist-{distribution.VERSION}.zip"
    archive.write_bytes(b"something else")

    with pytest.raises(CannotRunError, match="not the pinned one"):
        distribution.compiled()

    assert [left.name for left in cache.iterdir()] == ["lock"]


@pytest.mark.parametrize("works", [True, False])
def test_it_is_compiled_once(cache: Path, small: Small, *, works: bool) -> None:
    """A Keycloak that fails to compile is not kept; the error has its last output."""
    small(f"echo $* >> {cache}/calls", f"exit {int(not works)}")

    if works:
        assert distribution.compiled() == distribution.compiled()
        assert (cache / "calls").read_text() == "build --db=dev-file\n"
    else:
        with pytest.raises(CannotRunError, match="could not be prepared; it said:"):
            distribution.compiled()
        assert not list(cache.glob("compiled-*"))


def test_copies_share_programs_only(cache: Path, small: Small) -> None:
    """Copies share programs, but not the files that Keycloak writes."""
    small("exit 0")

    one, other = (distribution.copy_to(cache / name) for name in ("one", "other"))

    assert (one / "bin" / "kc.sh").samefile(other / "bin" / "kc.sh")
    assert not (one / "conf" / "keycloak.conf").samefile(other / "conf" / "keycloak.conf")


def test_a_port_in_use(cache: Path) -> None:
    """The error names the port that is in use."""
    (cache / "x").mkdir()
    with listener() as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CannotRunError, match=f"port {port} is in use"):
            Keycloak("x", port=port).start()


def test_error_of_the_command(
    monkeypatch: pytest.MonkeyPatch, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is one line, without a traceback; nothing is printed for ``eval``; exit code 1."""
    monkeypatch.setenv("PATH", str(cache))

    assert command.main(["start"]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "keycloak: Keycloak needs Java 17 or newer, and there is no java here\n"
