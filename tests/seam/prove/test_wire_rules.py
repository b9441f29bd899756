"""How parameters and bodies are written, by an independent reading of OpenAPI 3.0."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from codegen.prove import bodies, forms, styles
from codegen.prove.inputs import Inputs, Sample
from codegen.prove.samples import Sampler
from codegen.prove.schemas import Schemas

Json = Any
NOTHING = Schemas({})
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("value", "style", "explode", "pairs"),
    [
        ("x", "form", True, [("n", "x")]),
        (True, "form", True, [("n", "true")]),
        ([1, 2], "form", True, [("n", "1"), ("n", "2")]),
        ([1, 2], "form", False, [("n", "1,2")]),
        ([1, 2], "spaceDelimited", False, [("n", "1 2")]),
        ([1, 2], "pipeDelimited", False, [("n", "1|2")]),
        ([], "form", False, []),
        ({"a": 1, "b": "x"}, "form", True, [("a", "1"), ("b", "x")]),
        ({"a": 1, "b": "x"}, "form", False, [("n", "a,1,b,x")]),
        ({"a": 1}, "deepObject", True, [("n[a]", "1")]),
        ({"a": [1, 2]}, "deepObject", True, [("n[a][]", "1"), ("n[a][]", "2")]),
        ({"a": {"b": 1}}, "deepObject", True, [("n[a][b]", "1")]),
        (None, "form", True, []),
    ],
)
def test_query(value: Json, style: str, *, explode: bool, pairs: styles.Pairs) -> None:
    """The pairs of the specification are among those that are right."""
    assert pairs in styles.query("n", value, style, explode=explode)


@pytest.mark.parametrize(
    ("value", "style", "explode", "text"),
    [
        ("x", "simple", False, "x"),
        ([1, 2], "simple", True, "1,2"),
        ({"a": 1}, "simple", False, "a,1"),
        ({"a": 1}, "simple", True, "a=1"),
        ("x", "label", False, ".x"),
        ([1, 2], "label", False, ".1,2"),
        ([1, 2], "label", True, ".1.2"),
        ("x", "matrix", False, ";n=x"),
        ([1, 2], "matrix", False, ";n=1,2"),
        ([1, 2], "matrix", True, ";n=1;n=2"),
        ({"a": 1}, "matrix", True, ";a=1"),
    ],
)
def test_path(value: Json, style: str, *, explode: bool, text: str) -> None:
    """Path parameters follow RFC 6570, section 3.2."""
    assert styles.path("n", value, style, explode=explode) == text


def test_header() -> None:
    """Header parameters have the style simple."""
    assert styles.header([1, 2], explode=False) == "1,2"
    assert styles.header({"a": 1}, explode=True) == "a=1"
    assert styles.header(1.5, explode=False) == "1.5"


@pytest.mark.parametrize(
    ("want", "seen", "same"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("2026-01-31T09:30:00Z", "2026-01-31T10:30:00+01:00", True),
        ("2026-01-31T09:30:00Z", "Sat, 31 Jan 2026 09:30:00 GMT", True),
        ("2026-01-31T09:30:00Z", "soon", False),
        ("2026-01-31T09:30:00Z,2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z", False),
        (
            "2026-01-31T09:30:00Z,2026-01-31T09:30:00Z",
            "2026-01-31T09:30:00+00:00, 2026-01-31T09:30:00z",
            True,
        ),
    ],
)
def test_same_text(want: str, seen: str, *, same: bool) -> None:
    """Points in time are compared as such, in any notation."""
    assert styles.same_text(want, seen) is same


def test_same_pairs_and_path() -> None:
    """The order counts within one name; a slash of a value is not one of the path."""
    assert styles.same_pairs([("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")])
    assert not styles.same_pairs([("a", "1"), ("a", "2")], [("a", "2"), ("a", "1")])
    assert not styles.same_pairs([("a", "1")], [("b", "1")])
    assert styles.same_path("/x/a%2Fb", "/x/{n}", "/x/a%2fb")
    assert not styles.same_path("/x/a%2Fb", "/x/{n}", "/x/a/b")


def form(content: str) -> httpx.Request:
    """Return a request with a form."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return httpx.Request("POST", "https://api.invalid", headers=headers, content=content)


def parts(*files: tuple[str, tuple[str | None, bytes, str]]) -> httpx.Request:
    """Return a multipart request."""
    request = httpx.Request("POST", "https://api.invalid", files=list(files))
    request.read()
    return request


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("want", "content", "problem"),
    [
        ({"a": "x", "l": ["p", "q"]}, "l=p&a=x&l=q", None),
        ({"a": None, "l": []}, "", None),
        ({"o": {"x": 1}}, "x=1", None),
        ({"o": {"x": 1}}, "o=%7B%22x%22%3A1%7D", None),
        ({"o": {"x": 1}}, "o[x]=1", None),
        ({"o": {"x": 1}}, "o=x", "/o: expected [('x', '1')], seen [('o', 'x')]"),
        ({"a": True}, "a=True", "/a: expected [('a', 'true')], seen [('a', 'True')]"),
        ({}, "a=1", "the value: expected nothing else, seen [('a', '1')]"),
    ],
)
def test_form(want: Json, content: str, problem: str | None) -> None:
    """Members of a form are pairs; an object is exploded, deep or JSON."""
    assert bodies.difference(NOTHING, FORM, want, {}, form(content), encoding={}) == problem


@pytest.mark.parametrize(
    ("want", "encoding", "content", "problem"),
    [
        ({"l": ["p", "q"]}, {"explode": False}, "l=p,q", None),
        ({"l": ["p", "q"]}, {"explode": False}, "l=p&l=q", "/l: expected [('l', 'p,q')], seen [("),
        ({"l": ["p", "q"]}, {"style": "pipeDelimited"}, "l=p%7Cq", None),
        ({"l": {"x": {"y": 1}}}, {"style": "deepObject"}, "l%5Bx%5D%5By%5D=1", None),
        ({"l": {"x": 1}}, {"style": "deepObject"}, "x=1", "/l: expected [('l[x]', '1')], seen []"),
        ({"l": {"x": 1}}, {"style": "form"}, "x=1", None),
        ({"l": {"x": 1}}, {"style": "form"}, "l=x,1", "/l: expected [('x', '1')], seen [('l', "),
        ({"l": [{"x": "é"}]}, {"contentType": "application/json"}, 'l=[{"x":"%C3%A9"}]', None),
        ({"l": [{"x": 1}]}, {"contentType": "application/json"}, 'l={"x":1}', "/l: expected [("),
        ({"l": [{"x": 1}, {"x": 2}]}, {"contentType": "text/plain"}, 'l={"x":1}&l={"x":2}', None),
        ({"l": "/a"}, {"allowReserved": True}, "l=/a", None),
        ({"l": "/a"}, {"allowReserved": True}, "l=%2Fa", "/l: expected / as it is, seen '%2F'"),
    ],
)
def test_styled_form(want: Json, encoding: Json, content: str, problem: str | None) -> None:
    """Where the document states the style of a member, or JSON, no other way is right."""
    found = forms.difference(want, {"l": encoding}, content)

    assert found is None if problem is None else str(found).startswith(problem)


JSON_PART = ("o", (None, b'{"x": 1}', "application/json"))
FILE = ("f", ("f.bin", b"bytes", "application/octet-stream"))
MULTIPART: Json = {
    "properties": {"f": {"type": "string", "format": "binary"}, "a": TEXT, "o": {"type": "object"}}
}


@pytest.mark.parametrize(
    ("want", "request_", "problem"),
    [
        ({"f": "bytes", "o": {"x": 1}}, parts(FILE, JSON_PART), None),
        ({"f": "bytes", "a": None}, parts(FILE), None),
        (
            {"f": "bytes", "a": None},
            parts(FILE, ("a", (None, b"None", "text/plain"))),
            "/a: expected no part, seen",
        ),
        ({"f": "bytes"}, parts(("f", (None, b"bytes", "text/plain"))), "/f: expected a part of"),
        ({"a": True}, parts(("a", (None, b"True", "text/plain"))), "/a: expected parts ['true']"),
        ({"l": ["p", "q"]}, parts(("l", (None, b"p", "text/plain"))), "/l: expected parts"),
        ({"f": "bytes"}, parts(FILE, JSON_PART), "the value: expected no other part, seen ['o']"),
        ({"o": {"x": 1}}, parts(("o", (None, b"x", "application/json"))), "/o: expected parts"),
        ({"f": "bytes"}, form(""), "media type: expected multipart/form-data, seen"),
    ],
)
def test_multipart(want: Json, request_: httpx.Request, problem: str | None) -> None:
    """Files are files, objects JSON, null no part, and lists one part for each item."""
    found = bodies.difference(
        NOTHING, "multipart/form-data", want, MULTIPART, request_, encoding={}
    )

    assert found is None if problem is None else str(found).startswith(problem)


PNG = ("f", ("f.png", b"bytes", "image/png"))


@pytest.mark.parametrize(
    ("want", "content_type", "request_", "problem"),
    [
        ({"f": "bytes"}, "image/png, image/jpeg", parts(PNG), None),
        ({"f": "bytes"}, "image/*", parts(FILE), None),
        ({"f": "bytes"}, "image/*, a/b", parts(PNG), None),
        ({"f": "bytes"}, "image/jpeg", parts(PNG), "/f: expected a part of image/jpeg, seen"),
        ({"f": "bytes"}, "text/plain", parts(("f", (None, b"bytes", "text/plain"))), None),
        ({"f": "1"}, "application/json", parts(("f", (None, b"1", "application/json"))), None),
    ],
)
def test_types_of_parts(
    want: Json, content_type: str, request_: httpx.Request, problem: str | None
) -> None:
    """A part has one of the media types that its encoding names; a file is never JSON of itself."""
    encoding = {"f": {"contentType": content_type}}

    found = bodies.difference(
        NOTHING, "multipart/form-data", want, MULTIPART, request_, encoding=encoding
    )

    assert found is None if problem is None else str(found).startswith(problem)


@pytest.mark.parametrize(
    ("content", "problem"), [(b'"x"', None), (b"x", "/a: expected parts ['x'], seen [b'x']")]
)
def test_text_in_a_part_of_json(content: bytes, problem: str | None) -> None:
    """It is a text of JSON, in quotes."""
    encoding = {"a": {"contentType": "application/json"}}
    request = parts(("a", (None, content, "application/json")))

    found = bodies.difference(
        NOTHING, "multipart/form-data", {"a": "x"}, MULTIPART, request, encoding=encoding
    )

    assert found == problem


@pytest.mark.parametrize(
    ("documented", "stated", "content", "is_right"),
    [
        ("*/*", "application/json", b'"x"', True),
        ("*/*", "text/plain", b"x", True),
        ("*/*", "application/json", b"x", False),
        ("*/*", "*/*", b"x", False),
        ("image/*", "image/png", b"x", True),
        ("image/*", "text/plain", b"x", False),
        ("text/json", "text/json", b'"x"', True),
    ],
)
def test_range_of_media_types(
    documented: str, stated: str, content: bytes, *, is_right: bool
) -> None:
    """A body of one media type of the range is sent, and is of this type."""
    request = httpx.Request("POST", "https://api.invalid", content=content)
    request.headers["Content-Type"] = stated

    found = bodies.difference(NOTHING, documented, "x", TEXT, request, encoding={})

    assert (found is None) is is_right


def test_parts_of_no_multipart() -> None:
    """A body that is not multipart has no parts."""
    headers = {"Content-Type": "multipart/form-data"}
    request = httpx.Request("POST", "https://api.invalid", headers=headers, content=b"x")

    problem = bodies.difference(
        NOTHING, "multipart/form-data", {"a": "x"}, MULTIPART, request, encoding={}
    )

    assert problem == "/a: expected parts ['x'], seen []"


@pytest.mark.parametrize(
    ("want", "seen", "problem"),
    [
        ({"a": [1, "2026-01-31T09:30:00Z"]}, {"a": [1, "2026-01-31T10:30:00+01:00"]}, None),
        ({"a": 1}, {"a": True}, "/a: expected 1, seen True"),
        ({"a/b": 1}, {}, "/a~1b: expected 1, seen nothing"),
        ({}, {"a": 1}, "/a: expected nothing, seen 1"),
        ({"a": [1]}, {"a": []}, "/a: expected [1], seen []"),
        ([{"a": 1}], [{"a": 2}], "/0/a: expected 1, seen 2"),
    ],
)
def test_json(want: Json, seen: Json, problem: str | None) -> None:
    """The first member that differs is named by its JSON pointer."""
    request = httpx.Request("POST", "https://api.invalid", json=seen)

    assert bodies.difference(NOTHING, "application/json", want, {}, request, encoding={}) == problem


def test_other_contents() -> None:
    """Text and bytes are compared as they are; JSON must be JSON."""
    headers = {"Content-Type": "text/plain"}
    request = httpx.Request("POST", "https://api.invalid", headers=headers, content="ü".encode())

    assert bodies.difference(NOTHING, "text/plain", "ü", TEXT, request, encoding={}) is None
    assert bodies.difference(NOTHING, "text/*", "u", TEXT, request, encoding={})
    request.headers["Content-Type"] = "application/json"
    problem = bodies.difference(NOTHING, "application/json", "ü", TEXT, request, encoding={})
    assert problem == "the value: expected JSON, seen b'\\xc3\\xbc'"


def test_read_only_members_are_not_sent() -> None:
    """They are taken out of lists and objects."""
    schema = {"type": "array", "items": {"properties": {"id": {"allOf": [{"readOnly": True}]}}}}

    assert bodies.sent(NOTHING, [{"id": 1, "a": 2}], schema) == [{"a": 2}]


def inputs(place: str, schema: Json, **more: Json) -> Inputs:
    """Return the inputs of an operation with one parameter."""
    parameter = {"name": "n", "in": place, "schema": schema, **more}
    return Inputs({(place, "n"): parameter}, "", {}, needs_body=False)


@pytest.mark.parametrize(
    ("found", "values"),
    [
        (
            inputs("path", TEXT),
            ["text", "a b&c+d/e%2F?g=h#i\"j'k\\", "ünïcødé 漢字 🎉", "Words2"],
        ),
        (inputs("header", TEXT), ["text", "", "a b&c+d/e%2F?g=h#i\"j'k\\", "Words2"]),
        (inputs("header", {"type": "string", "format": "date-time"}), 2),
        (inputs("query", {"type": "array", "items": TEXT}), 3),
        (
            inputs("query", {"type": "array", "items": TEXT}, explode=False),
            [["text", "Words2"], ["text"], []],
        ),
        (inputs("path", {"type": "array", "items": {"enum": ["x", ","]}}), [["x", "x"], ["x"]]),
        (inputs("header", {"properties": {"a": TEXT}}), [{"a": "text"}, {"a": "Words2"}] * 2),
        (inputs("path", {"type": "string", "pattern": "^x{9}$"}), 0),
    ],
)
def test_parameters_that_can_be_written(found: Inputs, values: Json) -> None:
    """A value is tried only where the specification says how it is written."""
    samples = found.samples(Sampler(NOTHING, left_out=""))
    seen = [sample.parameters[key] for sample in samples for key in sample.parameters]

    assert (len(seen) if isinstance(values, int) else seen) == values


def test_what_has_no_value_is_noted() -> None:
    """A required parameter or body without a value leaves no call to try."""
    impossible = {"type": "string", "pattern": "^x{9}$"}
    sampler = Sampler(NOTHING, left_out="")
    parameter = inputs("path", impossible, required=True)
    body = Inputs({}, "application/json", impossible, needs_body=True)

    assert parameter.samples(sampler) == body.samples(sampler) == []
    assert parameter.skipped == ["path parameter n"]
    assert body.skipped == ["request body"]


@pytest.mark.parametrize(
    ("sample", "refused"),
    [
        (Sample({}, {}), True),
        (Sample({}, {"a": None}), True),
        (Sample({("query", "n"): None}), True),
        (Sample({("query", "n"): 1}, [None]), False),
        (Sample({("query", "n"): {"a": [1]}}), True),
        (Sample({("query", "n"): [1]}, {"a": [[1]]}), False),
    ],
)
def test_null_may_be_refused(sample: Sample, *, refused: bool) -> None:
    """A client may refuse null where the specification does not say how it is written."""
    assert sample.may_be_refused is refused


def test_json_is_dumped_as_text() -> None:
    """Values with parts are JSON."""
    assert json.loads(styles.text({"a": [1]})) == {"a": [1]}
