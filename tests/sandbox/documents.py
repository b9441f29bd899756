"""OpenAPI documents for tests."""

from __future__ import annotations

TOKEN_URL = "https://auth.test/realms/persium/protocol/openid-connect/token"


def document(paths: dict[str, object], **components: object) -> dict[str, object]:
    """Describe an API with these paths, and the token endpoint under a name of its own."""
    flows = {"clientCredentials": {"tokenUrl": TOKEN_URL, "scopes": {}}}
    token = {
        "servers": [{"url": TOKEN_URL.removesuffix("/token")}],
        "post": {"operationId": "fetchToken", "security": [], "responses": {"200": {}}},
    }
    return {
        "openapi": "3.0.3",
        "security": [{"oauth2": []}],
        "paths": {"/token": token, **paths},
        "components": {
            "securitySchemes": {"oauth2": {"type": "oauth2", "flows": flows}},
            **components,
        },
    }


def operation(name: str, response: object = None, *, status: str = "200") -> dict[str, object]:
    """Describe an operation that needs no token and has one response."""
    return {"operationId": name, "security": [], "responses": {status: response or {}}}


def media(node: object, kind: str = "application/json") -> dict[str, object]:
    """Describe a response with one media type."""
    return {"description": "An answer.", "content": {kind: node}}
