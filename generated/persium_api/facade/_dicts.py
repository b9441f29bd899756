"""The dicts that may stand for the models of requests: members by their names in JSON."""

from __future__ import annotations

__all__: list[str] = []
