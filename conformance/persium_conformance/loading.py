"""Scenarios come from JSON: ``scenarios/*.json``, described by ``scenario.schema.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from . import SET_VERSION
from .rules import RULES
from .scenario import Answer, Count, Expectation, Outcome, Scenario, Step


def load() -> list[Scenario]:
    """Return the scenarios of this package, by rule."""
    folder = files("persium_conformance").joinpath("scenarios")
    texts = [folder.joinpath(f"{rule}.json").read_text("utf-8") for rule in RULES]
    return [scenario for text in texts for scenario in read(text)]


def read(text: str) -> Iterator[Scenario]:
    """Read a file of scenarios.

    Raises:
        ValueError: It is of another version.
        TypeError: A member is unknown or missing.
    """
    document: dict[str, Any] = json.loads(text)
    if document["version"] != SET_VERSION:
        raise ValueError(f"scenarios of version {document['version']}, not {SET_VERSION}")
    for found in document["scenarios"]:
        yield _scenario({"rule": document["rule"], **found})


def _scenario(found: dict[str, Any]) -> Scenario:
    for origin in ("token", "api"):
        if origin in found:
            found[origin] = tuple(Answer(**answer) for answer in found[origin])
    found["steps"] = tuple(_step(step) for step in found["steps"])
    found["expect"] = _expectation(found.get("expect", {}))
    return Scenario(**found)


def _step(found: dict[str, Any]) -> Step:
    outcomes = tuple(Outcome(**outcome) for outcome in found.pop("outcome", ()))
    return Step(**found, outcome=outcomes)


def _expectation(found: dict[str, Any]) -> Expectation:
    for name in ("token_requests", "api_requests"):
        if name in found:
            found[name] = _count(found[name])
    for name in ("tokens_used", "request", "message", "hidden"):
        if name in found:
            found[name] = tuple(found[name])
    return Expectation(**found)


def _count(found: int | dict[str, int]) -> Count:
    return Count(least=found, most=found) if isinstance(found, int) else Count(**found)
