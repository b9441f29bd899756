"""The proof finds what is altered in one place of the facade: a table, a signature, a type."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import prove
from codegen.errors import DocumentError
from codegen.prove import run
from codegen.read.document import Document

from .conftest import copied

STYLED_DAYS = """argument="body.days",
                place="query",
                schema=_s.ANY,
                style="form\""""
TABLES = {
    'argument="where_json"': 'argument="x_where"',
    'argument="x_where"': 'argument="where_json"',
    'style="deepObject"': 'style="form"',
    'SortByItem)),\n            style="form",\n            explode=True': (
        'SortByItem)),\n            style="form",\n            explode=False'
    ),
    'argument="if_modified_since",\n            place="header"': (
        'argument="if_modified_since",\n            place="query"'
    ),
    '"4XX": Http4xxError,': "",
    '"default": OtherStatusError,': "",
    "404: NotFoundError,": "404: ServiceUnavailableError,",
    '"204": None,': "",
    '_s.Content("text/plain", _s.TEXT)': '_s.Content("text/plain", _s.BINARY)',
    'accept="text/plain, */*;q=0.1"': 'accept="image/png"',
    '"about": "application/vnd.about+json"': '"fileLabels": "application/json"',
    '_s.Body("application/octet-stream"': '_s.Body("application/pdf"',
    STYLED_DAYS: STYLED_DAYS.replace('"form"', '"pipeDelimited"'),
    'operation_id="headThing"': 'operation_id="another"',
    "models.ThingState,": "",
}
"""Tables that are altered."""
SIGNATURES = {
    "page_size: int | Unset = UNSET": "page_size: int | Unset = 25",
    "_dicts.SendNoteBodyDict | Unset = UNSET": "_dicts.SendNoteBodyDict",
    "body: File,": "body: File | None = None,",
    "thing_id: str,\n        *,": "*,\n        thing_id: str,",
    ' -> str:\n        """Call POST /notes': ' -> bytes:\n        """Call POST /notes',
    " -> _abc.Iterator[datetime.date]": " -> _abc.Iterator[str]",
    "sort_by: list[GetThingSortByItem]": "sort_by: list[int]",
    '"bornOn": "_t.NotRequired': '"bornedOn": "_t.NotRequired',
    '"weight": "_t.NotRequired[float]"': '"weight": "float"',
    '"names": "_t.NotRequired[list[str]]"': '"names": "_t.NotRequired[list[int]]"',
}
"""Signatures and types that are altered."""
ALTERED = TABLES | SIGNATURES
"""Both at once: each proof costs a process."""
CHECKS = {
    "def body(self) -> Problem | None": "def body(self) -> Level | None",
    '(_s.Member("fullName", "full_name", _s.TEXT, required=True),)': (
        '(_s.Member("fullName", "full_name", _s.TEXT, required=False),)'
    ),
    '"createdAt", "created_at", _s.DATE_TIME, required=True': (
        '"createdAt", "created_at", _s.DATE_TIME, required=False'
    ),
    '_s.Content("application/json", _s.Array(_s.TEXT))': '_s.Content("application/json", _s.ANY)',
    "    _models.ThingCounts,\n    lambda: (\n        (),\n        _s.INTEGER,": (
        "    _models.ThingCounts,\n    lambda: (\n        (),\n        _s.ANY,"
    ),
    '"leftSide", "left_side", _s.TEXT': '"leftSide", "left_side", _s.ANY',
    '"title", "title", _s.TEXT': '"title", "title", _s.ANY',
    '"madeAfter", "made_after", _s.DATE_TIME, required=True': (
        '"madeAfter", "made_after", _s.DATE_TIME, required=False'
    ),
    '"file", "file", _s.BINARY, required=True': '"file", "file", _s.BINARY, required=False',
    '_s.Member("size", "size", _s.INTEGER, required=False),),\n        _s.ANY,\n    ),\n': (
        '_s.Member("size", "size", _s.INTEGER, required=False),),\n'
        "        _s.ANY,\n    ),\n    extensible=True,\n"
    ),
}
"""Tables that accept what the document does not allow, and a type that an altered table hides."""

TWINS = {
    '-> _op.Typed[Thing]:\n            """``AsyncThingsOperations.get_thing``': (
        '-> _op.Typed[Named]:\n            """``AsyncThingsOperations.get_thing``'
    ),
    ") -> _abc.AsyncGenerator[datetime.date, None]:": ") -> _abc.AsyncGenerator[str, None]:",
    "            thing_id: str,\n            *,": "            thing_id: int,\n            *,",
    "async def send_note(\n            self": "def send_note(\n            self",
    "-> _abc.Iterator[_op.Typed[str]]": "-> _abc.Iterator[_op.Typed[int]]",
    "        async def is_there(": "        async def is_it_there(",
}
"""Declarations that type checkers alone see, or that differ in the asynchronous class."""


@pytest.fixture(scope="module")
def complaints(
    request: pytest.FixtureRequest,
    shop: Document,
    right: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, ...]:
    """Return the complaints about a package with the given changes."""
    package = copied(right, tmp_path_factory.mktemp("altered"), request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "MAX_LINES", 1_000)
        with pytest.raises(DocumentError) as caught:
            prove.verify(shop, package)
    return caught.value.complaints


@pytest.mark.parametrize("complaints", [ALTERED], indirect=True, ids=[""])
@pytest.mark.parametrize(
    "complaint",
    [
        pytest.param(
            "GET /search (search): query parameter whereJson: expected", id="argument of another"
        ),
        pytest.param(
            "DELETE /raw (dropRaw): query parameter filter: expected [('filter[from]', '1')",
            id="deepObject",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): query parameter sortBy: expected", id="exploded list"
        ),
        pytest.param(
            "DELETE /raw (dropRaw): header parameter If-Modified-Since: expected", id="date of HTTP"
        ),
        pytest.param(
            "DELETE /raw (dropRaw): response 418 application/json: expected a class of its own",
            id="class of 4XX",
        ),
        pytest.param(
            "DELETE /raw (dropRaw): response 520 application/json: expected a class of its own",
            id="class of other statuses",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): response 503: expected a class of its own, seen Ser",
            id="class of another status",
        ),
        pytest.param(
            "GET /search (search): response 204: expected no warning", id="status of a success"
        ),
        pytest.param(
            "POST /notes (sendNote): response 200 text/plain the value: expected 'text'", id="text"
        ),
        pytest.param(
            "POST /notes (sendNote): header Accept: expected text/plain evenly, seen image/png",
            id="Accept",
        ),
        pytest.param(
            "POST /forms (sendForm): request body /days: expected [('days', '2026-01-31,2024-02-29",
            id="list in a form",
        ),
        pytest.param(
            "POST /files (sendFile): request body /about: expected a part of application/vnd.about",
            id="media type of a part",
        ),
        pytest.param(
            "POST /files (sendFile): request body /fileLabels: expected a part of text/plain",
            id="media type of a part that has its own",
        ),
        pytest.param(
            "PUT /raw (putRaw): request body media type: expected application/octet-stream, seen",
            id="media type of a body",
        ),
        pytest.param(
            "HEAD /things/{thingId} (headThing): response 599 operation: expected headThing",
            id="operation of an error",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): response 200 application/json: expected {",
            id="open enum",
        ),
    ],
)
def test_tables(complaints: tuple[str, ...], complaint: str) -> None:
    """What is sent, or decoded, differs from what the document says."""
    assert [each for each in complaints if each.startswith(complaint)]


@pytest.mark.parametrize("complaints", [ALTERED], indirect=True, ids=[""])
@pytest.mark.parametrize(
    "complaint",
    [
        pytest.param(
            "GET /things/{thingId} (getThing): query: expected nothing else, seen [('pageSize', '2",
            id="default that nobody gave",
        ),
        pytest.param(
            "POST /notes (sendNote): request body in Python: expected optional, seen required",
            id="body that may be left out",
        ),
        pytest.param(
            "PUT /raw (putRaw): request body in Python: expected required, seen optional",
            id="body that is required",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): arguments by position: expected thing_id, seen ",
            id="arguments by position",
        ),
        pytest.param(
            "POST /notes (sendNote): result the value: expected bytes, seen File", id="result"
        ),
        pytest.param(
            "GET /days (listDays): iter_days /0: expected str, seen datetime.date",
            id="items of an iterator",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): query parameter sortBy in Python /0: expected int",
            id="argument",
        ),
        pytest.param(
            "PUT /things/{thingId} (putThing): request body as a dict in Python /bornOn: expected",
            id="name of a member of a dict",
        ),
        pytest.param(
            "PUT /things/{thingId} (putThing): request body as a dict in Python /weight: expected",
            id="required member of a dict",
        ),
        pytest.param(
            "GET /search (search): query parameter whereJson as a dict in Python /names/0: expec",
            id="type of a member of a dict",
        ),
    ],
)
def test_signatures(complaints: tuple[str, ...], complaint: str) -> None:
    """Type checkers are promised what is not so."""
    assert [each for each in complaints if each.startswith(complaint)]


@pytest.mark.parametrize("complaints", [CHECKS], indirect=True, ids=[""])
@pytest.mark.parametrize(
    "complaint",
    [
        pytest.param(
            "GET /events (listEvents): response 200 application/json /items/0/fullName missing: "
            "expected ResponseDecodeError, seen TypeError",
            id="required member of a response",
        ),
        pytest.param(
            "PUT /things/{thingId} (putThing): request body /createdAt missing: "
            "expected ValueError, seen InternalServerError",
            id="required member of a dict",
        ),
        pytest.param(
            "GET /rows (listRows): response 200 application/json of another type: "
            "expected ResponseDecodeError, seen 'a'",
            id="type of a response",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): response 200 application/json "
            "/counts/further-One of another type: expected ResponseDecodeError, seen Thing",
            id="type of a further member",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): response 200 application/json "
            "/either/leftSide of another type: expected ResponseDecodeError, seen Thing",
            id="member of a variant",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): response 404 application/problem+json "
            "/title of another type: expected an error without a typed body, seen Pr",
            id="member of an error",
        ),
        pytest.param(
            "GET /search (search): query parameter whereJson /madeAfter missing: "
            "expected ValueError, seen InternalServerError",
            id="required member of a parameter",
        ),
        pytest.param(
            "POST /files (sendFile): request body /file missing: "
            "expected ValueError, seen InternalServerError",
            id="required part of a form",
        ),
        pytest.param(
            "POST /forms (sendForm): request body /rows/0/not-a-member unknown: "
            "expected ValueError, seen InternalServerError",
            id="unknown member of a dict",
        ),
        pytest.param(
            "DELETE /raw (dropRaw): response 418 application/json the value: expected Level",
            id="body of an error",
        ),
    ],
)
def test_checks(complaints: tuple[str, ...], complaint: str) -> None:
    """What the document does not allow is no error, or an error is not of the promised type."""
    assert [each for each in complaints if each.startswith(complaint)]


@pytest.mark.parametrize("complaints", [TWINS], indirect=True, ids=[""])
@pytest.mark.parametrize(
    "complaint",
    [
        "ThingsOperationsWithDownload.get_thing: expected self, thing_id: str, *,",
        "AsyncThingsOperations.iter_days: expected self, *, x_zone: str | Unset=UNSET -> _abc.A",
        "AsyncThingsOperationsWithResponse.send_note: expected async self, body:",
        "ThingsOperationsWithResponse.iter_leaves: expected self, *, page: int | Unset=UNSET -> _a",
        "AsyncThingsOperationsWithResponse.is_there: expected async self, thing_id: str -> _op.Ty",
    ],
)
def test_twins(complaints: tuple[str, ...], complaint: str) -> None:
    """A class beside a namespace takes other arguments, or promises another result."""
    assert [each for each in complaints if each.startswith(complaint)]
