"""Every operation of the grown API, called through persium_ext over a real socket.

Run by ``test_growth.py``, in a process where ``persium_api`` is the grown package.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from persium_api.facade.errors import (
    ApiStatusError,
    Http499Error,
    NotFoundError,
    ResponseDecodeError,
    UnprocessableEntityError,
)
from persium_api.models import (
    NewWidget,
    Painted,
    Problem,
    Sold,
    UploadPhotoBody,
    WidgetPatch,
    WidgetSize,
    WidgetStatus,
)
from persium_api.types import UNSET, File

from tests.seam.generated import conftest

from .server import Answer, Server

Call = Callable[[Callable[[Any], Any]], Any]
CALLERS = {__file__, conftest.__file__}
NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
WIDGET = {"id": "w1", "status": "new", "created_at": "2026-01-02T12:00:00Z", "note": None}
PROBLEM = {"title": "No such widget", "new_member": 1}


def test_model(call: Call, server: Server) -> None:
    """A plain model comes back typed, its token was sent, and new members are kept."""
    server.answer(
        "GET /me",
        Answer(
            json={
                "client_id": "c",
                "organisation_uuid": "8d2f1a3e-1234-4c1b-9999-abcdefabcdef",
                "new_member": {"deep": [1]},
            }
        ),
    )

    me = call(lambda api: api.identity.get_me())

    assert me.organisation_uuid.hex == "8d2f1a3e12344c1b9999abcdefabcdef"
    assert me["new_member"] == {"deep": [1]}
    assert server.only.headers["authorization"] == "Bearer t0k3n"


def test_query(call: Call, server: Server) -> None:
    """Query parameters are written as the document says; those left out are not sent."""
    server.answer("GET /widgets", Answer(json={"items": [WIDGET], "next_cursor": None}))

    page = call(
        lambda api: api.widgets.list_widgets(
            status=WidgetStatus.READY,
            label=["a b", "c&d"],
            created_after=NOON,
            archived=False,
        )
    )

    assert server.only.query == [
        ("status", "ready"),
        ("label", "a b"),
        ("label", "c&d"),
        ("createdAfter", "2026-01-02T12:00:00+00:00"),
        ("archived", "false"),
    ]
    assert page.items[0].created_at == NOON
    assert page.items[0].note is None
    assert page.items[0].parent is UNSET


def test_unknown_enum_value(call: Call, server: Server) -> None:
    """Values that this client does not know become members that equal them."""
    widget = {**WIDGET, "status": "molten", "size": 3, "trend": "sideways"}
    server.answer("GET /widgets/w1", Answer(json=widget))

    widget = call(lambda api: api.widgets.get_widget("w1"))

    assert isinstance(widget.status, WidgetStatus)
    assert widget.status == "molten"
    assert widget.status.value == "molten"
    assert isinstance(widget.size, WidgetSize)
    assert widget.size == 3
    assert widget.trend == "sideways"
    assert widget.to_dict()["status"] == "molten"


def test_wrong_type_of_enum(call: Call, server: Server) -> None:
    """An enum is open to new values, not to values of another type."""
    server.answer("GET /widgets/w1", Answer(json={**WIDGET, "status": 1}))

    with pytest.raises(ResponseDecodeError):
        call(lambda api: api.widgets.get_widget("w1"))


def test_pages(call: Call, server: Server) -> None:
    """The iterator follows the cursor to the last page, with the other parameters kept."""
    pages = [([{**WIDGET, "id": "a"}], "2"), ([], "3"), ([{**WIDGET, "id": "b"}], "")]
    server.answer(
        "GET /widgets",
        *(Answer(json={"items": items, "next_cursor": after}) for items, after in pages),
    )

    widgets = call(lambda api: api.widgets.iter_widgets(limit=1))

    assert [widget.id for widget in widgets] == ["a", "b"]
    assert [seen.query for seen in server.seen] == [
        [("limit", "1")],
        [("cursor", "2"), ("limit", "1")],
        [("cursor", "3"), ("limit", "1")],
    ]


@pytest.mark.parametrize("last", [{}, {"next_cursor": None}, {"next_cursor": "a"}])
def test_last_page(call: Call, server: Server, last: dict[str, object]) -> None:
    """The iterator stops without a cursor, and at one that it has been at before."""
    server.answer(
        "GET /widgets",
        Answer(json={"items": [WIDGET], "next_cursor": "a"}),
        Answer(json={"items": [WIDGET], "next_cursor": "b"}),
        Answer(json={"items": [WIDGET], **last}),
    )

    assert len(call(lambda api: api.widgets.iter_widgets())) == 3


def test_json_body(call: Call, server: Server) -> None:
    """A body goes out as JSON, null as null and what is left out not at all."""
    server.answer("POST /widgets", Answer(201, json=WIDGET))
    body = NewWidget(name="n", ready_at=NOON, note=None)

    widget = call(lambda api: api.widgets.create_widget(body=body, idempotency_key="once"))

    assert server.only.json == {
        "name": "n",
        "ready_at": "2026-01-02T12:00:00+00:00",
        "note": None,
    }
    assert server.only.headers["content-type"] == "application/json"
    assert server.only.headers["idempotency-key"] == "once"
    assert widget.status is WidgetStatus.NEW


def test_path(call: Call, server: Server) -> None:
    """What is put into a path can't leave its segment, and dates are written as dates."""
    server.answer("GET /widgets/a%2Fb%3Fc%C3%A9", Answer(json=WIDGET))

    call(lambda api: api.widgets.get_widget("a/b?cé", at=NOON, day=date(2026, 1, 2)))

    assert server.only.query == [("at", "2026-01-02T12:00:00+00:00"), ("day", "2026-01-02")]


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_path_that_leads_elsewhere(call: Call, server: Server, name: str) -> None:
    """Nothing is sent where a parameter would make another path."""
    with pytest.raises(ValueError, match="widget_id must not be"):
        call(lambda api: api.widgets.delete_widget(name))
    assert server.seen == []


def test_date_time_in_path(call: Call, server: Server) -> None:
    """A date-time in a path is RFC 3339, and each variant of a oneOf is told apart."""
    server.answer(
        "GET /widgets/w1/history/2026-01-02T12%3A00%3A00%2B00%3A00",
        Answer(json=[{"kind": "painted", "colour": "red"}, {"kind": "sold", "buyer": "b"}]),
    )

    events = call(lambda api: api.widgets.get_history("w1", NOON))

    assert [type(event) for event in events] == [Painted, Sold]


def test_two_successes(call: Call, server: Server) -> None:
    """An operation with two ways to succeed returns a model, or None."""
    server.answer("PATCH /widgets/w1", Answer(200, json=WIDGET), Answer(204))

    first = call(lambda api: api.widgets.update_widget("w1", body=WidgetPatch(note=None)))
    second = call(lambda api: api.widgets.update_widget("w1"))

    assert (first.id, second) == ("w1", None)
    assert server.seen[0].json == {"note": None}
    assert server.seen[1].body == b""


def test_no_content(call: Call, server: Server) -> None:
    """A 204 returns None."""
    server.answer("DELETE /widgets/w1", Answer(204))

    assert call(lambda api: api.widgets.delete_widget("w1")) is None


def test_upload(call: Call, server: Server) -> None:
    """A file goes out whole, even if it holds what looks like a boundary."""
    server.answer("PUT /widgets/w1/photo", Answer(201))
    content = b"\r\n--+++\r\n\x00\xff\r\n--+++--\r\n"
    file = File(payload=io.BytesIO(content), file_name="p.png", mime_type="image/png")

    call(lambda api: api.widgets.upload_photo("w1", body=UploadPhotoBody(file, caption="Hi")))

    seen = server.only
    media, _, boundary = seen.headers["content-type"].partition("; boundary=")
    [_, first, second, end] = seen.body.split(f"--{boundary}".encode())
    assert media == "multipart/form-data"
    assert b'name="file"; filename="p.png"' in first
    assert first.endswith(b"image/png\r\n\r\n" + content + b"\r\n")
    assert second.endswith(b"\r\n\r\nHi\r\n")
    assert end == b"--\r\n"


def test_download(call: Call, server: Server) -> None:
    """Bytes come back as they are, and are asked for as such."""
    media = "application/octet-stream"
    server.answer("GET /widgets/w1/photo", Answer(raw=b"\x00\xff", media=media))

    photo = call(lambda api: api.widgets.download_photo("w1"))

    assert photo.payload.read() == b"\x00\xff"
    assert server.only.headers["accept"] == f"{media}, */*;q=0.1"


def test_bytes_out(call: Call, server: Server) -> None:
    """A body of bytes goes out as it is."""
    server.answer("POST /reports", Answer(202, json={"id": 1}))

    report = call(lambda api: api.reports.create_report(body=File(payload=io.BytesIO(b"\x00\xff"))))

    assert report.id == 1
    assert server.only.body == b"\x00\xff"
    assert server.only.headers["content-type"] == "application/octet-stream"


def test_text_without_token(call: Call, server: Server) -> None:
    """An operation without security is called without a token."""
    server.answer("GET /health", Answer(raw=b"fine", media="text/plain"))

    assert call(lambda api: api.reports.get_health()) == "fine"
    assert "authorization" not in server.only.headers


def test_deprecated(call: Call, server: Server) -> None:
    """A deprecated operation works and warns, naming the caller's line."""
    page = {"items": [WIDGET], "next_cursor": 7}
    server.answer("GET /widgets/find", Answer(json=page), Answer(json={"items": None}))

    with pytest.warns(DeprecationWarning, match=r"widgets.find_widgets\(\) is") as warnings:
        found = call(lambda api: api.widgets.find_widgets(from_="a"))

    assert len(found.items) == 1
    assert len(warnings) == 1
    assert warnings[0].filename in CALLERS
    assert server.only.query == [("from", "a")]


def test_deprecated_pages(call: Call, server: Server) -> None:
    """Its iterator warns once, however many pages there are."""
    page = {"items": [WIDGET], "next_cursor": 7}
    server.answer("GET /widgets/find", Answer(json=page), Answer(json={"items": None}))

    with pytest.warns(DeprecationWarning, match=r"iter_find_widgets\(\) is") as warnings:
        found = call(lambda api: api.widgets.iter_find_widgets(old=2))

    assert len(found) == 1
    assert len(warnings) == 1
    assert warnings[0].filename in CALLERS
    assert server.seen[1].query == [("cursor", "7"), ("old", "2")]


def test_typed_error(call: Call, server: Server) -> None:
    """A documented error has its documented body."""
    media = "application/problem+json"
    server.answer("GET /widgets/w1", Answer(404, json=PROBLEM, media=media))

    with pytest.raises(NotFoundError) as caught:
        call(lambda api: api.widgets.get_widget("w1"))

    assert isinstance(caught.value.body, Problem)
    assert caught.value.body.title == "No such widget"
    assert caught.value.body["new_member"] == 1
    assert caught.value.operation == "getWidget"


def test_referenced_error(call: Call, server: Server) -> None:
    """A response by reference is as good as one written out."""
    server.answer("POST /widgets", Answer(422, json={"title": "t", "field": "name"}))

    with pytest.raises(UnprocessableEntityError) as caught:
        call(lambda api: api.widgets.create_widget(body=NewWidget(name="")))

    assert caught.value.body == Problem(title="t", field="name")


def test_error_with_another_body(call: Call, server: Server) -> None:
    """A body that is not the documented one is no lie about its type: it is None, and the text."""
    server.answer("DELETE /widgets/w1", Answer(404, json=["gone"]))

    with pytest.raises(NotFoundError) as caught:
        call(lambda api: api.widgets.delete_widget("w1"))

    assert caught.value.body is None
    assert caught.value.text == '["gone"]'


def test_nameless_status(call: Call, server: Server) -> None:
    """A status that HTTP has no name for has an error of its own all the same."""
    server.answer("GET /widgets/w1/history/2026-01-02T12%3A00%3A00%2B00%3A00", Answer(499))

    with pytest.raises(Http499Error):
        call(lambda api: api.widgets.get_history("w1", NOON))


def test_status_of_the_token_endpoint(call: Call, server: Server) -> None:
    """What only the token endpoint documents is no error class of the API."""
    server.answer("GET /me", Answer(418))

    with pytest.raises(ApiStatusError) as caught:
        call(lambda api: api.identity.get_me())

    assert type(caught.value) is ApiStatusError
