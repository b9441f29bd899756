"""Docstrings of the facade's methods, from the descriptions in the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from codegen.prose import sentence, wrapped
from codegen.responses import error_class, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_python_client.parser.responses import Response

    from codegen.document import Node
    from codegen.method import Method

_ALWAYS_RAISES: Final = (
    ("ApiStatusError", "Any other status that is not a success."),
    ("ResponseDecodeError", "A successful response whose body does not match the document."),
    ("PersiumError", "Any other failure, such as a refused token request or a time-out."),
)


def of_method(method: Method, *, indent: int, pages: bool = False) -> str:
    """Describe *method*: its summary and description, Args, Returns or Yields, Raises."""
    node = method.source.node
    head = [sentence(node.get("summary") or f"Call {method.source.where}")]
    if pages:
        head.append(
            "Iterate over all pages; each is requested when the items before it are consumed."
        )
    if method.deprecated:
        head.append("Deprecated.")
    if node.get("description"):
        head.append(sentence(node["description"]))
    sections = [
        ("Args", list(_arguments(method))),
        ("Yields" if pages else "Returns", [_returns(method, pages=pages)]),
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
    parameters = method.document.parameters(method.source)
    nodes = {(found["in"], found["name"]): found for found in parameters}
    for location, prop in method.endpoint.iter_all_parameters():
        found = nodes[str(location), prop.name.get_untrusted_value()]
        yield f"{prop.python_name}: {_describe(method, found)}"
    for body in method.endpoint.bodies:
        found = method.document.resolve(method.source.node["requestBody"])
        media = found["content"][body.content_type.get_untrusted_value()]
        yield f"body: {_describe(method, {**found, 'schema': media['schema']})}"


def _describe(method: Method, node: Node) -> str:
    schema = method.document.resolve(node["schema"])
    own = f"The {node['in']} parameter {node['name']}" if "in" in node else "The request body"
    words = [sentence(node.get("description") or schema.get("description") or own)]
    if "default" in schema:
        words.append(f"Default: {schema['default']}.")
    if node.get("deprecated"):
        words.append("Deprecated.")
    return " ".join(words)


def _returns(method: Method, *, pages: bool) -> str:
    words = [sentence(_description(method, response)) for response in method.successes]
    return "Each item of each page." if pages else " Or: ".join(words)


def _raises(method: Method) -> Iterator[str]:
    for response in method.errors:
        status = status_of(response)
        words = sentence(_description(method, response))
        yield f"{error_class(status)}: HTTP {status}. {words}"
    for name, words in _ALWAYS_RAISES:
        yield f"{name}: {words}"


def _description(method: Method, response: Response) -> str:
    responses = method.source.node["responses"]
    found = responses[response.status_code.pattern]
    return str(method.document.resolve(found)["description"])
