"""Add ``additions.yaml`` to a document, whose text, quotes and comments stay as they are."""

from __future__ import annotations

import io
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

ADDITIONS: Final = Path(__file__).with_name("additions.yaml")


def grown(document: str) -> str:
    """Return the text of *document* with the additions.

    Raises:
        ValueError: The document already has one of the members to add.
    """
    yaml: Any = YAML()  # ruamel has no types
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    data, additions = yaml.load(document), yaml.load(ADDITIONS.read_text("utf-8"))
    _merge(data, additions["document"])
    for responses in _responses_of_secured_operations(data):
        for status, response in additions["responses"].items():
            responses.setdefault(status, deepcopy(response))  # no anchor in the text
    written = io.StringIO()
    yaml.dump(data, written)
    return written.getvalue()


def _merge(into: Any, additions: Any) -> None:  # ruamel's own types
    for name, value in additions.items():
        if name not in into:
            into[name] = value
        elif isinstance(value, list):
            into[name].extend(value)
        elif isinstance(value, dict):
            _merge(into[name], value)
        else:
            raise ValueError(f"the document has {name} already: choose other names to add")


def _responses_of_secured_operations(data: Any) -> list[Any]:  # ruamel's own types
    operations = [o for path in data["paths"].values() for o in path.values()]
    return [o["responses"] for o in operations if isinstance(o, dict) and o.get("security")]
