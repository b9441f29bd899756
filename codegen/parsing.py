"""Parse YAML and JSON: keys are unique, and aliases don't multiply."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

_MOST_ADDED: Final = 1_000_000
"""Characters by which aliases may make a document longer."""


class _Constructor(SafeConstructor):
    """Refuses a document whose aliases multiply."""

    def construct_document(self, node: Any) -> object:  # noqa: ANN401  # ruamel's nodes have no types
        if _length(node, {}) > node.end_mark.index + _MOST_ADDED:
            raise ValueError("its aliases multiply: write them out, or use $ref")
        ruamel: Any = super()
        return ruamel.construct_document(node)


class _TextDates(_Constructor):
    """Reads an unquoted date as text, as YAML 1.2 and JSON do."""


_constructors: Any = _TextDates  # ruamel's methods have no types
_constructors.add_constructor("tag:yaml.org,2002:timestamp", _constructors.construct_yaml_str)


def from_yaml(source: bytes) -> tuple[object, object]:
    """Return the content with unquoted dates as text, and as dates; else both are the same.

    Raises:
        YAMLError: It is not YAML, or a key is repeated.
        ValueError: Its aliases multiply, or a number has too many digits.
        RecursionError: It is nested too deep.
    """
    upstream = _parse(source, _Constructor)
    try:
        json.dumps(upstream)
    except TypeError:  # there are dates in it
        return _parse(source, _TextDates), upstream
    return upstream, upstream


def from_json(source: bytes) -> tuple[object, object]:
    """Return the content, twice.

    Raises:
        ValueError: It is not JSON, or a key is repeated.
        RecursionError: It is nested too deep.
    """
    data: object = json.loads(source, object_pairs_hook=_unique)
    return data, data


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"duplicate key among {', '.join(found)}")
    return found


def _parse(source: bytes, constructor: type[SafeConstructor]) -> object:
    yaml: Any = YAML(typ="safe")
    yaml.Constructor = constructor
    return yaml.load(source)


def _length(node: Any, known: dict[int, int]) -> int:  # noqa: ANN401  # ruamel's nodes have no types
    """Return the characters of *node* with all aliases written out; 0 for a node within itself."""
    if node.id == "scalar":
        return 1 + len(node.value)
    if id(node) not in known:
        known[id(node)] = 0
        parts = chain(*node.value) if node.id == "mapping" else node.value
        known[id(node)] = 1 + sum(_length(part, known) for part in parts)
    return known[id(node)]
