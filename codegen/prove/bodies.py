"""Compare the body of a request with what the document says, by its media type."""

from __future__ import annotations

import json
from fnmatch import fnmatch
from functools import partial
from typing import TYPE_CHECKING, Any

from codegen.prove import forms, parts, styles
from codegen.prove.fit import reading
from codegen.prove.json_difference import json_difference
from codegen.prove.json_values import is_list, is_object
from codegen.prove.media import base, is_json
from codegen.prove.read import wrong
from codegen.prove.schemas import extra, is_binary
from codegen.read.document import node

if TYPE_CHECKING:
    from codegen.prove.schemas import Schemas
    from codegen.read.document import Node


def sent(
    schemas: Schemas,
    value: Any,  # noqa: ANN401  # JSON
    schema: Node,
    *,
    declared: bool = False,
    binary: bool = False,
) -> Any:  # noqa: ANN401  # JSON
    """Return *value* without read-only members, or with *declared* members only.

    An object of which the document declares no member has all of them. *binary*: files are bytes.
    """
    within = partial(sent, schemas, declared=declared, binary=binary)
    form = reading(schemas, value, schema)
    if is_list(value):
        return [within(item, node(form, "items")) for item in value]
    if not is_object(value):
        return value.encode() if binary and isinstance(value, str) and is_binary(form) else value
    members, further = node(form, "properties"), extra(form) or {}
    shown = members if declared and members else value
    return {
        name: within(inner, members.get(name, further))
        for name, inner in value.items()
        if name in shown and not schemas.one_way(members.get(name, {}), "readOnly")
    }


def difference(
    schemas: Schemas,
    media: str,
    want: Any,  # noqa: ANN401  # JSON
    schema: Node,
    request: Any,  # noqa: ANN401  # one of httpx
    *,
    encoding: Node,
) -> str | None:
    """Return how the body of *request* is not *want*; None: it is.

    *encoding* is what the document says of the parts of a form.
    """
    stated = request.headers.get("content-type", "")
    if "*" in stated or not _matches(stated, media):
        return wrong("media type", media, stated)
    if is_json(stated):
        try:
            seen = json.loads(request.content)
        except ValueError:
            return wrong("", "JSON", request.content)
        return json_difference(want, seen)
    if base(stated) == "application/x-www-form-urlencoded":
        return forms.difference(want, encoding, request.content.decode())
    if base(stated) == "multipart/form-data":
        seen = parts.read(stated, request.content)
        return parts.difference(schemas, want, reading(schemas, want, schema), encoding, seen)
    content = styles.text(want).encode()
    return None if request.content == content else wrong("", repr(content), request.content)


def _matches(stated: str, media: str) -> bool:
    """Return whether *stated* is *media*, or of that range."""
    if "*" in media:
        return fnmatch(base(stated), base(media))
    return _essential(stated) == _essential(media)


def _essential(media: str) -> list[str]:
    """Return a media type and its parameters, but for the boundary, and for UTF-8."""
    words = [word.strip().lower() for word in media.split(";")]
    return [w for w in words if w != "charset=utf-8" and not w.startswith("boundary=")]
