"""Compare the body of a request with what the document says, by its media type."""

from __future__ import annotations

import json
from email.parser import BytesParser
from email.policy import HTTP
from fnmatch import fnmatch
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from codegen.document import node
from codegen.prove import styles
from codegen.prove.fit import instant, reading
from codegen.prove.json_values import is_list, is_object, pointer
from codegen.prove.read import wrong
from codegen.prove.schemas import extra, is_binary

if TYPE_CHECKING:
    from codegen.document import Node
    from codegen.prove.schemas import Schemas


def base(media: str) -> str:
    """Return a media type in lower case, without its parameters."""
    return media.partition(";")[0].strip().lower()


def is_json(media: str) -> bool:
    """Return whether the content of a media type is JSON, or can be."""
    names = {"application/json", "text/json", "*/*", "application/*"}
    return base(media) in names or base(media).endswith("+json")


def has_members(media: str) -> bool:
    """Return whether the content of a media type is a form."""
    return base(media) in {"application/x-www-form-urlencoded", "multipart/form-data"}


def sent(schemas: Schemas, value: Any, schema: Node) -> Any:  # noqa: ANN401  # JSON
    """Return *value* without the members that are read-only."""
    form = reading(schemas, value, schema)
    if is_list(value):
        return [sent(schemas, item, node(form, "items")) for item in value]
    if not is_object(value):
        return value
    members, further = node(form, "properties"), extra(form) or {}
    return {
        name: sent(schemas, inner, members.get(name, further))
        for name, inner in value.items()
        if not schemas.one_way(members.get(name, {}), "readOnly")
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
    if "*" in stated or not fnmatch(base(stated), base(media)):
        return wrong("media type", base(media), stated)
    if is_json(stated):
        try:
            seen = json.loads(request.content)
        except ValueError:
            return wrong("", "JSON", request.content)
        return json_difference(want, seen)
    if base(stated) == "application/x-www-form-urlencoded":
        pairs = parse_qsl(request.content.decode(), keep_blank_values=True)
        return _form_difference(want, pairs)
    if base(stated) == "multipart/form-data":
        form = reading(schemas, want, schema)
        parts = _parts(stated, request.content)
        return _parts_difference(schemas, want, form, parts) or _type_difference(
            schemas, form, encoding, parts
        )
    content = styles.text(want).encode()
    return None if request.content == content else wrong("", repr(content), request.content)


def json_difference(want: Any, seen: Any, where: str = "") -> str | None:  # noqa: ANN401  # JSON
    """Return the first member of *seen* that differs; None: they are equal."""
    if is_object(want) and is_object(seen):
        for name in {**want, **seen}:
            place = f"{where}/{pointer(name)}"
            if name not in seen or name not in want:
                both = [repr(d[name]) if name in d else "nothing" for d in (want, seen)]
                return f"{place}: expected {both[0]}, seen {both[1]}"
            if problem := json_difference(want[name], seen[name], place):
                return problem
        return None
    if is_list(want) and is_list(seen) and len(want) == len(seen):
        pairs = enumerate(zip(want, seen, strict=True))
        found = (json_difference(a, b, f"{where}/{index}") for index, (a, b) in pairs)
        return next(filter(None, found), None)
    same = want == seen and isinstance(want, bool) == isinstance(seen, bool)
    if same or (instant(want) and instant(want) == instant(seen)):
        return None
    return wrong(where, repr(want), seen)


def _form_difference(want: dict[str, Any], seen: styles.Pairs) -> str | None:
    left = list(seen)
    for name, value in want.items():
        ways = styles.query(name, value, "form", explode=True)
        if is_object(value):
            names = {pair[0] for pair in left}
            way = [pair for pair in left if pair[0] == name]
            if way and _is_json(value, way[0][1]):
                left.remove(way[0])
                continue
            ways += styles.query(name, value, "deepObject", explode=True)
            wanted = {pair[0] for way in ways for pair in way} & names
        else:
            wanted = {pair[0] for way in ways for pair in way} or {name}
        own = [pair for pair in left if pair[0] in wanted]
        if not any(styles.same_pairs(way, own) for way in ways):
            return wrong(f"/{pointer(name)}", repr(ways[0]), own)
        left = [pair for pair in left if pair not in own]
    return wrong("", "nothing else", left) if left else None


def as_json(value: object, text: str) -> str:
    """Return *text* in the notation of the proof, if it is the JSON of *value*."""
    return styles.json_text(value) if _is_json(value, text) else text


def _is_json(value: object, text: str) -> bool:
    try:
        return json_difference(value, json.loads(text)) is None
    except ValueError:
        return False


def _parts(stated: str, content: bytes) -> list[tuple[str, bytes, str]]:
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


def _parts_difference(
    schemas: Schemas, want: dict[str, Any], form: Node, seen: list[tuple[str, bytes, str]]
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


def _type_difference(
    schemas: Schemas, form: Node, encoding: Node, seen: list[tuple[str, bytes, str]]
) -> str | None:
    members = node(form, "properties")
    for name, _, media in seen:
        types = node(encoding, name).get("contentType", "*/*")
        names = [base(each) for each in types.split(",")]
        is_open = all("*" in each for each in names)
        if not is_open and not any(fnmatch(media, each) for each in names):
            return wrong(f"/{pointer(name)}", f"a part of {types}", media)
        if is_open and _is_file(schemas, members.get(name, {})) and media == "text/plain":
            return wrong(f"/{pointer(name)}", "a file", media)
    return None


def _part_fits(is_file: bool, value: Any, part: tuple[str, bytes, str]) -> bool:  # noqa: ANN401, FBT001  # JSON; for partial
    content = part[1].decode("utf-8", "replace")
    if is_list(value) or is_object(value) or (is_json(part[2]) and not is_file):
        return is_json(part[2]) and _is_json(value, content)
    return styles.same_text(styles.text(value), content)


def _is_file(schemas: Schemas, member: Node) -> bool:
    """Return whether *member* is a file, or a list of them."""
    forms = schemas.forms(member)
    items = [each for form in forms if "items" in form for each in schemas.forms(form["items"])]
    return any(map(is_binary, [*forms, *items]))
