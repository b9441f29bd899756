"""Values that the document does not allow: a client has to say so, and must not guess."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from codegen.prove.fit import reading, readings
from codegen.prove.json_values import is_list, is_object, pointer, unused
from codegen.prove.media import base, is_json
from codegen.prove.read import shown, words
from codegen.prove.schemas import TAG, extra, kind
from codegen.prove.wire import Attempt, Served
from codegen.read.document import node
from persium_ext import ApiStatusError, ResponseDecodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codegen.prove.facade import Target
    from codegen.prove.responses import Answer
    from codegen.prove.schemas import Schemas
    from codegen.prove.wire import Result
    from codegen.read.document import Node

    Note = Callable[[str], None]

_OTHERS: Final[tuple[Any, ...]] = ({"a": 1}, "a", 1.5, True)
_OTHER: Final[dict[str, Any]] = {"array": "a", "integer": 1.5, "object": "a"}


@frozen
class Spoiler:
    """Spoils valid values in each place of a schema once.

    Of a value with variants, what another variant might have is no fault.

    Attributes:
        left_out: The keyword of members that may be absent although they are required.
        tried: The schemas whose parts were spoilt, by their ids.
    """

    schemas: Schemas
    left_out: str
    tried: dict[int, Node] = field(factory=dict[int, "Node"])

    def knows(self, schema: Node) -> bool:
        """Return whether *schema* was spoilt: right values show that it is the one that is read."""
        return id(self.schemas.resolve(schema)) in self.tried

    def of(self, value: Any, schema: Node) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # JSON
        """Yield what is wrong, with its place, and the whole value."""
        forms, found = self.schemas.forms(schema), self.schemas.resolve(schema)
        several = len(forms) > 1 or any(map(_has_tag, forms))
        again = id(found) in self.tried
        if value is None or not all(map(kind, forms)):
            return
        if again and (several or is_list(value)):
            return  # lists of themselves may have items of any type
        for wrong, made in self._spoilt(value, schema):
            if not several or not readings(self.schemas, made, schema):
                yield wrong, made

    def _spoilt(self, value: Any, schema: Node) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # JSON
        forms = self.schemas.forms(schema)
        form = forms[0] if len(forms) == 1 else reading(self.schemas, value, schema)
        others = _OTHERS if len(forms) > 1 else (_OTHER.get(kind(form), {"a": 1}),)
        strange = [each for each in others if not readings(self.schemas, each, schema)]
        yield from [(" of another type", each) for each in strange[:1]]
        found = self.schemas.resolve(schema)
        lists = [each for each in forms if kind(each) == "array"]
        parted = is_object(value) or (is_list(value) and len(lists) == 1)
        if parted and id(found) not in self.tried:
            self.tried[id(found)] = found
            yield from self._parts(value, form)

    def _parts(self, value: Any, form: Node) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # JSON
        if is_list(value):
            for wrong, made in self.of(value[0], node(form, "items")) if value else ():
                yield f"/0{wrong}", [made, *value[1:]]
            return
        members, further = node(form, "properties"), extra(form)
        for name in value:
            member = members.get(name, further)
            if member is None:
                continue
            place, required = f"/{pointer(name)}", name in form.get("required", [])
            if required and not self.schemas.one_way(member, self.left_out):
                yield f"{place} missing", {key: value[key] for key in value if key != name}
            for wrong, made in self.of(value[name], member):
                yield f"{place}{wrong}", {**value, name: made}
        if members and _is_closed(form):
            name = unused("not-a-member", members)
            yield f"/{name} unknown", {**value, name: 1}


def _has_tag(form: Node) -> bool:
    return any(TAG in each for each in node(form, "properties").values())


def _is_closed(form: Node) -> bool:
    """Return whether a dict has no other members: the document speaks of none."""
    described = {*form.get("required", ())} <= node(form, "properties").keys()
    return described and form.get("additionalProperties", False) is False


@frozen
class SpoiltProof:
    """Makes calls with wrong values, which must end in an error; *sent* and *served* spoil them.

    A response may have unknown members; an error with a wrong body has it as plain JSON, or none.
    """

    sent: Spoiler
    served: Spoiler

    def answers(
        self,
        target: Target,
        answers: list[Answer],
        arguments: Callable[[], dict[str, Any]],
        note: Note,
    ) -> Iterator[Attempt]:
        """Yield calls that get a wrong response; *answers* are right ones, the fullest first."""
        fullest = {(each.served.status, each.served.media): each for each in reversed(answers)}
        types = Counter(status for status, media in fullest if is_json(media))
        for (status, media), answer in fullest.items():
            if types[status] > 1 or not is_json(media) or self.served.knows(answer.schema):
                continue  # an error of several types may be any of them
            for wrong, value in self.served.of(answer.value, answer.schema):
                if wrong.endswith(" unknown"):
                    continue
                served = evolve(answer.served, content=json.dumps(value).encode())
                what = f"response {status} {base(media)} {wrong.strip()}"
                judge = partial(_judge, what, ResponseDecodeError, note)
                if status >= 300:
                    judge = partial(_judge_error, what, value, note)
                yield Attempt(target.namespace, target.method, arguments(), (served,), judge)

    def dicts(
        self,
        target: Target,
        arguments: dict[str, Any],
        given: Iterable[tuple[str, str, Node]],
        note: Note,
    ) -> Iterator[Attempt]:
        """Yield calls with a dict that lacks a required member, or has an unknown one.

        *given* has what each dict is, its argument and its schema.
        """
        for what, name, schema in given:
            for wrong, value in self.sent.of(arguments[name], schema):
                if wrong.endswith((" missing", " unknown")):
                    judge = partial(_judge, f"{what} {wrong}", ValueError, note)
                    made = {**arguments, name: value}
                    yield Attempt(target.namespace, target.method, made, (Served(500),), judge)


def _seen(result: Result) -> str:
    return words(result.error) if result.error else shown(result.value)


def _judge(what: str, due: type[Exception], note: Note, result: Result) -> None:
    if not isinstance(result.error, due):
        note(f"{what}: expected {due.__name__}, seen {_seen(result)}")


def _judge_error(what: str, value: object, note: Note, result: Result) -> None:
    """Note an error with a body that is made of *value*, which is wrong: only JSON may stay."""
    error = result.error
    if not isinstance(error, ApiStatusError) or error.body not in (None, value):
        seen = shown(error.body) if isinstance(error, ApiStatusError) else _seen(result)
        note(f"{what}: expected an error without a typed body, seen {seen}")
