"""Values of a later version of the API, which a client of this version has to accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from codegen.prove.fit import reading
from codegen.prove.json_values import is_list, is_object, unused
from codegen.prove.schemas import TAG, extra
from codegen.read.document import node

if TYPE_CHECKING:
    from codegen.prove.schemas import Schemas
    from codegen.read.document import Node

ADDITIONS: Final = ("member", "enum", "tag")
_UNKNOWN: Final = "unknown-to-the-document"
_UNKNOWN_NUMBER: Final = 987_654


@frozen
class LaterVersion:
    """Turns a value into one that a later version of the API may send."""

    schemas: Schemas
    addition: str

    def of(self, value: Any, schema: Node) -> Any:  # noqa: ANN401  # JSON
        """Return *value* with a further member in each object, or unknown enum values or tags."""
        forms = self.schemas.forms(schema)
        form = reading(self.schemas, value, schema)
        if is_list(value):
            return [self.of(item, node(form, "items")) for item in value]
        if is_object(value):
            return self._object(value, form, forms)
        return self._scalar(value, form, forms)

    def _scalar(self, value: Any, form: Node, forms: list[Node]) -> Any:  # noqa: ANN401  # JSON
        stated = form.get("enum", [])
        is_open = len(forms) == 1 and TAG not in form and len(stated) > 1
        if self.addition != "enum" or not is_open or value is None or isinstance(value, bool):
            return value
        if all(isinstance(each, str) for each in stated if each is not None):
            return _UNKNOWN
        return _UNKNOWN_NUMBER if all(type(each) is int for each in stated) else value

    def _object(self, value: dict[str, Any], form: Node, forms: list[Node]) -> Any:  # noqa: ANN401  # JSON
        members = node(form, "properties")
        tags = _tags(forms)
        if self.addition == "enum" and len(forms) > 1:
            return value
        made = {
            name: _UNKNOWN
            if self.addition == "tag" and name in tags
            else self.of(inner, members.get(name, {}))
            for name, inner in value.items()
        }
        if self.addition == "member" and members and extra(form) is None:
            made[unused("further-Member", members)] = {"a": [1, None]}
        return made


def _tags(forms: list[Node]) -> set[str]:
    """The members that tell the forms of a union apart, by other values in each.

    They are required, or named by the discriminator.
    """
    if len(forms) < 2:
        return set()
    names = node(forms[0], "properties")
    return {name for name in names if _is_tag([_told_by(form, name) for form in forms])}


def _told_by(form: Node, name: str) -> Node:
    member: Node = node(form, "properties").get(name, {})
    return member if name in form.get("required", []) or TAG in member else {}


def _is_tag(members: list[Node]) -> bool:
    values = [value for member in members for value in member.get("enum", [None])]
    return all(isinstance(value, str) for value in values) and len(set(values)) == len(values)
