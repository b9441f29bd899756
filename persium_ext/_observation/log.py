"""The logger ``persium_ext``: records with structured facts, and what ``PERSIUM_LOG`` does."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

logger: Final = logging.getLogger("persium_ext")
_LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO}
_WRONG_LEVEL: Final = "PERSIUM_LOG has to be debug or info: it has no effect"
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_seen: Final[set[str]] = set()


def log(level: int, event: str, message: str, *, exc_info: object = False, **facts: object) -> None:
    """Log *message*, a template of *facts*; they are attributes of the record: ``persium_wait``.

    What a handler or a filter of the program raises is reported as ``logging`` does, and dropped.
    """
    if logger.isEnabledFor(level):
        extra = {f"persium_{name}": value for name, value in {"event": event, **facts}.items()}
        given = [facts] if facts else []
        try:
            logger.log(level, message, *given, extra=extra, stacklevel=2, exc_info=bool(exc_info))
        except Exception:  # noqa: BLE001  # code of the program raises anything
            logging.Handler().handleError(logging.makeLogRecord({"msg": message, "args": given}))


def first_time(what: str) -> bool:
    """Return whether the process has not yet asked about *what*: some things are logged once."""
    known = what in _seen
    _seen.add(what)
    return not known


def set_up(environ: Mapping[str, str]) -> None:
    """Do what ``PERSIUM_LOG`` asks for: log to standard error, unless the program logs already.

    A wrong value is a warning: a variable for diagnosis must not stop a program.
    """
    wanted = environ.get("PERSIUM_LOG", "").strip().lower()
    if not wanted or not first_time(f"PERSIUM_LOG={wanted}"):
        return
    if wanted not in _LEVELS:
        log(logging.WARNING, "log_variable", _WRONG_LEVEL)
        return
    logger.setLevel(_LEVELS[wanted])
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(_FORMAT))
        logger.addHandler(handler)
