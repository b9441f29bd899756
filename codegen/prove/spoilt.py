"""Values that the document does not allow: a client has to say so, and must not guess."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from codegen.document import node
from codegen.prove.json_values import is_list, is_object, pointer
from codegen.prove.media import base, is_json
from codegen.prove.read import shown
from codegen.prove.schemas import TAG, kind
from codegen.prove.wire import Attempt, Served
from persium_ext import ResponseDecodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codegen.document import Node
    from codegen.prove.facade import Target
    from codegen.prove.responses import Answer
    from codegen.prove.schemas import Schemas
    from codegen.prove.wire import Result

    Note = Callable[[str], None]

_OTHER: Final[dict[str, Any]] = {"array": "a", "integer": 1.5, "object": "a"}


@frozen
class Spoiler:
    """Spoils valid values in each place of a schema once; a place with variants is left as it is.

    Attributes:
        left_out: The keyword of members that may be absent although they are required.
        tried: The schemas whose parts were spoilt, by their ids.
    """

    schemas: Schemas
    left_out: str
    tried: dict[int, Node] = field(factory=dict[int, "Node"])

    def of(self, value: Any, schema: Node) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # JSON
        """Yield what is wrong, with its place, and the whole value."""
        forms = self.schemas.forms(schema)
        found, form = self.schemas.resolve(schema), forms[0] if len(forms) == 1 else {}
        tags = [each for each in node(form, "properties").values() if TAG in each]
        is_new = id(found) not in self.tried
        if value is None or not kind(form) or tags or (is_list(value) and not is_new):
            return  # lists of themselves may have items of any type
        yield " of another type", _OTHER.get(kind(form), {"a": 1})
        if is_new and (is_list(value) or is_object(value)):
            self.tried[id(found)] = found
            yield from self._parts(value, form)

    def _parts(self, value: Any, form: Node) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # JSON
        if is_list(value):
            for wrong, made in self.of(value[0], node(form, "items")) if value else ():
                yield f"/0{wrong}", [made, *value[1:]]
            return
        for name, member in node(form, "properties").items():
            place, required = f"/{pointer(name)}", name in form.get("required", [])
            if name not in value:
                continue
            if required and not self.schemas.one_way(member, self.left_out):
                yield f"{place} missing", {key: value[key] for key in value if key != name}
            for wrong, made in self.of(value[name], member):
                yield f"{place}{wrong}", {**value, name: made}


@frozen
class SpoiltProof:
    """Makes calls with wrong values, which must end in an error; *sent* and *served* spoil them."""

    sent: Spoiler
    served: Spoiler

    def answers(
        self,
        target: Target,
        answers: list[Answer],
        arguments: Callable[[], dict[str, Any]],
        note: Note,
    ) -> Iterator[Attempt]:
        """Yield calls that get a wrong success; *answers* are right ones, the fullest first."""
        fullest = {(each.served.status, each.served.media): each for each in reversed(answers)}
        for (status, media), answer in fullest.items():
            if status >= 300 or not is_json(media):
                continue
            for wrong, value in self.served.of(answer.value, answer.schema):
                served = evolve(answer.served, content=json.dumps(value).encode())
                what = f"response {status} {base(media)} {wrong.strip()}"
                judge = partial(_judge, what, ResponseDecodeError, note)
                yield Attempt(target.namespace, target.method, arguments(), (served,), judge)

    def bodies(
        self, target: Target, arguments: dict[str, Any], schema: Node, note: Note
    ) -> Iterator[Attempt]:
        """Yield calls whose body is a dict that lacks a required member."""
        for wrong, body in self.sent.of(arguments["body"], schema):
            if wrong.endswith(" missing"):
                judge = partial(_judge, f"request body {wrong}", ValueError, note)
                given = {**arguments, "body": body}
                yield Attempt(target.namespace, target.method, given, (Served(500),), judge)


def _judge(what: str, due: type[Exception], note: Note, result: Result) -> None:
    if not isinstance(result.error, due):
        note(f"{what}: expected {due.__name__}, seen {shown(result.error or result.value)}")
