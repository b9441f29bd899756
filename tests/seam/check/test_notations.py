"""What the styles of parameters and forms do write."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.check import notations
from codegen.read.document import Document

Node = dict[str, Any]
TEXT: Node = {"type": "string"}
LIST: Node = {"type": "array", "items": TEXT}
TREE: Node = {"properties": {"tree": {"$ref": "#/Tree"}, "names": LIST}}
DEEP: Node = {"style": "deepObject"}


@pytest.mark.parametrize(
    ("member", "encoding"),
    [
        pytest.param({"type": "array", "items": LIST}, {"contentType": "text/json"}, id="JSON"),
        pytest.param(TEXT, {"contentType": "text/plain"}, id="text"),
        pytest.param(LIST, {"explode": False}, id="list"),
        pytest.param({"$ref": "#/Tree"}, DEEP, id="object that contains itself"),
        pytest.param({"additionalProperties": LIST}, DEEP, id="further members"),
        pytest.param({}, DEEP, id="anything"),
    ],
)
def test_members_of_a_form(member: Node, encoding: Node) -> None:
    """Texts, lists of them and objects have a notation, and everything has one as JSON."""
    content = {"schema": {"properties": {"a": member}}, "encoding": {"a": encoding}}
    document = Document({"Tree": TREE}, "", b"")

    assert not [*notations.of_form(document, "application/x-www-form-urlencoded", content)]
