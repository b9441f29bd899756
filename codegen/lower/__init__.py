"""Rewrite a document into one that openapi-python-client reads rightly.

    Document ─pointers▶ ─operations▶ parameters, bodies and responses in place, without ``$ref``
             ─schemas▶ scalars, lists, unions, and classes, each named once ─directions▶ Lowered

The rewritten document exists in memory only: the package contains the author's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen.lower.directions import merge
from codegen.lower.discriminators import Discriminators
from codegen.lower.lowered import Lowered
from codegen.lower.operations import OperationLowering
from codegen.lower.pointers import name_targets
from codegen.lower.schemas import SchemaLowering

if TYPE_CHECKING:
    from codegen.read.document import Document, Node

__all__ = ["Lowered", "lower"]


def lower(document: Document, *, reserved: frozenset[str] = frozenset()) -> Lowered:
    """Return the document for upstream; *reserved* are names that no class may have.

    Raises:
        DocumentError: Names the schemas that no class of Python can represent.
    """
    data = name_targets(document)
    components: dict[str, Node] = data.get("components", {}).get("schemas", {})
    tags = Discriminators.of(data, components)
    responses = SchemaLowering(components, tags, reserved, dropped="writeOnly", opens=True)
    requests = SchemaLowering(components, tags, reserved, dropped="readOnly")
    forms = SchemaLowering(components, tags, reserved, dropped="readOnly", binary=True)
    lowering = OperationLowering(
        document, data, responses=responses, requests=requests, forms=forms
    )
    paths = lowering.paths()
    responses.rest()
    schemas = merge([(responses, ""), (requests, "Request"), (forms, "Form")])
    return lowering.lowered(paths, schemas)
