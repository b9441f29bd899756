"""The OpenAPI Overlay that removes the token endpoint from the document."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from codegen.lower.without_token import Place, removals

if TYPE_CHECKING:
    from codegen.read.document import Document


def overlay(document: Document) -> str:
    """Return the overlay as YAML (Overlay Specification 1.0.0), like ``--without-token``."""
    info = document.data["info"]
    content = {
        "overlay": "1.0.0",
        "info": {
            "title": f"{info['title']} without its token endpoint",
            "version": info["version"],
        },
        "extends": "./openapi.yaml",
        "actions": [{"target": _json_path(place), "remove": True} for place in removals(document)],
    }
    yaml: Any = YAML()  # ruamel has no types
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    yaml.dump(content, written)
    return written.getvalue()


def _json_path(place: Place) -> str:
    """Return *place* as a JSONPath expression (RFC 9535)."""
    names = (name.replace("\\", "\\\\").replace("'", "\\'") for name in place)
    return "$" + "".join(f"['{name}']" for name in names)
