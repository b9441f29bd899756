"""``persium_ext.models``: the models, and what stands in them."""

from __future__ import annotations

import json
from typing import Annotated, Any

import anyio
import httpx
import persium_api.models
import pytest
from fastapi import Body, FastAPI
from persium_api.facade import _schemas
from pydantic import BaseModel, ValidationError

from persium_ext import Persium, models


def test_every_model_is_there() -> None:
    """Each model of the document has its name in the module."""
    assert set(persium_api.models.__all__) <= set(vars(models)["__all__"])
    assert all(hasattr(models, name) for name in vars(models)["__all__"])


def test_absent_members_are_unset() -> None:
    """``UNSET`` is false, differs from None, and its text is short."""
    assert not models.UNSET
    assert models.UNSET is not None
    assert repr(models.UNSET) == str(models.UNSET) == "UNSET"
    assert isinstance(models.UNSET, models.Unset)


@pytest.fixture
def me(settings: dict[str, Any]) -> dict[str, Any]:
    """The example of the document, as JSON."""
    found: dict[str, Any] = Persium(**settings).request("GET", "/me").json()
    return found


def test_model_of_json(me: dict[str, Any]) -> None:
    """A model is made of JSON, and written as JSON."""
    assert models.Me.from_dict(me).to_dict() == me


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({"client_id": 7}, "Me: client_id ", id="type"),
        pytest.param({"organisation_uuid": "x"}, "Me: organisation_uuid ", id="format"),
        pytest.param({"label": None}, "Me: label ", id="null"),
    ],
)
def test_other_json(me: dict[str, Any], change: dict[str, Any], problem: str) -> None:
    """Other JSON is a ValueError, which names the member."""
    with pytest.raises(ValueError, match=f"^{problem}"):
        models.Me.from_dict(me | change)


@pytest.mark.parametrize("schema", _schemas.by_class.values(), ids=lambda s: s.model.__name__)
def test_missing_member(schema: Any) -> None:
    """A required member that is missing is named, for each model of the document."""
    required = [member.name for member in schema.contents()[0] if member.required]

    if required:
        with pytest.raises(
            ValueError, match=rf"^{schema.model.__name__}: {required[0]} is missing"
        ):
            schema.model.from_dict({})


def ask(app: FastAPI, method: str, path: str, **options: Any) -> httpx.Response:
    """Send a request to *app*, without a socket."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
            return await client.request(method, path, **options)

    return anyio.run(send)


class Report(BaseModel):
    """A model of pydantic with one of ours in it."""

    caller: models.Me


def test_dict_of_a_model(me: dict[str, Any]) -> None:
    """``dict(model)`` is its JSON, as of a model of pydantic."""
    found: Any = models.Me.from_dict(me)

    assert dict(found) == me


def test_field_of_pydantic(me: dict[str, Any]) -> None:
    """Pydantic takes a model as it is, reads one from JSON, and writes JSON."""
    report = Report(caller=models.Me.from_dict(me))

    assert json.loads(report.model_dump_json()) == {"caller": me}
    assert Report.model_validate({"caller": me}) == report


@pytest.mark.parametrize("value", [{}, {"client_id": 7}, "x", None, [["label", "x"]]])
def test_wrong_field_of_pydantic(value: object) -> None:
    """JSON of another form is an error of pydantic."""
    with pytest.raises(ValidationError):
        Report.model_validate({"caller": value})


@pytest.mark.parametrize("annotation", [None, models.Me], ids=["no type", "a type"])
def test_path_operation(me: dict[str, Any], annotation: Any) -> None:
    """A path operation of FastAPI may return a model, and its document is made."""

    def caller() -> Any:
        return models.Me.from_dict(me)

    app = FastAPI()
    app.get("/caller", response_model=annotation)(caller)

    assert ask(app, "GET", "/caller").json() == me
    assert "/caller" in ask(app, "GET", "/openapi.json").json()["paths"]


def test_body_of_a_path_operation(me: dict[str, Any]) -> None:
    """A path operation may take a model, and refuses other JSON."""

    def store(caller: models.Me) -> str:
        return caller.label

    app = FastAPI()
    store.__annotations__["caller"] = Annotated[models.Me, Body()]
    app.post("/caller")(store)

    assert ask(app, "POST", "/caller", json=me).json() == me["label"]
    assert ask(app, "POST", "/caller", json={}).status_code == 422
    assert ask(app, "GET", "/openapi.json").status_code == 200
