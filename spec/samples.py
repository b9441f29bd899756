"""Samples in Python and curl for each operation, which the reference page shows."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote, urlencode

from openapi_python_client.strings import ClassName

from codegen.examples.values import ExampleMaker, NoExampleError
from codegen.generate.pins import RUFF
from codegen.naming.names import PREFIX, operation_name, python_name, tag_name
from codegen.prove.bodies import sent
from codegen.prove.schemas import Schemas
from codegen.read.document import node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Document, Node, Operation

_PROGRAM: Final = """
from datetime import date, datetime
from uuid import UUID
from persium_ext import Persium, models

with Persium() as persium:
    result = persium.{call}
"""
"""Imports that a program does not use are removed from it."""
_FILE: Final = 'models.File(open("file", "rb"))'
_TYPES: Final = {
    "binary": _FILE,
    "date": "date.fromisoformat({!r})",
    "date-time": "datetime.fromisoformat({!r})",
    "uuid": "UUID({!r})",
}
_FORMS: Final = {
    "application/x-www-form-urlencoded": "data-urlencode",
    "multipart/form-data": "form",
}
"""The option of curl for a member of each kind of form."""
_TOKEN_COMMAND: Final = r"""printf %s "$CLIENT_SECRET" | curl "$TOKEN_URL" \
  --data grant_type=client_credentials \
  --data-urlencode "client_id=$CLIENT_ID" \
  --data-urlencode client_secret@-"""  # noqa: S105  # no secret, a command
"""The secret is not an argument, which other users of the machine can read."""


def with_samples(document: Document) -> Node:
    """Return the content of *document* with ``x-codeSamples`` at each operation."""
    data = deepcopy(document.data)
    for operation in document.operations():
        data["paths"][operation.path][operation.method]["x-codeSamples"] = [
            {"lang": "Python", "source": python_sample(document, operation)},
            {"lang": "Shell", "label": "curl", "source": curl_sample(document, operation)},
        ]
    return data


def python_sample(document: Document, operation: Operation) -> str:
    """Return a program that calls *operation* with its required arguments."""
    call = "access_token()"
    if not document.is_token_endpoint(operation):
        tag = tag_name(document, operation.node["tags"][0])
        arguments = ", ".join(_arguments(document, operation))
        call = f"{tag}.{operation_name(operation)}({arguments})"
    program = _PROGRAM.format(call=call)
    for command in (("check", "--fix-only", "--select=F401,I"), ("format", "--line-length=80")):
        program = subprocess.run(  # noqa: S603  # the arguments are ours
            (RUFF, *command, "--isolated", "--no-cache", "--quiet", "-"),
            input=program,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return program.strip()


def _arguments(document: Document, operation: Operation) -> Iterator[str]:
    for found in _required(document, operation):
        name = found.get("x-python-name") or python_name(found["name"])
        yield f"{name}={_expression(document, node(found, 'schema'), _example(document, found))}"
    for media_type, media in _body(document, operation).items():
        if media_type in _FORMS:
            members = [
                f"{name!r}: {_FILE if schema.get('format') == 'binary' else repr(value)}"
                for name, schema, value in _members(document, media)
            ]
            yield f"body={{{', '.join(members)}}}"
        elif "json" in media_type or _is_text(document, media):
            yield f"body={_content(document, media)!r}"
        else:
            yield f"body={_FILE}"


def _is_text(document: Document, media: Node) -> bool:
    schema = document.resolve(node(media, "schema"))
    return schema.get("type") == "string" and schema.get("format") != "binary"


def _expression(document: Document, schema: Node, value: object) -> str:
    resolved = document.resolve(schema)
    if "enum" in resolved and "$ref" in schema:
        name = ClassName(schema["$ref"].rpartition("/")[2], PREFIX)
        return f"models.{name}({value!r})"
    return _TYPES.get(resolved.get("format", ""), "{!r}").format(value)


def curl_sample(document: Document, operation: Operation) -> str:
    """Return a command that calls *operation* with its required arguments."""
    if document.is_token_endpoint(operation):
        return _TOKEN_COMMAND
    path, query, options = operation.path, dict[str, str](), list[str]()
    if operation.method != "get":
        options.append(f"--request {operation.method.upper()}")
    if operation.node.get("security", document.data.get("security")):
        options.append('--oauth2-bearer "$ACCESS_TOKEN"')
    for found in _required(document, operation):
        name, text = found["name"], _text(_example(document, found))
        if found["in"] == "path":
            path = path.replace(f"{{{name}}}", quote(text, safe=""))
        elif found["in"] == "query":
            query[name] = text
        else:
            options.append(f"--{found['in']} {shlex.quote(f'{name}: {text}')}")
    for media_type, media in _body(document, operation).items():
        options += _data(document, media_type, media)
    url = path + (f"?{urlencode(query)}" if query else "")
    escaped = re.sub(r'([\\"$`])', r"\\\1", url)
    return " \\\n  ".join([f'curl "$API_BASE_URL{escaped}"', *options])


def _data(document: Document, media_type: str, media: Node) -> Iterator[str]:
    if option := _FORMS.get(media_type):
        for name, schema, value in _members(document, media):
            text = "@file" if schema.get("format") == "binary" else _text(value)
            yield f"--{option} {shlex.quote(f'{name}={text}')}"
        return
    yield f"--header {shlex.quote(f'Content-Type: {media_type}')}"
    content = _content(document, media)
    if "json" in media_type:
        yield f"--data {shlex.quote(json.dumps(content, ensure_ascii=False))}"
    elif _is_text(document, media):
        yield f"--data-raw {shlex.quote(_text(content))}"
    else:
        yield "--data-binary @file"


def _required(document: Document, operation: Operation) -> list[Node]:
    return [found for found in document.parameters(operation) if found.get("required")]


def _body(document: Document, operation: Operation) -> Node:
    """Return the first media type of a required body, with its content; else nothing."""
    body = document.resolve(node(operation.node, "requestBody"))
    return dict([*node(body, "content").items()][:1]) if body.get("required") else {}


def _members(document: Document, media: Node) -> Iterator[tuple[str, Node, object]]:
    """Yield the members of a form: name, schema and value."""
    schemas = node(document.resolve(node(media, "schema")), "properties")
    value = _content(document, media)
    for name, each in cast("Node", value if isinstance(value, dict) else {}).items():
        yield name, node(schemas, name), each


def _content(document: Document, media: Node) -> Any:  # noqa: ANN401  # a value of any shape
    """Return the example of a request body, without the members that are read-only."""
    return sent(Schemas(document.data), _example(document, media), node(media, "schema"))


def _example(document: Document, found: Node) -> Any:  # noqa: ANN401  # a value of any shape
    """Return the example of a parameter or media type, else one that its schema allows."""
    if "example" in found:
        return found["example"]
    for shown in node(found, "examples").values():
        if "value" in (example := document.resolve(shown)):
            return example["value"]
    try:
        maker = ExampleMaker(document.resolve, left_out="readOnly")
        return maker.value(node(found, "schema"))
    except NoExampleError:
        return "…"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
