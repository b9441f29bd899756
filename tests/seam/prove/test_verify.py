"""The proof accepts the package that was written, and finds one that does something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codegen import __main__ as codegen
from codegen import prove
from codegen.document import Document
from codegen.errors import DocumentError
from codegen.prove import run

from .conftest import SHOP, copied

Break = Callable[[str, str], tuple[str, ...]]


def test_written_package_is_right(shop: Document, right: Path) -> None:
    """The package is accepted, all of it is tried, and nothing is written into its folder."""
    before = sorted(right.rglob("*"))

    assert prove.verify(shop, right) == []

    assert sorted(right.rglob("*")) == before


CHANGES = {
    '"createdAt"': '"createdOn"',
    '"pageSize"': '"pagesize"',
    "allow_reserved=True": "allow_reserved=False",
    'style="json"': 'style="simple"',
    '"X-Trace"': '"X-Trail"',
    '"/things/': '"/thing/',
    'method="PUT"': 'method="POST"',
    "secured=True": "secured=False",
    "secured=False": "secured=True",
    "404: NotFoundError,": "",
    '"2XX"': '"201"',
    '"noteText"': '"note_text"',
    '"fileLabels"': '"filelabels"',
    "image/*, image/png": "text/*, text/png",
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
    ],
)
def test_fault_is_named(complaints: tuple[str, ...], operation: str, words: str) -> None:
    """A complaint names the operation, the member, what was expected and what was seen."""
    assert [each for each in complaints if each.startswith(operation) and words in each]
    assert complaints[-1].startswith("the client would not do what the document says")


def test_method_that_is_left_out(broken: Break) -> None:
    """An operation without a method is a fault of the package."""
    complaints = broken("def put_raw(", "def put_another(")

    assert "PUT /raw (putRaw): method: expected one, seen none" in complaints


def test_package_that_fails_to_import_is_rejected(broken: Break) -> None:
    """The complaint is the last line of the traceback."""
    complaints = broken("class Api:", 'raise ValueError("broken")\nclass Api:')

    assert complaints == ("the generated package can't be used: ValueError: broken",)


def test_module_that_fails_to_import_is_named(broken: Break) -> None:
    """Modules that no call needs are tried, too."""
    complaints = broken(
        "def _get_kwargs(\n    thing_id",
        "raise ValueError('broken')\ndef _get_kwargs(\n    thing_id",
    )

    words = (
        "module persium_api.api.things.put_thing: expected to be imported, seen ValueError: broken"
    )
    assert words in complaints


def test_many_faults_are_counted(broken: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a number of lines, the rest is a count."""
    monkeypatch.setattr(run, "MAX_LINES", 1)

    complaints = broken("secured=True", "secured=False")

    assert len(complaints) == 3
    assert complaints[1] == "and 10 more"


def test_what_is_not_proved_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A parameter of which no value could be made does not stop the generation."""
    text = SHOP.read_text().replace(
        "name: X-Trace, in: header, schema: {type: string}",
        "name: X-Trace, in: header, schema: {type: string, pattern: '^x{9}$'}",
    )
    spec = tmp_path / "spec.yaml"
    spec.write_text(text)

    assert codegen.main(["--spec", str(spec), "--output", str(tmp_path / "persium_api")]) == 0

    words = "header parameter X-Trace: no value could be made, so it is not proved"
    assert f"warning: GET /things/{{thingId}}: {words}" in capsys.readouterr().err.splitlines()


PAGES = {
    'kind="cursor"': 'kind="link"',
    'kind="offset"': 'kind="page"',
    "first=1": "first=0",
    "def iter_days(": "def other_days(",
}
"""What is broken in how pages follow one another."""


def test_fault_of_an_iterator_is_named(shop: Document, right: Path, tmp_path: Path) -> None:
    """A complaint names the iterator, the page, and what its request has to send."""
    package = copied(right, tmp_path, PAGES)

    with pytest.raises(DocumentError) as caught:
        prove.verify(shop, package)

    assert set(caught.value.complaints) >= {
        "GET /days (listDays): iterator over its pages: expected one, seen none",
        "GET /events (listEvents): iter_events requests: expected 3, seen 1",
        (
            "GET /leaves (listLeaves): iter_leaves page 2 query parameter page: "
            "expected [('page', '2')], seen [('page', '1')]"
        ),
        (
            "GET /rows (listRows): iter_rows page 2 query parameter offset: "
            "expected [('offset', '3')], seen [('offset', '2')]"
        ),
    }
