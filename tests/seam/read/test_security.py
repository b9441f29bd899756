"""Security requirements that can be met with a token of client credentials."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.read.document import Document
from codegen.read.security import complaints

Node = dict[str, Any]
SCHEMES: Node = {
    "ours": {"$ref": "#/components/securitySchemes/token"},
    "token": {"type": "oauth2", "flows": {"clientCredentials": {"scopes": {"read": "Reads."}}}},
    "people": {"type": "oauth2", "flows": {"authorizationCode": {"scopes": {}}}},
    "bearer": {"type": "http", "scheme": "Bearer"},
    "discovered": {"type": "openIdConnect", "openIdConnectUrl": "https://a.example"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
}


@pytest.mark.parametrize(
    ("security", "words"),
    [
        pytest.param([], [], id="none"),
        pytest.param([{}], [], id="nothing"),
        pytest.param([{"ours": ["read"]}], [], id="behind a reference"),
        pytest.param([{"bearer": []}], [], id="bearer"),
        pytest.param([{"discovered": ["x"]}], [], id="OpenID Connect"),
        pytest.param([{"key": []}, {"token": []}], [], id="one of two"),
        pytest.param([{}, {"key": []}], [], id="optional"),
        pytest.param(
            [{"people": []}],
            ["security people has no clientCredentials flow: add it, the SDK knows no other"],
            id="another flow",
        ),
        pytest.param(
            [{"key": [], "token": []}],
            ["security key is not a bearer token: the SDK sends nothing else"],
            id="both",
        ),
        pytest.param(
            [{"token": ["read", "write"]}],
            ["security token: scope write is not among the scheme's scopes: define it"],
            id="an unknown scope",
        ),
        pytest.param(
            [{"none": []}],
            ["security none is not among the securitySchemes: define it"],
            id="an unknown scheme",
        ),
    ],
)
def test_requirements(security: list[Node], words: list[str]) -> None:
    """One alternative that can be met is enough; those of the document are inherited."""
    for root, own in (security, {}), ([{"key": []}], {"security": security}):
        operation = {"responses": {}, **own}
        data: Node = {"paths": {"/a": {"get": operation}}, "security": root}
        data["components"] = {"securitySchemes": SCHEMES}
        document = Document(data, "", b"")

        assert [*complaints(document, next(document.operations()))] == words
