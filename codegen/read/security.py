"""Security requirements: which can be met with an access token of client credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codegen.read.document import node, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.read.document import Document, Node, Operation


def requirements(document: Document, operation: Operation) -> list[Node]:
    """Return the alternatives of an operation, else those of the document."""
    return nodes(operation.node if "security" in operation.node else document.data, "security")


def needs_token(document: Document, operation: Operation) -> bool:
    """Return whether a token is sent: it is, where one is optional."""
    return any(requirements(document, operation))


def complaints(document: Document, operation: Operation) -> Iterator[str]:
    """Yield why an operation cannot be called; one alternative that can be met is enough."""
    if "security" not in operation.node and "security" not in document.data:
        yield "no security: add it (`security: []` where no token is needed)"
    found = [[*_alternative(document, each)] for each in requirements(document, operation)]
    if found and all(found):
        for words in found:
            yield from words


def _alternative(document: Document, needed: Node) -> Iterator[str]:
    for name, scopes in sorted(needed.items()):
        scheme = document.schemes.get(name)
        if scheme is None:
            yield f"security {name} is not among the securitySchemes: define it"
        else:
            yield from _scheme(name, scheme, scopes)


def _scheme(name: str, scheme: Node, scopes: list[str]) -> Iterator[str]:
    if scheme["type"] == "oauth2":
        flow = node(scheme, "flows").get("clientCredentials")
        if flow is None:
            yield f"security {name} has no clientCredentials flow: add it, the SDK knows no other"
            return
        for scope in scopes:
            if scope not in flow["scopes"]:
                yield f"security {name}: scope {scope} is not among the scheme's scopes: define it"
    elif scheme["type"] != "openIdConnect" and str(scheme.get("scheme")).lower() != "bearer":
        yield f"security {name} is not a bearer token: the SDK sends nothing else"
