"""Compare the parts of a multipart form with what the document says."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from fnmatch import fnmatch
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from codegen.prove import styles
from codegen.prove.json_difference import is_json_of
from codegen.prove.json_values import is_list, is_object, pointer
from codegen.prove.media import base, is_json
from codegen.prove.read import wrong
from codegen.prove.schemas import extra, is_binary, kind
from codegen.read.document import node

if TYPE_CHECKING:
    from codegen.prove.schemas import Schemas
    from codegen.read.document import Node

Part = tuple[str, bytes, str]
"""Name, content and media type."""
_OF_FILES: Final = "application/octet-stream"
"""The media type of each file that the proof passes."""
_TYPES: Final = {"": "*/*", "array": "application/json", "object": "application/json"}
"""The media types of parts of which nothing is said, but for texts."""


def read(stated: str, content: bytes) -> list[Part]:
    """Return the parts of *content*, whose media type is *stated*."""
    head = f"Content-Type: {stated}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + content)
    parts: list[Any] = list(message.iter_parts()) if message.is_multipart() else []
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            part.get_payload(decode=True),
            part.get_content_type(),
        )
        for part in parts
    ]


def difference(
    schemas: Schemas, want: dict[str, Any], form: Node, encoding: Node, seen: list[Part]
) -> str | None:
    """Return how the parts *seen* are not those of *want*; None: they are."""
    found = _content_difference(schemas, want, form, seen)
    return found or _type_difference(schemas, form, encoding, seen)


def _content_difference(
    schemas: Schemas, want: dict[str, Any], form: Node, seen: list[Part]
) -> str | None:
    members = node(form, "properties")
    for name, value in want.items():
        own = [part for part in seen if part[0] == name]
        member = members.get(name, extra(form) or {})
        if value is None:
            if any(part[1] not in {b"", b"null"} for part in own):
                return wrong(f"/{pointer(name)}", "no part", own)
            continue
        fits = partial(_part_fits, _is_file(schemas, member))
        whole = len(own) == 1 and fits(value, own[0])
        items = value if is_list(value) else [value]
        if not whole and (len(items) != len(own) or not all(map(fits, items, own))):
            texts = [part[1] for part in own]
            return wrong(f"/{pointer(name)}", f"parts {[styles.text(i) for i in items]}", texts)
    unknown = [part[0] for part in seen if part[0] not in want]
    return wrong("", "no other part", unknown) if unknown else None


def _type_difference(schemas: Schemas, form: Node, encoding: Node, seen: list[Part]) -> str | None:
    members = node(form, "properties")
    for name, _, media in seen:
        member = members.get(name, {})
        types = node(encoding, name).get("contentType") or _usual_type(schemas, member)
        names = [base(each) for each in types.split(",")]
        if _is_file(schemas, member) and all("*" in each for each in names):
            names.append(_OF_FILES)
        if not any(fnmatch(media, each) for each in names):
            return wrong(f"/{pointer(name)}", f"a part of {types}", media)
    return None


def _usual_type(schemas: Schemas, member: Node) -> str:
    """Return the type of a part of which nothing is said: that of a file is its own."""
    forms = schemas.forms(member)
    items = [each for form in forms for each in schemas.forms(form.get("items", form))]
    if any(map(is_binary, items)):
        return _OF_FILES
    found = {_TYPES.get(kind(each), "text/plain") for each in items}
    return found.pop() if len(found) == 1 else "*/*"


def _part_fits(is_file: bool, value: Any, part: Part) -> bool:  # noqa: ANN401, FBT001  # JSON; for partial
    content = part[1].decode("utf-8", "replace")
    if is_list(value) or is_object(value) or (is_json(part[2]) and not is_file):
        return is_json(part[2]) and is_json_of(value, content)
    return styles.same_text(styles.text(value), content)


def _is_file(schemas: Schemas, member: Node) -> bool:
    """Return whether *member* is a file, or a list of them."""
    forms = schemas.forms(member)
    items = [each for form in forms if "items" in form for each in schemas.forms(form["items"])]
    return any(map(is_binary, [*forms, *items]))
