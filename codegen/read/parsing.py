"""Parse YAML and JSON: keys are unique, and aliases don't multiply."""

from __future__ import annotations

import json
from collections import Counter
from itertools import chain
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

_MOST_ADDED: Final = 1_000_000
"""Characters by which aliases may make a document longer."""


class _Constructor(SafeConstructor):
    """Refuses a document whose aliases multiply; an unquoted date is text, as in YAML 1.2."""

    def construct_document(self, node: Any) -> object:  # noqa: ANN401  # ruamel's nodes have no types
        if _length(node, {}) > node.end_mark.index + _MOST_ADDED:
            raise ValueError("its aliases multiply: write them out, or use $ref")
        ruamel: Any = super()
        return ruamel.construct_document(node)


_constructors: Any = _Constructor  # ruamel's methods have no types
_constructors.add_constructor("tag:yaml.org,2002:timestamp", _constructors.construct_yaml_str)


def from_yaml(source: bytes) -> object:
    """Return the content.

    Raises:
        YAMLError: It is not YAML, or a key is repeated.
        ValueError: Its aliases multiply, or a number has too many digits.
        RecursionError: It is nested too deep.
    """
    yaml: Any = YAML(typ="safe")
    yaml.Constructor = _Constructor
    return yaml.load(source)


def from_json(source: bytes) -> object:
    """Return the content.

    Raises:
        ValueError: It is not JSON, or a key is repeated.
        RecursionError: It is nested too deep.
    """
    return json.loads(source, object_pairs_hook=_unique)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(
            name for name, times in Counter(name for name, _ in pairs).items() if times > 1
        )
        raise ValueError(f'duplicate key "{twice}": keep one')
    return found


def _length(node: Any, known: dict[int, int]) -> int:  # noqa: ANN401  # ruamel's nodes have no types
    """Return the characters of *node* with all aliases written out; 0 for a node within itself."""
    if node.id == "scalar":
        return 1 + len(node.value)
    if id(node) not in known:
        known[id(node)] = 0
        parts = chain(*node.value) if node.id == "mapping" else node.value
        known[id(node)] = 1 + sum(_length(part, known) for part in parts)
    return known[id(node)]
