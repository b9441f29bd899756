"""The lowered document, and what is put back after upstream has read it."""

from __future__ import annotations

from attrs import frozen

from codegen.naming.member_names import Name
from codegen.read.document import Node


@frozen
class Lowered:
    """A document for upstream, and the names that it does not have.

    Attributes:
        data: The document.
        operations: Method and path of each operation, by its name in Python.
        parameters: By operation and stand-in.
        members: By class and stand-in.
        bodies: The media type of a request body, by operation.
    """

    data: Node
    operations: dict[str, str]
    parameters: dict[tuple[str, str], Name]
    members: dict[tuple[str, str], Name]
    bodies: dict[str, str]
