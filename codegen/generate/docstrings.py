"""Docstrings of the facade's methods, from the descriptions in the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from codegen.generate.dicts import takes_dict
from codegen.generate.prose import sentence, wrapped
from codegen.generate.responses import status_key
from codegen.naming.statuses import error_class
from codegen.read import media
from codegen.read.document import node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_python_client.parser.responses import Response

    from codegen.generate.method import Method
    from codegen.read.document import Node

_ALWAYS_RAISES: Final = (
    ("ApiStatusError", "Any other status that is not a success."),
    ("ResponseDecodeError", "A successful response whose body does not match the document."),
    ("PersiumError", "Any other failure, such as a refused token request or a time-out."),
)


def of_method(method: Method, *, indent: int, pages: bool = False) -> str:
    """Describe *method*: its summary and description, Args, Returns, header fields, Raises."""
    source = method.source.node
    head = [sentence(source.get("summary") or f"Call {method.source.where}")]
    if pages:
        head.append(
            "Iterate over all pages; each is requested when the items before it are consumed."
        )
    if method.deprecated:
        head.append("Deprecated.")
    if source.get("description"):
        head.append(sentence(source["description"]))
    sections = [
        ("Args", list(_arguments(method))),
        ("Yields" if pages else "Returns", [_returns(method, pages=pages)]),
        ("Response headers", [] if pages else list(_headers(method))),
        ("Raises", list(_raises(method))),
    ]
    text = [wrapped(part, indent=indent) for part in head]
    text += [_section(name, entries, indent=indent) for name, entries in sections if entries]
    return f"\n\n{' ' * indent}".join(text)


def _section(name: str, entries: list[str], *, indent: int) -> str:
    margin = " " * (indent + 4)
    lines = [margin + wrapped(entry, indent=indent, hanging=8) for entry in entries]
    return "\n".join([f"{name}:", *lines])


def _arguments(method: Method) -> Iterator[str]:
    for parameter in method.parameters:
        yield f"{parameter.argument}: {_describe(method, parameter.stated)}"
    if method.body:
        stated = method.document.resolve(method.source.node["requestBody"])
        content = node(stated, "content")
        words = _describe(method, {**stated, **content[media.preferred(content)]})
        has_models = method.body.prop and takes_dict(method.body.prop)
        yield f"body: {words}{' A dict may stand for a model.' if has_models else ''}"


def _describe(method: Method, stated: Node) -> str:
    schema = method.document.resolve(node(stated, "schema"))
    own = f"The {stated['in']} parameter {stated['name']}" if "in" in stated else "The request body"
    words = [sentence(stated.get("description") or schema.get("description") or own)]
    if "default" in schema:
        words.append(f"Default: {schema['default']}.")
    if stated.get("deprecated"):
        words.append("Deprecated.")
    return " ".join(words)


def _returns(method: Method, *, pages: bool) -> str:
    words = [sentence(_description(method, response)) for response in method.successes]
    return "Each item of each page." if pages else " Or: ".join(words)


def _headers(method: Method) -> Iterator[str]:
    """Yield the header fields of its successes, which ``with_response`` gives."""
    for response in method.successes:
        stated = method.stated(status_key(response))
        for name, header in node(stated, "headers").items():
            found = method.document.resolve(header)
            schema = method.document.resolve(node(found, "schema"))
            words = found.get("description") or schema.get("description") or "No description"
            yield f"{name}: {sentence(words)}"


def _raises(method: Method) -> Iterator[str]:
    for response in method.errors:
        key = status_key(response)
        words = sentence(_description(method, response))
        status = "Any other status" if key == "default" else f"HTTP {key}"
        yield f"{error_class(key)}: {status}. {words}"
    for name, words in _ALWAYS_RAISES:
        yield f"{name}: {words}"


def _description(method: Method, response: Response) -> str:
    return str(method.stated(status_key(response))["description"])
