"""Which clock measures what must not run backwards."""

from __future__ import annotations

import runpy
import time
from typing import Any

import pytest

from persium_ext._runtime import clock


def steady_of_a_new_process() -> float:
    """Read the steady clock of a module that was just imported."""
    module: dict[str, Any] = runpy.run_path(str(clock.__file__))
    seconds: float = module["steady"]()
    return seconds


def no_boot_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no such clock, as on Windows and macOS."""
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)


def boot_time_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock has a name, and a kernel or a sandbox refuses to read it."""

    def refuse(_: int) -> float:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 7, raising=False)
    monkeypatch.setattr(time, "clock_gettime", refuse, raising=False)


def test_boot_time_counts_suspended_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is a boot-time clock, it is the steady one."""
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 7, raising=False)
    monkeypatch.setattr(time, "clock_gettime", {7: 1e9}.__getitem__, raising=False)

    assert steady_of_a_new_process() == 1e9


@pytest.mark.parametrize("prepare", [no_boot_time, boot_time_refused])
def test_without_boot_time(monkeypatch: pytest.MonkeyPatch, prepare: Any) -> None:
    """Without that clock, or where it is refused, it is the monotonic one."""
    prepare(monkeypatch)
    monkeypatch.setattr(time, "monotonic", lambda: 1e8)

    assert steady_of_a_new_process() == 1e8
