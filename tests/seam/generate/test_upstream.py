"""What upstream reads of a lowered document, and what it says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError, ParseError
from openapi_python_client.parser.properties.protocol import PropertyProtocol

from codegen.check import completeness
from codegen.errors import DocumentError
from codegen.generate import upstream
from codegen.generate.project import config_for, read
from codegen.lower import lower
from codegen.read.document import Document

Node = dict[str, Any]
TEXT = {"type": "string"}
CONFIG = config_for(Path("openapi.yaml"), Path("output"))


def document() -> Document:
    """Make a document whose names upstream would not give."""
    parameters = [
        {"name": "client", "in": "path", "required": True, "schema": TEXT},
        {"name": "X-Days", "in": "header", "schema": {"type": "array", "items": TEXT}},
    ]
    operation = {
        "operationId": "import",
        "tags": ["Things"],
        "security": [],
        "parameters": parameters,
        "requestBody": {"content": {"text/csv": {"schema": TEXT}}},
        "responses": {
            "200": {
                "description": "d",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/a_b"}}},
            }
        },
    }
    data: Node = {
        "info": {"title": "t", "version": "1"},
        "paths": {"/{client}": {"put": operation}},
    }
    data["components"] = {"schemas": {"a_b": {"type": "object", "properties": {"d": TEXT}}}}
    return Document(data, "", b"")


def _names(prop: PropertyProtocol) -> tuple[str, str]:
    return prop.name.get_untrusted_value(), str(prop.python_name)


def test_names_are_put_back() -> None:
    """Upstream's data has the wire names, and names in Python that leave its modules right."""
    data = read(lower(document()), CONFIG)

    [endpoint] = upstream.endpoints(data)
    [path], [header], [body] = endpoint.path_parameters, endpoint.header_parameters, endpoint.bodies
    [member] = upstream.members(data.models[0])
    assert str(endpoint.name) == "import_"
    assert endpoint.path.get_untrusted_value() == "/{client_}"
    assert _names(path) == ("client", "client_")
    assert _names(header) == ("X-Days", "x_days")
    assert _names(member) == ("d", "d_")
    assert body.content_type.get_untrusted_value() == "text/csv"


@pytest.mark.parametrize(
    "found",
    [
        GeneratorError(header="WARNING parsing PUT /{client} within a/b. Broken."),
        GeneratorData(
            *("t", None, "1", [], [ParseError(header="PUT /{client}", detail="Broken.")], {}, [])  # type: ignore[arg-type]
        ),
    ],
    ids=["whole", "part"],
)
def test_what_it_cannot_read_is_named(monkeypatch: pytest.MonkeyPatch, found: object) -> None:
    """Its own errors are shown by the place in the document, without its jargon."""
    monkeypatch.setattr(GeneratorData, "from_dict", lambda *_, **__: found)

    with pytest.raises(DocumentError) as caught:
        read(lower(document()), CONFIG)

    words = "PUT /{client}: openapi-python-client cannot read it: Broken."
    assert caught.value.complaints == (words,)


def test_place_with_the_beginning_of_another() -> None:
    """The whole place is named, and not another operation whose path it begins with."""
    problem = GeneratorError(header="WARNING parsing GET /a within b. Broken.")

    words = upstream.words(problem, {"root": "GET /", "a": "GET /a"})

    assert words == "GET /a: openapi-python-client cannot read it: Broken."


def test_its_exceptions_are_complaints(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of upstream refuses the document."""

    def stumble(*_: object, **__: object) -> None:
        raise KeyError("name")

    monkeypatch.setattr(GeneratorData, "from_dict", stumble)

    with pytest.raises(DocumentError, match="the document: openapi-python-client cannot read it"):
        read(lower(document()), CONFIG)


def test_complete_document() -> None:
    """Tags are declared, and parameters and successes described."""
    assert [*completeness.complaints(document())][:3] == [
        "PUT /{client}: tag Things is not declared: add it to the root's tags",
        "PUT /{client}: path parameter client: no description: add one",
        "PUT /{client}: header parameter X-Days: no description: add one",
    ]
