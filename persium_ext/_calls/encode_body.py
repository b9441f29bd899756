"""Write bodies: JSON, forms, multipart forms and bytes, by the tables of openapi.yaml; no I/O."""

from __future__ import annotations

import json
import secrets
from typing import Any, Final, cast
from urllib.parse import quote_plus

from persium_api.facade._schema import Array, Body, Schema
from persium_api.types import File

from persium_ext._http.content import charset_of, essence, is_json, part_type

from .json_values import is_list, json_of, members_of, text_of
from .styles import in_query

_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_BINARY: Final = (bytes, bytearray, memoryview)
Options = dict[str, Any]


def encode_body(body: Body, value: object) -> Options:
    """Return the options of a request with *value* as its body (``headers``, ``content`` …).

    Raises:
        ValueError: Names the place in it that cannot be written.
    """
    name = essence(body.media_type)
    if is_json(name):
        written = json.dumps(
            json_of(value, body.schema, "body"), ensure_ascii=False, separators=(",", ":")
        )
        try:
            return _content(body.media_type, written.encode())
        except UnicodeEncodeError:
            raise ValueError("body has characters that UTF-8 can't encode") from None
    if value is None:
        return {}
    if name == _FORM:
        return _content(body.media_type, _form(body, value))
    if name == _MULTIPART:
        return _multipart(body, value)
    if isinstance(value, str):
        return _content(body.media_type, value.encode(charset_of(body.media_type)))
    return _bytes(body.media_type, value)


def _content(media_type: str, content: object) -> Options:
    return {"content": content, "headers": {"Content-Type": media_type}}


def _bytes(media_type: str, value: object) -> Options:
    """Write bytes; where the document leaves the media type open, the file's own is sent."""
    if isinstance(value, File):
        if "*" in media_type and value.mime_type:
            media_type = value.mime_type
        value = value.payload
    return _content("application/octet-stream" if "*" in media_type else media_type, value)


def _form(body: Body, value: object) -> bytes:
    styled = {field.name: field for field in body.fields}
    pairs: list[str] = []
    for name, member, of in members_of(value, body.schema, "body"):
        written = json_of(member, of, f"body.{name}")
        if field := styled.get(name):
            pairs += in_query(field, {field.argument: written})
            continue
        texts = [_field(each) for each in _items(written) if each is not None]
        pairs += [f"{quote_plus(name)}={quote_plus(text)}" for text in texts]
    return "&".join(pairs).encode()


def _items(value: object) -> list[object]:
    return list(cast("list[object]", value)) if is_list(value) else [value]


def _field(value: object) -> str:
    """Return a scalar as text, an object or a list as JSON."""
    return json.dumps(value) if _has_parts(value) else text_of(value)


def _has_parts(value: object) -> bool:
    return isinstance(value, dict | list)


def _multipart(body: Body, value: object) -> Options:
    parts = [
        (
            name,
            _part(each, of.items if isinstance(of, Array) else of, name, body.parts.get(name, "")),
        )
        for name, member, of in members_of(value, body.schema, "body")
        for each in _items(member)
        if each is not None
    ]
    if parts:
        return {"files": parts}
    boundary = secrets.token_hex(16)  # httpx sends no multipart form without parts
    return _content(f"{_MULTIPART}; boundary={boundary}", f"--{boundary}--\r\n".encode())


def _part(value: object, schema: Schema, name: str, allowed: str) -> tuple[object, ...]:
    """Write a part; *allowed* has the media types that the document names."""
    if isinstance(value, File):
        return (value.file_name, value.payload, part_type(allowed, own=value.mime_type))
    if isinstance(value, _BINARY) or hasattr(value, "read"):
        named = part_type(allowed) or "application/octet-stream"
        return ("upload", cast("Any", value), named)
    written = json_of(value, schema, f"body.{name}")
    otherwise = "application/json" if _has_parts(written) else "text/plain"
    named = part_type(allowed) or otherwise
    text = json.dumps(written) if is_json(named) else _field(written)
    return (None, text.encode(charset_of(named)), named)
