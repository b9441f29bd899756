"""Decode responses as the types that openapi.yaml gives them, and name what has another; no I/O."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeVar, cast

from persium_api.facade import Operation
from persium_api.facade._schema import BINARY, Array, Content, Model, OneOf, Scalar, Schema

from persium_ext._http.content import is_json, is_open
from persium_ext._http.messages import Response
from persium_ext._http.server_text import not_json
from persium_ext._text.printable import printable

from .call import Call
from .error_text import undecodable
from .scalars import PLAIN, SCALARS, Doubts, MismatchError, Reader, choice, listed, wrong
from .unions import kinds, one_of

T = TypeVar("T")
_ABSENT: Final = object()
_BODILESS: Final = {204, 205, 304}
_OTHER_VERSION: Final = "update persium; if it is the newest version, report this to Persium"


def decode(operation: Operation[T], response: Response, call: Call) -> T:
    """Decode the *response* of *call*; None where the document has no body for it.

    An error quotes the response, with the token masked.

    Raises:
        ResponseDecodeError: It is not what openapi.yaml describes; the error names the member.
    """
    status = response.status_code
    key = operation.response(status)
    if key is None or key == "default":
        return cast("T", None)
    content = operation.responses[key]
    if content is None or status in _BODILESS or operation.method == "HEAD":
        return cast("T", None)
    try:
        return cast("T", _read_body(content, response))
    except MismatchError as error:
        problem = str(error)
    except ValueError as error:
        secret = call.token.value if call.token else None
        problem = f"not JSON: {not_json(response, secret=secret, error=error)}"
    raise undecodable(
        call,
        response,
        f"the body is not what openapi.yaml describes: {printable(call.redact(problem))}",
        text=call.redact(response.text)[:2_000],
        hint=_OTHER_VERSION,
    )


def decode_error(operation: Operation[Any], response: Response) -> object:
    """Decode the body of an error as documented; None: it has none, or another one."""
    key = operation.response(response.status_code)
    content = operation.responses[key] if key else None
    if content is None:
        return None
    try:
        return _read_body(content, response)
    except ValueError:
        return None


def _read_body(content: Content, response: Response) -> object:
    """Read a body by its media type: bytes, JSON or text.

    Where the document leaves the media type open, it is JSON, unless it can be a text and the
    response says that it is.

    Raises:
        ValueError: It is not JSON; MismatchError: it is other JSON than documented.
    """
    if content.schema is BINARY:
        return read(response.content, BINARY)
    if is_json(content.media_type) or (
        is_open(content.media_type) and not _is_text(content, response)
    ):
        return read(response.json(), content.schema)
    return read(response.text, content.schema)


def _is_text(content: Content, response: Response) -> bool:
    stated = response.headers.get("content-type", "")
    return "a string" in kinds(content.schema) and stated != "" and not is_json(stated)


def read(value: object, schema: Schema) -> object:
    """Return the JSON *value* as a value of *schema*'s type.

    Raises:
        MismatchError: It is not valid; the text names the first place that is wrong.
    """
    return reader(schema)(value, Doubts())


@cache
def reader(schema: Schema) -> Reader:
    """Return the function that reads values of *schema*."""
    match schema:
        case Scalar():
            return SCALARS[schema.name]
        case Array():
            return _array(schema)
        case OneOf():
            return one_of(schema, reader)
        case Model():
            return _object(schema)
        case _:
            return choice(schema.enum)


def _plain(schema: Schema) -> tuple[type | None, int]:
    """Return the type of JSON values that are values of *schema* as they are, and their doubts."""
    return PLAIN.get(schema.name, (None, 0)) if isinstance(schema, Scalar) else (None, 0)


def _array(schema: Array) -> Reader:
    item, (plain, generality) = reader(schema.items), _plain(schema.items)

    def read_array(value: object, doubts: Doubts) -> object:
        if type(value) is not list:
            raise wrong(value, "a list")
        if set(map(type, cast("list[object]", value))) == {plain}:
            doubts.general += generality * len(cast("list[object]", value))
            return cast("list[object]", value)
        found: list[object] = []
        try:
            for each in cast("list[object]", value):
                found.append(item(each, doubts))  # noqa: PERF401  # its length is the index of an error
        except MismatchError as error:
            raise error.within(f"[{len(found)}]") from None
        return found

    return read_array


def _object(schema: Model) -> Reader:
    plan: list[Any] = []

    def read_object(value: object, doubts: Doubts) -> object:
        if type(value) is not dict:
            raise wrong(value, "an object")
        if not plan:  # when first used: models refer to each other
            plan.append(_plan(schema))
        members, names, further = plan[0]
        given, made = cast("dict[str, object]", value), dict[str, object]()
        step, before = "", doubts.undeclared
        try:
            for name, attribute, plain, generality, read_member, required in members:
                member = given.get(name, _ABSENT)
                if type(member) is plain:
                    made[attribute] = member
                    doubts.general += generality
                elif member is not _ABSENT:
                    step = name
                    made[attribute] = read_member(member, doubts)
                elif required:
                    step = name
                    raise MismatchError("is missing")  # noqa: TRY301  # its place is added below
            model = schema.model(**made)
        except MismatchError as error:
            raise error.within(f".{step}") from None
        doubts.deeper += doubts.undeclared - before
        doubts.undeclared = before + len(given) - len(made)
        if further and len(made) < len(given):
            left = {name: each for name, each in given.items() if name not in names}
            model.additional_properties = _members(left, further)
        return model

    return read_object


def _plan(schema: Model) -> tuple[Any, ...]:
    """Return how each member is read, the names of all, and the reader of further members."""
    members, further = schema.contents()
    plans = [
        (m.name, m.attribute, *_plain(m.schema), reader(m.schema), m.required)
        if not m.values
        else (m.name, m.attribute, None, 0, listed(reader(m.schema), m.values), m.required)
        for m in members
    ]
    return plans, {member.name for member in members}, further and reader(further)


def _members(given: dict[str, object], read_member: Reader) -> dict[str, object]:
    """Read members that the schema does not name."""
    found: dict[str, object] = {}
    for name, each in given.items():
        try:
            found[name] = read_member(each, Doubts())
        except MismatchError as error:
            raise error.within(f".{name}") from None
    return found
