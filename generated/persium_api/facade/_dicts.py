"""The dicts that may stand for request models: members by their names in JSON, for type checkers."""

from __future__ import annotations

__all__: list[str] = []
