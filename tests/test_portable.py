"""What runs on another Python, and on Windows."""

from __future__ import annotations

import pytest

from tests import portable

ALL = portable.selected("linux")


def test_all_exist() -> None:
    """Every folder and file is there, and the tests of the client are among them."""
    assert [name for name in ALL if not (portable.HERE.parent / name).exists()] == []
    assert {"tests/test_client.py", "tests/races", "tests/tokens"} <= set(ALL)


def test_windows_has_no_forks() -> None:
    """On Windows the rest runs, in the same order."""
    rest = portable.selected("win32")

    assert rest == [name for name in ALL if name.removeprefix("tests/") not in portable.POSIX]
    assert len(ALL) - len(rest) == len(portable.POSIX)


def test_list_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """``--list`` is for other commands."""
    assert portable.main(["--list"]) == 0
    assert capsys.readouterr().out == " ".join(portable.selected()) + "\n"


def test_options_are_those_of_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is that of pytest."""
    asked: list[list[str]] = []

    def run(words: list[str]) -> int:
        asked.append(words)
        return 5

    monkeypatch.setattr("pytest.main", run)

    assert portable.main(["-n", "2"]) == 5
    assert asked == [["-n", "2", *portable.selected()]]
