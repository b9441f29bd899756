"""Reads the scenarios: ``scenarios/*.json``, described by ``scenario.schema.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from . import SET_VERSION
from .rules import RULES
from .scenario import Count, Expectation, Outcome, ResponseSpec, Scenario, Step


def load() -> list[Scenario]:
    """Return the scenarios of this package, sorted by rule."""
    folder = files("persium_conformance").joinpath("scenarios")
    texts = [folder.joinpath(f"{rule}.json").read_text("utf-8") for rule in RULES]
    return [scenario for text in texts for scenario in read(text)]


def read(text: str) -> Iterator[Scenario]:
    """Parse the text of a scenario file.

    Raises:
        ValueError: It has another version.
        TypeError: A member is unknown or missing.
    """
    document: dict[str, Any] = json.loads(text)
    if document["version"] != SET_VERSION:
        raise ValueError(f"scenarios of version {document['version']}, not {SET_VERSION}")
    for members in document["scenarios"]:
        yield _scenario({"rule": document["rule"], **members})


def _scenario(members: dict[str, Any]) -> Scenario:
    for origin in ("token", "api"):
        if origin in members:
            members[origin] = tuple(ResponseSpec(**spec) for spec in members[origin])
    members["steps"] = tuple(_step(step) for step in members["steps"])
    members["expect"] = _expectation(members.get("expect", {}))
    return Scenario(**members)


def _step(members: dict[str, Any]) -> Step:
    outcomes = tuple(Outcome(**outcome) for outcome in members.pop("outcome", ()))
    return Step(**members, outcome=outcomes)


def _expectation(members: dict[str, Any]) -> Expectation:
    for name in ("token_requests", "api_requests"):
        if name in members:
            members[name] = _count(members[name])
    for name in ("tokens_used", "request", "message", "hidden"):
        if name in members:
            members[name] = tuple(members[name])
    return Expectation(**members)


def _count(value: int | dict[str, int]) -> Count:
    return Count(least=value, most=value) if isinstance(value, int) else Count(**value)
