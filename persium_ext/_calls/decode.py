"""Decode responses as the types that openapi.yaml gives them, and name what has another; no I/O."""

from __future__ import annotations

from typing import Any, Final, TypeVar, cast

from persium_api.facade import Operation
from persium_api.facade._schema import BINARY, Content

from persium_ext._http.content import is_json, is_open
from persium_ext._http.messages import Response
from persium_ext._text import printable

from .call import Call
from .error_text import undecodable
from .kinds import kinds
from .scalars import MismatchError
from .values import read

T = TypeVar("T")
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
        return cast("T", read_body(content, response))
    except MismatchError as error:
        problem = str(error)
    except ValueError as error:
        problem = f"not JSON: {error}"
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
        return read_body(content, response)
    except ValueError:
        return None


def read_body(content: Content, response: Response) -> object:
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
