"""Routes for respx: the token endpoint and every operation, from the examples of openapi.yaml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from persium_ext._calls.operations import operations
from persium_ext._retry import budget
from persium_ext._tokens.cache import PROCESS_CACHE
from persium_ext.sandbox.document import concreteness, pattern_of

from .document import packaged

if TYPE_CHECKING:
    from respx import MockRouter


def mock_persium(router: MockRouter, *, token_url: str, api_base_url: str) -> None:
    """Add a route for each operation, by the name of its operationId, and for the token endpoint.

    *router* is the fixture ``respx_mock``, or any other router of respx, with
    ``assert_all_called=False``. Change a response with ``respx_mock["getMe"].respond(503)``.
    Tokens, remembered failures and retry budgets of this process are dropped, so that no test
    depends on the one before.
    """
    PROCESS_CACHE.clear()
    budget.clear()
    token = packaged().token_operation
    example = packaged().of(token, "200")
    router.post(token_url, name=token).respond(
        200, headers=example.headers, content=example.content
    )
    for operation in sorted(operations().values(), key=lambda each: concreteness(each.path)):
        status = min((key for key in operation.responses if key.startswith("2")), default="200")
        example = packaged().of(operation.operation_id, status)
        base = re.escape(api_base_url.rstrip("/"))
        router.route(
            method=operation.method,
            url__regex=rf"^{base}{pattern_of(operation.path)}(\?.*)?$",
            name=operation.operation_id,
        ).respond(int(status.replace("X", "0")), headers=example.headers, content=example.content)
