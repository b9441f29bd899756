"""Requests as the document describes them: parameters by style, bodies by media type."""

from __future__ import annotations

import io
import math
from collections import deque
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from persium_api.facade import _schema as s
from persium_api.facade import _schemas
from persium_api.types import UNSET, File

from persium_ext._calls.encode import encode
from tests.support.schemas import CAT, DOG, OWNER, PET, Cat, Dog, Owner, Size, Species, operation

LISTS = s.Array(s.TEXT)
POINT = {"x": 1, "y": "a b"}


@pytest.fixture(autouse=True)
def _models(monkeypatch: pytest.MonkeyPatch) -> None:
    for schema in (CAT, DOG, OWNER):
        monkeypatch.setitem(_schemas.by_class, schema.model, schema)


def sent(
    place: Any,
    value: object,
    *,
    style: str = "",
    explode: bool | None = None,
    allow_reserved: bool = False,
) -> str:
    """Return what is written of a parameter *p d* with this *value*."""
    style = style or ("form" if place == "query" else "simple")
    parameter = s.Parameter(
        name="p d" if place == "query" else "p",
        argument="p",
        place=place,
        schema=s.ANY,
        style=style,
        explode=style == "form" if explode is None else explode,
        allow_reserved=allow_reserved,
    )
    path = "/a/{p}" if place == "path" else "/a"
    target, options = encode(operation(path=path, parameters=(parameter,)), {"p": value})
    if place == "header":
        return str(options.get("headers", {}).get("p"))
    return target.removeprefix("/a")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("a/b?c", "/a%2Fb%3Fc", id="text"),
        pytest.param(True, "/true", id="boolean"),
        pytest.param(1.5, "/1.5", id="number"),
        pytest.param(Species.CAT, "/cat", id="enum"),
        pytest.param(date(2026, 1, 31), "/2026-01-31", id="date"),
        pytest.param(
            datetime(2026, 1, 2, tzinfo=UTC), "/2026-01-02T00%3A00%3A00%2B00%3A00", id="t"
        ),
        pytest.param(UUID(int=0), "/00000000-0000-0000-0000-000000000000", id="UUID"),
        pytest.param(["a", "b,c"], "/a,b%2Cc", id="list"),
        pytest.param(POINT, "/x,1,y,a%20b", id="object"),
    ],
)
def test_path(value: object, written: str) -> None:
    """A value is one segment of the path."""
    assert sent("path", value) == written


@pytest.mark.parametrize(
    ("style", "explode", "value", "written"),
    [
        ("simple", True, POINT, "/x=1,y=a%20b"),
        ("label", False, "a", "/.a"),
        ("label", False, ["a", "b"], "/.a,b"),
        ("label", True, ["a", "b"], "/.a.b"),
        ("matrix", False, "a", "/;p=a"),
        ("matrix", False, ["a", "b"], "/;p=a,b"),
        ("matrix", True, ["a", "b"], "/;p=a;p=b"),
        ("matrix", True, POINT, "/;x=1;y=a%20b"),
    ],
)
def test_styles_of_a_path(style: str, explode: Any, value: object, written: str) -> None:
    """Every style of OpenAPI 3.0 is written (RFC 6570)."""
    assert sent("path", value, style=style, explode=explode) == written


@pytest.mark.parametrize(
    ("style", "explode", "value", "written"),
    [
        ("form", True, "a&b", "?p%20d=a%26b"),
        ("form", True, ["a", None, "b"], "?p%20d=a&p%20d=b"),
        ("form", True, [], ""),
        ("form", True, {"x": 1, "y": None}, "?x=1"),
        ("form", False, ["a", "b,c"], "?p%20d=a,b%2Cc"),
        ("form", False, [], ""),
        ("form", False, POINT, "?p%20d=x,1,y,a%20b"),
        ("spaceDelimited", False, ["a", "b"], "?p%20d=a%20b"),
        ("pipeDelimited", False, ["a", "b"], "?p%20d=a%7Cb"),
        ("deepObject", True, POINT, "?p%20d%5Bx%5D=1&p%20d%5By%5D=a%20b"),
        ("deepObject", True, {"x": {"y": {"z": 1}, "n": None}}, "?p%20d%5Bx%5D%5By%5D%5Bz%5D=1"),
        ("deepObject", True, {"x": [1, None, 2], "y": []}, "?p%20d%5Bx%5D=1&p%20d%5Bx%5D=2"),
        ("deepObject", True, UNSET, ""),
        ("deepObject", True, "a", "?p%20d=a"),
        ("form", True, None, ""),
        ("form", True, UNSET, ""),
    ],
)
def test_styles_of_a_query(style: str, explode: Any, value: object, written: str) -> None:
    """Every style of OpenAPI 3.0 is written; null and what is not set are left out."""
    assert sent("query", value, style=style, explode=explode) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("a b", "a b", id="text"),
        pytest.param(5, "5", id="number"),
        pytest.param(False, "false", id="boolean"),
        pytest.param(["a", "b"], "a,b", id="list"),
        pytest.param(POINT, "x,1,y,a b", id="object"),
        pytest.param(None, "None", id="null: there is no such field"),
        pytest.param(datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00", id="time"),
    ],
)
def test_header(value: object, written: str) -> None:
    """A value is the text of a header field."""
    assert sent("header", value) == written


def test_date_of_http() -> None:
    """A header field of HTTP has a date of HTTP (RFC 9110, section 5.6.7)."""
    field = s.Parameter(
        name="If-Modified-Since",
        argument="since",
        place="header",
        schema=s.DATE_TIME,
        style="simple",
        explode=False,
    )
    when = datetime(2026, 1, 2, 5, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    asked = operation(parameters=(field,))

    headers = encode(asked, {"since": when})[1]["headers"]

    assert headers == {"If-Modified-Since": "Fri, 02 Jan 2026 03:04:05 GMT"}
    assert encode(asked, {"since": UNSET})[1] == {}
    with pytest.raises(ValueError, match="since is a time without an offset"):
        encode(asked, {"since": datetime(2026, 1, 2)})  # noqa: DTZ001  # that is the point


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        pytest.param("path", "", "p must not be '': the request", id="no segment"),
        pytest.param("path", "..", "p must not be '..': the request", id="the segment above"),
        pytest.param("path", None, "p must not be '': the request", id="null"),
        pytest.param("query", [["a"]], "p: a list or an object in another", id="nested"),
        pytest.param("query", {"a": {}}, "p: a list or an object in another", id="nested object"),
        pytest.param("query", math.nan, "p is not a finite number", id="not a number"),
        pytest.param("query", object(), "p: object can't be written", id="no JSON"),
        pytest.param("query", datetime(2026, 1, 2), "p is a time without", id="no offset"),  # noqa: DTZ001
    ],
)
def test_parameter_that_can_not_be_written(place: str, value: object, words: str) -> None:
    """The error names the argument."""
    with pytest.raises(ValueError, match=words):
        sent(place, value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param({"a": [1, {"b": None}]}, '{"a":[1,{"b":null}]}', id="object"),
        pytest.param("é", '"\\u00e9"', id="text, in ASCII"),
        pytest.param(Species.CAT, '"cat"', id="enum"),
        pytest.param(None, "null", id="null"),
        pytest.param([datetime(2026, 1, 2, tzinfo=UTC)], '["2026-01-02T00:00:00+00:00"]', id="t"),
    ],
)
def test_json_in_parameters(value: object, written: str) -> None:
    """A parameter that is described by its content is JSON, whatever its value is."""
    assert sent("header", value, style="json") == written
    assert sent("query", value, style="json") == f"?p%20d={quote(written, safe='')}"
    assert sent("query", UNSET, style="json") == ""


RESERVED = ":/?#[]@!$&'()*+,;=% é"


@pytest.mark.parametrize(
    ("value", "options", "written"),
    [
        pytest.param(RESERVED, {}, "p%20d=:/?%23%5B%5D@!$%26'()*%2B,;=%25%20%C3%A9", id="text"),
        pytest.param(["a/b,c", "d"], {}, "p%20d=a/b,c&p%20d=d", id="list"),
        pytest.param(["a/b,c", "d"], {"explode": False}, "p%20d=a/b%2Cc,d", id="items in one"),
        pytest.param({"a/b": "c/d"}, {}, "a%2Fb=c/d", id="object"),
        pytest.param({"a": "c/d"}, {"style": "deepObject"}, "p%20d%5Ba%5D=c/d", id="deepObject"),
    ],
)
def test_reserved_characters(value: object, options: Any, written: str) -> None:
    """Where they are allowed they stay, but for those that would end the value or be a space."""
    assert sent("query", value, allow_reserved=True, **options) == f"?{written}"


def body(media_type: str, value: object, schema: s.Schema = s.ANY) -> dict[str, Any]:
    """Return the options of a request with this body."""
    asked = operation(body=s.Body(media_type, schema))
    return encode(asked, {"body": value})[1]


CAT_SENT = Cat(Species.CAT, class_="tabby")
CAT_SENT.additional_properties = {"age": 3, "class": "hidden", "left": UNSET}


@pytest.mark.parametrize(
    ("value", "schema", "content"),
    [
        pytest.param(None, s.ANY, b"null", id="null"),
        pytest.param("é", s.TEXT, '"é"'.encode(), id="text"),
        pytest.param([1.5, (True,)], s.ANY, b"[1.5,[true]]", id="lists"),
        pytest.param({"a": Size.SMALL}, s.ANY, b'{"a":1}', id="a free object"),
        pytest.param(
            CAT_SENT, CAT, b'{"age":3,"species":"cat","class":"tabby"}', id="names and further ones"
        ),
        pytest.param(Dog(Species.DOG), DOG, b'{"species":"dog"}', id="what is not set is left out"),
        pytest.param(
            Owner("a", pets=[CAT_SENT]),
            OWNER,
            b'{"name":"a","pets":[{"age":3,"species":"cat","class":"tabby"}]}',
            id="nested",
        ),
        pytest.param(
            {"name": "a", "pets": [{"species": "cat", "class_": "x", "class": UNSET}], "z": 1},
            OWNER,
            b'{"name":"a","pets":[{"species":"cat","class":"x"}],"z":1}',
            id="an object in place of a model",
        ),
        pytest.param(
            {"species": Species.DOG, "size": Size.SMALL},
            PET,
            b'{"species":"dog","size":1}',
            id="one of several models",
        ),
        pytest.param(deque([1, 2]), s.ANY, b"[1,2]", id="another sequence"),
    ],
)
def test_json(value: object, schema: s.Schema, content: bytes) -> None:
    """A body is JSON with the names of the document, under the media type of the document."""
    made = body("application/merge-patch+json", value, schema)

    assert made["content"] == content
    assert made["headers"] == {"Content-Type": "application/merge-patch+json"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param({"a": [math.inf]}, r"body\.a\[0\] is not a finite number", id="infinite"),
        pytest.param({"a": b"x"}, r"body\.a: bytes can't be written as JSON", id="bytes"),
        pytest.param(File(io.BytesIO()), "body: File can't be written", id="a file"),
        pytest.param("\ud800", "characters that UTF-8 can't encode", id="half a character"),
    ],
)
def test_json_that_can_not_be_written(value: object, words: str) -> None:
    """The error names the place."""
    with pytest.raises(ValueError, match=words):
        body("application/json", value)


def test_form() -> None:
    """Lists repeat their name, objects are JSON, null and what is not set are left out."""
    value = {"a b": "c&d", "n": None, "l": [1, None, True], "o": {"x": 1}}

    made = body("application/x-www-form-urlencoded", value)

    assert made["content"] == b"a+b=c%26d&l=1&l=true&o=%7B%22x%22%3A+1%7D"


def test_multipart() -> None:
    """Files, scalars, lists and objects are parts of their own media types."""
    file, stream = File(io.BytesIO(b"1"), "a.txt", "text/x"), io.BytesIO(b"2")
    value = {
        "f": file,
        "b": b"3",
        "s": stream,
        "t": True,
        "n": None,
        "l": ["x", "y"],
        "o": {"x": 1},
    }

    made = body("multipart/form-data", value)

    assert made["files"] == [
        ("f", ("a.txt", file.payload, "text/x")),
        ("b", ("upload", b"3", "application/octet-stream")),
        ("s", ("upload", stream, "application/octet-stream")),
        ("t", (None, b"true", "text/plain")),
        ("l", (None, b"x", "text/plain")),
        ("l", (None, b"y", "text/plain")),
        ("o", (None, b'{"x": 1}', "application/json")),
    ]


@pytest.mark.parametrize(
    ("value", "media_type", "part"),
    [
        pytest.param(b"1", "image/png", ("upload", b"1", "image/png"), id="bytes"),
        pytest.param(
            File("stream", "a.gif", "image/gif"),  # type: ignore[arg-type]  # compared only
            "image/png, image/*",
            ("a.gif", "stream", "image/gif"),
            id="a file of a media type of its own, which is allowed",
        ),
        pytest.param(
            File("stream"),  # type: ignore[arg-type]  # compared only
            "image/png",
            (None, "stream", "image/png"),
            id="a file",
        ),
        pytest.param(
            File("stream", mime_type="text/x"),  # type: ignore[arg-type]  # compared only
            "image/*, image/png",
            (None, "stream", "image/png"),
            id="a file of a media type that is not allowed",
        ),
        pytest.param(
            File("stream", mime_type="text/x"),  # type: ignore[arg-type]  # compared only
            "image/*",
            (None, "stream", "text/x"),
            id="a range",
        ),
        pytest.param("a", "application/json", (None, b'"a"', "application/json"), id="JSON"),
        pytest.param({"x": 1}, "a/b+json", (None, b'{"x": 1}', "a/b+json"), id="an object"),
        pytest.param(True, "text/x", (None, b"true", "text/x"), id="a scalar as text"),
        pytest.param(
            "é",
            "text/csv; charset=latin-1",
            (None, b"\xe9", "text/csv; charset=latin-1"),
            id="charset",
        ),
    ],
)
def test_part_of_a_named_media_type(value: Any, media_type: str, part: Any) -> None:
    """A part has a media type of the document; a file has its own if that is one of them."""
    asked = operation(body=s.Body("multipart/form-data", s.ANY, {"p": media_type}))

    made = encode(asked, {"body": {"p": value, "q": 1}})[1]

    assert made["files"] == [("p", part), ("q", (None, b"1", "text/plain"))]


@pytest.mark.parametrize(
    ("value", "style", "content"),
    [
        pytest.param(["a", "b/c"], {}, b"p%20q=a&p%20q=b%2Fc", id="exploded list"),
        pytest.param(["a", "b"], {"explode": False}, b"p%20q=a,b", id="list"),
        pytest.param({"a": {"b": 1}}, {"style": "deepObject"}, b"p%20q%5Ba%5D%5Bb%5D=1", id="deep"),
        pytest.param({"a": None}, {"style": "deepObject"}, b"", id="null"),
        pytest.param([{"a": 1}], {"style": "json"}, b"p%20q=%5B%7B%22a%22%3A1%7D%5D", id="JSON"),
        pytest.param("a/b", {"allow_reserved": True}, b"p%20q=a/b", id="reserved characters"),
    ],
)
def test_styled_member_of_a_form(value: Any, style: Any, content: bytes) -> None:
    """A member of a form is written like a parameter of a query, if the document says so."""
    stated: Any = {"style": "form", "explode": "style" not in style, **style}
    field = s.Parameter(name="p q", argument="body.p", place="query", schema=s.ANY, **stated)
    asked = operation(body=s.Body("application/x-www-form-urlencoded", s.ANY, {}, (field,)))

    made = encode(asked, {"body": {"p q": value, "r": None}})[1]

    assert made["content"] == content


def test_list_of_models_in_a_form() -> None:
    """Each item of a list is read by the schema of its items."""
    made = body("multipart/form-data", {"name": "a", "pets": [{"species": "cat"}]}, OWNER)

    assert made["files"][1] == ("pets", (None, b'{"species": "cat"}', "application/json"))


def test_multipart_without_parts() -> None:
    """It is still a form, which ends at once."""
    made = body("multipart/form-data", {})

    boundary = made["headers"]["Content-Type"].removeprefix("multipart/form-data; boundary=")
    assert made["content"] == f"--{boundary}--\r\n".encode()


@pytest.mark.parametrize(
    ("media_type", "value", "content", "sent_as"),
    [
        ("text/plain; charset=latin-1", "é", b"\xe9", "text/plain; charset=latin-1"),
        ("application/xml", "<é/>", "<é/>".encode(), "application/xml"),
        ("image/png", b"\0", b"\0", "image/png"),
        ("image/*", b"\0", b"\0", "application/octet-stream"),
    ],
)
def test_text_and_bytes(media_type: str, value: Any, content: bytes, sent_as: str) -> None:
    """Text is sent in its charset, bytes as they are."""
    made = body(media_type, value)

    assert (made["content"], made["headers"]["Content-Type"]) == (content, sent_as)


def test_file() -> None:
    """Its media type counts where the document leaves it open."""
    file = File(io.BytesIO(b"1"), mime_type="image/gif")

    assert body("image/*", file)["headers"]["Content-Type"] == "image/gif"
    assert body("image/png", file)["headers"]["Content-Type"] == "image/png"
    assert body("image/png", file)["content"] is file.payload


def test_without_a_body() -> None:
    """A body that is not set, or null where that is no JSON, is not sent."""
    assert body("application/json", UNSET) == {}
    assert body("text/plain", None) == {}
