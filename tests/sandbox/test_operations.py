"""Every operation of a document is served from its examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from persium_ext.sandbox import Sandbox
from persium_ext.sandbox.document import Document

from .documents import document, media, operation

Serve = Callable[..., httpx.Client]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve some paths, and return a client of their API."""
    with ExitStack() as stack:

        def start(paths: dict[str, object], **components: object) -> httpx.Client:
            sandbox = stack.enter_context(Sandbox(document=document(paths, **components)))
            client = httpx.Client(base_url=sandbox.api_base_url, trust_env=False)
            return stack.enter_context(client)

        yield start


WIDGET = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("response", "body"),
    [
        pytest.param(
            {"examples": {"one": {"value": {"id": 1}}, "two": {"value": 2}}, "schema": WIDGET},
            {"id": 1},
            id="first of several examples",
        ),
        pytest.param({"example": [1], "schema": WIDGET}, [1], id="example"),
        pytest.param(
            {"examples": {"one": {"$ref": "#/components/examples/Shown"}}}, {"id": 7}, id="$ref"
        ),
        pytest.param({"schema": {**WIDGET, "example": {"id": 3}}}, {"id": 3}, id="schema's"),
    ],
)
def test_body(serve: Serve, response: object, body: object) -> None:
    """The body is the first documented example."""
    client = serve(
        {"/widgets": {"get": operation("list", media(response))}},
        examples={"Shown": {"value": {"id": 7}}},
    )

    answer = client.get("/widgets")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == body


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        pytest.param(["404", "201", "202"], 201, id="lowest success"),
        pytest.param(["2XX"], 200, id="range"),
        pytest.param(["default"], 200, id="default"),
        pytest.param(["404"], 200, id="none"),
    ],
)
def test_status(serve: Serve, codes: list[str], status: int) -> None:
    """The status is the lowest documented success."""
    responses = {code: media({"example": code}) for code in codes}
    client = serve({"/w": {"post": {"security": [], "responses": responses}}})

    answer = client.post("/w")

    assert answer.status_code == status
    assert answer.content in {f'"{code}"'.encode() for code in codes} | {b""}


def test_no_content(serve: Serve) -> None:
    """204 has neither body nor length, and the connection is kept."""
    client = serve({"/w": {"delete": operation("remove", status="204")}})

    answers = [client.delete("/w") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert "Content-Length" not in answers[0].headers


@pytest.mark.parametrize(
    ("kind", "node", "told", "body"),
    [
        pytest.param("text/plain", {"example": "hello"}, "text/plain", b"hello", id="text"),
        pytest.param(
            "application/octet-stream",
            {"schema": {"type": "string", "format": "binary"}},
            "application/octet-stream",
            b"",
            id="binary",
        ),
        pytest.param(
            "application/problem+json; charset=utf-8",
            {"example": "a"},
            "application/problem+json; charset=utf-8",
            b'"a"',
            id="another JSON",
        ),
        pytest.param("image/*", {"example": "a"}, "application/octet-stream", b"a", id="range"),
        pytest.param("*/*", {"example": [1]}, "application/json", b"[1]", id="JSON in a range"),
        pytest.param("text/csv", {"example": [1]}, "text/csv", b"[1]", id="no text"),
    ],
)
def test_media_type(serve: Serve, kind: str, node: object, told: str, body: bytes) -> None:
    """JSON is written as JSON, text unchanged."""
    client = serve({"/w": {"get": operation("get", media(node, kind))}})

    answer = client.get("/w")

    assert answer.headers["Content-Type"] == told
    assert answer.content == body


def test_json_is_preferred(serve: Serve) -> None:
    """Of several media types JSON is the one that is sent."""
    kinds = {"text/plain": {"example": "a"}, "application/json": {"example": "b"}}
    client = serve({"/w": {"get": operation("get", {"content": kinds})}})

    assert client.get("/w").content == b'"b"'


def test_headers(serve: Serve) -> None:
    """Header fields that show an example are sent; framing is the server's."""
    headers = {
        "Location": {"$ref": "#/components/headers/Place"},
        "X-Schema": {"schema": {"type": "integer", "example": 7}},
        "X-Not-Shown": {"schema": {"type": "string"}},
        "Content-Length": {"example": "999"},
    }
    client = serve(
        {"/w": {"post": operation("make", {"headers": headers}, status="201")}},
        headers={"Place": {"example": "/w/1"}},
    )

    answer = client.post("/w")

    assert answer.headers["Location"] == "/w/1"
    assert answer.headers["X-Schema"] == "7"
    assert "X-Not-Shown" not in answer.headers
    assert answer.headers["Content-Length"] == "0"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param("/widgets/find", "find", id="words before parameters"),
        pytest.param("/widgets/a%2Fb", "get", id="encoded slash"),
        pytest.param("/widgets/7/photo.png", "photo", id="parameter within a segment"),
        pytest.param("/widgets/7/photos", None, id="too long"),
        pytest.param("/widgets/", None, id="empty parameter"),
    ],
)
def test_path(serve: Serve, path: str, name: str | None) -> None:
    """A path leads to the operation whose template matches."""
    client = serve(
        {
            "/widgets/{id}": {"get": operation("get", media({"example": "get"}))},
            "/widgets/find": {"get": operation("find", media({"example": "find"}))},
            "/widgets/{id}/photo.{kind}": {"get": operation("photo", media({"example": "photo"}))},
        }
    )

    answer = client.get(path)

    assert answer.status_code == (404 if name is None else 200)
    assert name is None or answer.json() == name


@pytest.mark.parametrize(
    ("security", "status"),
    [
        pytest.param({}, 401, id="the document's"),
        pytest.param({"security": [{"oauth2": []}]}, 401, id="its own"),
        pytest.param({"security": []}, 200, id="none"),
        pytest.param({"security": [{}, {"oauth2": []}]}, 200, id="optional"),
    ],
)
def test_security(serve: Serve, security: dict[str, object], status: int) -> None:
    """A token is needed where the operation, else the document, says so."""
    client = serve({"/w": {"get": {"operationId": "w", "responses": {}, **security}}})

    assert client.get("/w").status_code == status


@pytest.mark.parametrize(("cursor", "last"), [("abc", ""), (7, 0), (None, None)])
def test_second_page_is_the_last(serve: Serve, cursor: object, last: object) -> None:
    """A client that follows ``next_cursor`` reaches a page whose cursor is empty."""
    page = {"items": [1], "next_cursor": cursor}
    client = serve({"/w": {"get": operation("list", media({"example": page}))}})

    assert client.get("/w").json() == page
    assert client.get("/w", params={"cursor": "abc"}).json() == {**page, "next_cursor": last}


def test_cursor_without_pages(serve: Serve) -> None:
    """A cursor in the query changes no response that has no pages."""
    client = serve({"/w": {"get": operation("w", media({"example": [1]}))}})

    assert client.get("/w?cursor=1").json() == [1]


@pytest.mark.parametrize(
    "response",
    [
        pytest.param({"schema": WIDGET}, id="none"),
        pytest.param({"examples": {"a": {"externalValue": "https://x.test"}}}, id="elsewhere"),
    ],
)
def test_no_example(serve: Serve, response: object) -> None:
    """Where the document shows no example of a JSON body, 501 names what lacks one."""
    client = serve({"/w": {"get": operation("listWidgets", media(response))}})

    answer = client.get("/w")

    assert answer.status_code == 501
    assert answer.json() == {
        "error": "no_example",
        "error_description": "the OpenAPI document shows no example of the response 200 "
        "(application/json) of listWidgets: add one",
    }


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        pytest.param("other.yaml#/Me", "outside the document", id="elsewhere"),
        pytest.param("#/components/nothing", "nothing", id="nowhere"),
    ],
)
def test_bad_reference(reference: str, words: str) -> None:
    """A reference without a target in the document is an error."""
    with pytest.raises(LookupError, match=words):
        Document(document({})).resolve({"$ref": reference})


def test_escaped_reference() -> None:
    """A reference may name a path, its slashes escaped (RFC 6901)."""
    item = operation("w")

    found = Document(document({"/a b": {"get": item}})).resolve({"$ref": "#/paths/~1a%20b/get"})

    assert found == item


def test_token_endpoint_is_not_an_operation() -> None:
    """The token endpoint is known by the scheme's ``tokenUrl`` and keeps its own name."""
    described = Document(document({"/w": {"get": operation("w")}}))

    assert [o.operation_id for o in described.operations] == ["w"]
    assert described.token_operation == "fetchToken"


def test_path_servers_alone_make_no_token_endpoint() -> None:
    """A path with servers of its own is an operation like others."""
    item = {"servers": [{"url": "https://b.test"}], "get": operation("w")}

    assert Document(document({"/w": item})).find("/w") is not None


def test_packaged_document() -> None:
    """The packaged document is the one that is served by default."""
    names = [each.operation_id for each in Document.packaged().operations]

    assert "getMe" in names
    assert "requestToken" not in names
