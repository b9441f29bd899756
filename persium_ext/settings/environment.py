"""Environment variables of the settings: with the prefix ``PERSIUM_``, else without."""

from __future__ import annotations

from collections.abc import Mapping


def variable(environ: Mapping[str, str], name: str) -> str | None:
    """Return ``PERSIUM_`` *name*, else *name*; None if both are missing or empty."""
    return environ.get(f"PERSIUM_{name}") or environ.get(name) or None


def missing(name: str) -> str:
    """Return the problem of a setting that was not given."""
    return f"{name} is missing: set {name} or PERSIUM_{name}, or pass {name.lower()}="
