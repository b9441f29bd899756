"""The logger, and ``PERSIUM_LOG``."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import NoReturn

import pytest

from persium_ext import Persium
from persium_ext._observation.log import first_time, log, logger, set_up
from tests.support.values import SETTINGS


@contextmanager
def bare() -> Generator[None]:
    """Take the logger as in a program without logging: pytest has handlers of its own."""
    handlers, level = logger.handlers[:], logger.level
    logger.handlers.clear()
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = True
        logger.handlers[:] = handlers
        logger.setLevel(level)


def test_record(caplog: pytest.LogCaptureFixture) -> None:
    """The facts fill in the message, and are attributes of the record; it names its caller."""
    log(logging.WARNING, "retry", "waits %(wait).1f s", wait=2.25)

    [record] = caplog.records
    assert record.getMessage() == "waits 2.2 s"
    assert vars(record)["persium_event"] == "retry"
    assert vars(record)["persium_wait"] == 2.25
    assert record.funcName == "test_record"


def test_record_without_facts(caplog: pytest.LogCaptureFixture) -> None:
    """A message without facts is a text, whatever it contains."""
    log(logging.WARNING, "x", "100 %")

    assert caplog.messages == ["100 %"]


def test_record_below_the_level(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is made of a record that nobody wants."""
    caplog.set_level(logging.INFO, "persium_ext")

    log(logging.DEBUG, "x", "%(missing)s")

    assert caplog.messages == []


def fail(_: object) -> NoReturn:
    """Raise what no logging expects."""
    raise RuntimeError("of the program")


@pytest.mark.parametrize("part", ["handle", "filter"])
def test_logging_that_raises(capsys: pytest.CaptureFixture[str], part: str) -> None:
    """What a handler or its filter raises reaches no call; it is reported as logging does."""
    handler = logging.Handler()
    setattr(handler, part, fail)
    with bare():
        logger.addHandler(handler)
        log(logging.WARNING, "retry", "waits %(wait).1f s", wait=2.25)

    assert "of the program" in capsys.readouterr().err


def test_first_time() -> None:
    """Some things are logged once in a process."""
    assert [first_time("a"), first_time("b"), first_time("a")] == [True, True, False]


@pytest.mark.parametrize(
    ("value", "level"),
    [("debug", logging.DEBUG), (" INFO", logging.INFO), ("", logging.NOTSET)],
)
def test_level(value: str, level: int) -> None:
    """A program without logging gets one handler, however many clients it has."""
    with bare():
        logger.setLevel(logging.NOTSET)
        set_up({"PERSIUM_LOG": value})
        set_up({"PERSIUM_LOG": value})

        assert logger.level == level
        assert len(logger.handlers) == bool(value)


def test_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A line on standard error has the time, the level and the message."""
    with bare():
        set_up({"PERSIUM_LOG": "info"})
        log(logging.INFO, "x", "what happened")

    assert capsys.readouterr().err.endswith(" INFO persium_ext: what happened\n")


def test_program_that_logs() -> None:
    """Handlers of the program stay alone, and get the records of that level."""
    own = logging.NullHandler()
    with bare():
        logger.addHandler(own)
        set_up({"PERSIUM_LOG": "debug"})

        assert logger.handlers == [own]
        assert logger.level == logging.DEBUG


def test_wrong_value(capsys: pytest.CaptureFixture[str]) -> None:
    """It is a warning, which does not repeat the value, and no error."""
    with bare():
        set_up({"PERSIUM_LOG": "s3cret"})

    assert capsys.readouterr().err == "PERSIUM_LOG has to be debug or info: it has no effect\n"


def test_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first client reads the variable."""
    monkeypatch.setenv("PERSIUM_LOG", "info")

    with bare():
        Persium(
            token_url=SETTINGS.token_url,
            api_base_url=SETTINGS.api_base_url,
            client_id="c",
            client_secret="s",
        )

        assert logger.level == logging.INFO
