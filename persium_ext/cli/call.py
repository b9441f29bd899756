"""``persium call``: any operation of the document by its name."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping
from typing import Any, cast

from persium_api.facade import Operation
from persium_api.facade._schema import Schema
from persium_api.types import UNSET

from persium_ext._calls.call import operation_call
from persium_ext._calls.decode import decode, read
from persium_ext._calls.operations import operations
from persium_ext._calls.scalars import MismatchError
from persium_ext._http.content import is_json
from persium_ext._http.messages import Response

from .commands import client
from .options import suggestion
from .output import write, write_bytes
from .report import UsageError


def call(args: Namespace) -> None:
    """Call an operation and print its result: JSON, or the bytes of any other body."""
    if args.operation is None:
        write(sys.stdout, overview())
        return
    operation = _operation(args.operation)
    arguments = {**_parameters(operation, args.parameters), **_body(operation, args.body)}
    with client(args) as persium:
        executor = persium._executor  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        try:
            made = operation_call(executor.options, operation, arguments)
        except ValueError as error:
            raise UsageError(str(error)) from error
        response = executor.send(made)
        decode(operation, response, made)  # a result that is not as documented is a failure
    _print(response)


def overview() -> str:
    """List the operations: name, method, path and parameters."""
    known = operations().values()
    width = max((len(each.operation_id) for each in known), default=0)
    return "\n".join(
        f"  {each.operation_id:{width}}  {each.method} {each.path}{_shown(each)}" for each in known
    )


def _shown(operation: Operation[Any]) -> str:
    names = [each.name for each in operation.parameters if f"{{{each.name}}}" not in operation.path]
    body = "; --json: the body" if operation.body else ""
    return (f" [{', '.join(names)}]" if names else "") + body


def _operation(name: str) -> Operation[Any]:
    known = operations()
    if name not in known:
        hint = suggestion(name, known, before="persium call ", otherwise="persium call lists them")
        raise UsageError("there is no such operation", hint=hint)
    return known[name]


def _parameters(operation: Operation[Any], pairs: Iterable[str]) -> dict[str, object]:
    """Read the parameters; those that are not given stay unset."""
    known = {each.name: each for each in operation.parameters}
    values: dict[str, object] = {each.argument: UNSET for each in known.values()}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or name not in known:
            names = ", ".join(known) or "none"
            raise UsageError("there is no such parameter", hint=f"there are: {names}")
        values[known[name].argument] = _value(name, text, known[name].schema)
    for each in known.values():
        if each.place == "path" and values[each.argument] is UNSET:
            raise UsageError(f"parameter {each.name} is missing", hint=f"add {each.name}=VALUE")
    return values


def _value(name: str, text: str, schema: Schema) -> object:
    for value in (text, _json_or_none(text)):
        try:
            return read(value, schema)
        except MismatchError:
            continue
    raise UsageError(f"parameter {name}: openapi.yaml describes other values")


def _json_or_none(text: str) -> object:
    try:
        return cast("object", json.loads(text))
    except ValueError:
        return None


def _body(operation: Operation[Any], text: str | None) -> Mapping[str, object]:
    if operation.body is None:
        if text is not None:
            raise UsageError("--json: this operation has no body")
        return {}
    if text is None:
        return {"body": UNSET}
    try:
        return {"body": json.loads(sys.stdin.read() if text == "-" else text)}
    except ValueError as error:
        raise UsageError("--json: the body is not JSON") from error


def _print(response: Response) -> None:
    if is_json(response.headers.get("content-type", "")):
        write(sys.stdout, json.dumps(response.json(), indent=2).replace("\x7f", "\\u007f"))
    else:
        write_bytes(sys.stdout, response.content)
