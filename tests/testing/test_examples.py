"""Models and errors from the examples of openapi.yaml."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from persium_api.facade import Operation
from persium_api.facade._schema import INTEGER, TEXT, Array, Body, Content, Model

from persium_ext import PersiumError, TokenError, UnauthorizedError, errors, models
from persium_ext._calls.operations import operations
from persium_ext.testing import example_of
from persium_ext.testing.document import Example, Examples
from persium_ext.testing.examples import parts_of, values_in

RETURNED: set[Any] = {
    content.schema.model
    for operation in operations().values()
    for status, content in operation.responses.items()
    if status.startswith("2") and content is not None and isinstance(content.schema, Model)
}
"""The models of successes, of which the document has to show an example."""
ERRORS = [kind for kind in vars(errors).values() if isinstance(kind, type)]
BASES = {PersiumError, TokenError}


@pytest.mark.parametrize("kind", sorted(RETURNED, key=str))
def test_every_result_has_an_example(kind: Any) -> None:
    """The example of each model that an operation returns has the JSON of that model."""
    found = example_of(kind)

    assert type(found) is kind
    assert kind.from_dict(found.to_dict()) == found


def test_changes_of_a_model() -> None:
    """A changed attribute is in the example, and in that one only."""
    changed = example_of(models.Me, label="Acme")

    assert changed.label == "Acme"
    assert attrs.evolve(example_of(models.Me), label="Acme") == changed


@pytest.mark.parametrize("kind", [models.Me, errors.TokenRefused])
def test_misspelt_attribute(kind: type) -> None:
    """An attribute that does not exist is an error that names it."""
    with pytest.raises(TypeError, match=f"{kind.__name__} has no attribute lable"):
        example_of(kind, lable="Acme")


def test_model_without_an_example() -> None:
    """A model that no operation shows is an error that names it."""
    with pytest.raises(LookupError, match="shows no example of Mine: make one yourself"):
        example_of(type("Mine", (), {}))


@pytest.mark.parametrize(
    "kind", [kind for kind in ERRORS if issubclass(kind, PersiumError) and kind not in BASES]
)
def test_every_error_has_an_example(kind: type[PersiumError]) -> None:
    """There is an example of each error, with a text."""
    found = example_of(kind)

    assert type(found) is kind
    assert found.args[0]


@pytest.mark.parametrize("kind", sorted(BASES, key=str))
def test_base_of_errors(kind: type[PersiumError]) -> None:
    """A class that is never raised itself has no example."""
    with pytest.raises(LookupError, match=f"raises {kind.__name__} itself"):
        example_of(kind)


def test_changes_of_an_error() -> None:
    """Attributes of an error can be changed, its body too."""
    changed = example_of(UnauthorizedError, body={"code": 7}, request_id="req-1")

    assert (changed.body, changed.request_id) == ({"code": 7}, "req-1")


def test_error_is_as_the_document_shows_it() -> None:
    """An error has the documented header fields, and what a client reads from them."""
    throttled = example_of(errors.TooManyRequestsError)

    assert throttled.retry_after == float(throttled.headers["retry-after"])
    assert example_of(UnauthorizedError).challenges


DOCUMENT: dict[str, object] = {
    "servers": [{"url": "https://api.example"}],
    "paths": {
        "/notes": {
            "post": {
                "operationId": "addNote",
                "requestBody": {"content": {"application/json": {"example": {"text": "a"}}}},
                "responses": {
                    "201": {
                        "headers": {"ETag": {"example": "x"}, "Age": {}},
                        "content": {
                            "text/plain": {"example": "é"},
                            "application/json": {"examples": {"a": {"value": [1]}}},
                        },
                    },
                    "default": {"description": "no body"},
                },
            }
        }
    },
}


@pytest.mark.parametrize(
    ("status", "content", "headers"),
    [
        ("request", b'{"text": "a"}', {"Content-Type": "application/json"}),
        ("201", b"[1]", {"Content-Type": "application/json", "ETag": "x"}),
        ("default", b"", {}),
        ("404", b"", {}),
    ],
)
def test_first_example(status: str, content: bytes, headers: dict[str, str]) -> None:
    """The first example is JSON where there is JSON; a body that is not shown is empty."""
    found = Examples(DOCUMENT).of("addNote", status)

    assert (found.content, found.headers) == (content, headers)


def test_example_of_text() -> None:
    """A body that is not JSON is sent as it stands."""
    texts = [each.content for each in Examples(DOCUMENT).all if each.media_type == "text/plain"]

    assert texts == ["é".encode()]


def test_base_url() -> None:
    """The address of the API is that of the first server; a document may have none."""
    assert Examples(DOCUMENT).base_url == "https://api.example"
    assert Examples({}).base_url == ""


def test_values_are_those_that_clients_read() -> None:
    """Of a response in several media types, the one that a client asks for counts."""
    operation: Operation[Any] = Operation(
        operation_id="addNote",
        tag="Notes",
        method="POST",
        path="/notes",
        secured=True,
        parameters=(),
        body=Body("application/json", TEXT),
        responses={"201": Content("application/json", Array(INTEGER)), "default": None},
        accept="application/json",
    )
    shown = [
        Example("addNote", "request", {}, "application/json", "a"),
        Example("addNote", "201", {}, "application/problem+json", "b"),
        Example("addNote", "201", {}, "application/json", [1]),
        Example("addNote", "default", {}, "application/json", "c"),
        Example("addNote", "201", {}, "text/plain", "d"),
        Example("elsewhere", "201", {}, "application/json", "e"),
    ]

    assert list(values_in(shown, {"addNote": operation})) == ["a", [1]]


def test_parts() -> None:
    """Values are found in lists, in dicts and in the members of models."""
    me = example_of(models.Me)

    found = list(parts_of([{"a": me}]))

    assert me in found
    assert me.label in found
