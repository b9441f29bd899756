"""The proof accepts the package that was written, and finds one that does something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import __main__ as codegen
from codegen import prove
from codegen.errors import DocumentError
from codegen.prove import run
from codegen.read.document import Document

from .conftest import copied


def test_written_package_is_right(shop: Document, right: Path) -> None:
    """It is accepted, but for what can't be tried, and nothing is written into its folder."""
    before = sorted(right.rglob("*"))

    assert prove.verify(shop, right) == ["GET /things/{thingId}: header parameter X-Odd"]

    assert sorted(right.rglob("*")) == before


CHANGES = {
    '"createdAt"': '"createdOn"',
    '"pageSize"': '"pagesize"',
    "allow_reserved=True": "allow_reserved=False",
    'style="json"': 'style="simple"',
    '"X-Trace"': '"X-Trail"',
    '"/things/': '"/thing/',
    'method="PUT"': 'method="POST"',
    'path="/raw",\n    secured=True': 'path="/raw",\n    secured=False',
    "secured=False": "secured=True",
    "404: NotFoundError,": "",
    '"2XX"': '"201"',
    '"noteText"': '"note_text"',
    '"fileLabels"': '"filelabels"',
    "image/*, image/png": "text/*, text/png",
    # how pages follow one another
    'kind="cursor"': 'kind="link"',
    'kind="offset"': 'kind="page"',
    "first=1": "first=0",
    "def iter_days(": "def other_days(",
    # an operation without a method, and a module that no call needs
    "def drop_raw(": "def drop_another(",
    "def _get_kwargs(\n    thing_id": "raise ValueError('broken')\ndef _get_kwargs(\n    thing_id",
}
"""What is broken in the package, all at once."""


@pytest.fixture(scope="module")
def complaints(
    shop: Document, right: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, ...]:
    """Return the complaints about a package with all ``CHANGES``."""
    package = copied(right, tmp_path_factory.mktemp("broken"), CHANGES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "MAX_LINES", 1_000)
        with pytest.raises(DocumentError) as caught:
            prove.verify(shop, package)
    return caught.value.complaints


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        pytest.param(
            "PUT /things/{thingId} (putThing): request body /createdAt",
            "expected '2026-01-31T09:30:00Z', seen nothing",
            id="member that is sent",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): response 200 application/json",
            "expected",
            id="member that is read",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): query parameter pageSize",
            "expected [('pageSize', '1')], seen []",
            id="query parameter",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): header parameter X-Trace",
            "expected 'text', seen None",
            id="header parameter",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): query parameter fileGlob",
            "expected / as it is, seen '%2F'",
            id="reserved character",
        ),
        pytest.param(
            "GET /search (search): call",
            "expected a request, seen ValueError: where_json",
            id="JSON in the query",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): path",
            "expected /things/text, seen /thing/text",
            id="path",
        ),
        pytest.param(
            "PUT /raw (putRaw): method",
            "expected PUT, seen 'POST'",
            id="method",
        ),
        pytest.param(
            "PUT /raw (putRaw): security",
            "expected a token, seen none",
            id="token left out",
        ),
        pytest.param(
            "HEAD /things/{thingId} (headThing): security",
            "expected no token, seen one",
            id="token sent",
        ),
        pytest.param(
            "GET /things/{thingId} (getThing): response 404 application/problem+json",
            "expected a class of its own, seen ApiStatusError",
            id="error class",
        ),
        pytest.param(
            "POST /files (sendFile): response 200 application/octet-stream",
            "seen None",
            id="range of successes",
        ),
        pytest.param(
            "POST /pictures (sendPictures): request body /pictures",
            "expected a part of image/*, image/png, image/jpeg, seen 'text/png'",
            id="media type of a part",
        ),
        pytest.param(
            "POST /notes (sendNote): request body /noteText",
            "expected [('noteText', 'text')], seen []",
            id="member of a form",
        ),
        pytest.param(
            "POST /files (sendFile): request body /fileLabels",
            "seen []",
            id="part of a multipart body",
        ),
        pytest.param(
            "DELETE /raw (dropRaw): method",
            "expected one, seen none",
            id="method that is left out",
        ),
        pytest.param(
            "module persium_api.api.things.get_thing",
            "expected to be imported, seen ValueError: broken",
            id="module that fails to import",
        ),
        pytest.param(
            "GET /days (listDays): iterator over its pages",
            "expected one, seen none",
            id="iterator that is left out",
        ),
        pytest.param(
            "GET /events (listEvents): iter_events requests",
            "expected 3, seen 1",
            id="pages by cursor",
        ),
        pytest.param(
            "GET /leaves (listLeaves): iter_leaves page 2 query parameter page",
            "expected [('page', '2')], seen [('page', '1')]",
            id="pages by number",
        ),
        pytest.param(
            "GET /rows (listRows): iter_rows page 2 query parameter offset",
            "expected [('offset', '3')], seen [('offset', '2')]",
            id="pages by offset",
        ),
    ],
)
def test_fault_is_named(complaints: tuple[str, ...], operation: str, words: str) -> None:
    """A complaint names the operation, the member, what was expected and what was seen."""
    assert [each for each in complaints if each.startswith(operation) and words in each]
    assert complaints[-1].startswith("the client would not do what the document says")


def test_package_that_fails_to_import_is_rejected(
    shop: Document, right: Path, tmp_path: Path
) -> None:
    """The complaint is the last line of the traceback."""
    package = copied(right, tmp_path, {"class Api:": 'raise ValueError("broken")\nclass Api:'})

    with pytest.raises(DocumentError) as caught:
        prove.verify(shop, package)

    words = "the generated package can't be used: ValueError: broken"
    assert caught.value.complaints == (words,)


def test_many_faults_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a number of lines, the rest is a count."""
    monkeypatch.setattr(run, "MAX_LINES", 1)

    assert run.shortened(["a", "b", "c"]) == ["a", "and 2 more"]
    assert run.shortened(["a"]) == ["a"]


def test_what_is_not_proved_is_a_warning(
    monkeypatch: pytest.MonkeyPatch,
    shop: Document,
    right: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A parameter of which no value could be made does not stop the generation."""
    monkeypatch.setattr(prove, "verify", lambda *_: ["GET /a: header parameter X-B"])

    codegen._prove(shop, right)  # noqa: SLF001  # the command, without writing

    words = "header parameter X-B: no value could be made, so it is not proved"
    assert capsys.readouterr().err == f"warning: GET /a: {words}\n"
