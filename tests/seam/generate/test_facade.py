"""The facade as persium_ext and its users rely on it."""

from __future__ import annotations

import ast
import copy
import dataclasses
import importlib
import json
import pickle
import re
import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules
from types import SimpleNamespace
from typing import Any

import pytest
from persium_api import facade
from persium_api.facade import Api, AsyncApi, Operation, errors
from persium_api.facade._operation import Typed, items, namespace
from persium_api.facade.identity import GET_ME
from persium_api.models import TokenRequestGrantType, TokenResponse
from persium_api.types import UNSET

from codegen.generate.method import Method
from codegen.generate.responses import StatusError
from codegen.naming.names import RESERVED_NAMES, class_names, namespace_class, python_name
from codegen.naming.statuses import COMMON, error_class
from codegen.read.document import Document, load
from codegen.read.document import Operation as Described
from tests.seam.conftest import ROOT

MODULES = [facade.__name__, *(m.name for m in iter_modules(facade.__path__, "persium_api.facade."))]
DOCUMENT = load(ROOT / "openapi.yaml")
OPERATIONS = [o for o in DOCUMENT.operations() if not DOCUMENT.is_token_endpoint(o)]

PAGE: Typed[Any] = Typed(value=[1, 2], status_code=200, headers={}, request_id="r", attempts=1)


@pytest.mark.parametrize("module", MODULES)
def test_exports(module: str) -> None:
    """``__all__`` names what a module defines for others, sorted, and all of it exists."""
    found = importlib.import_module(module)
    defined = {
        name
        for name, value in vars(found).items()
        if isinstance(value, type) and value.__module__ == found.__name__
    }

    assert defined <= set(found.__all__)
    assert [name for name in found.__all__ if not hasattr(found, name)] == []
    assert len(set(found.__all__)) == len(found.__all__)


@pytest.mark.parametrize("described", OPERATIONS, ids=lambda described: described.where)
def test_operation(described: Described) -> None:
    """A descriptor has the values of the document."""
    [tag] = described.node["tags"]
    namespace = importlib.import_module(f"persium_api.facade.{python_name(tag)}")
    name = python_name(described.node["operationId"])
    operation = getattr(namespace, name.upper())

    assert operation.operation_id == described.node["operationId"]
    assert f"{operation.method} {operation.path}" == described.where
    assert (operation.tag, operation.secured) == (tag, bool(described.node["security"]))
    assert operation.responses.keys() == described.node["responses"].keys()
    assert hasattr(getattr(namespace, namespace_class(python_name(tag))), name)


def test_response_of_a_status() -> None:
    """A status has its own response, else that of its range, else the default."""
    operation = GET_ME._replace(responses={"404": None, "4XX": None})
    others = GET_ME._replace(responses={"404": None, "default": None})

    assert [operation.response(status) for status in (404, 403, 500)] == ["404", "4XX", None]
    assert [others.response(status) for status in (404, 403, 500)] == ["404", "default", "default"]


def test_token_endpoint_is_no_operation() -> None:
    """The facade has no method, namespace or error class for the token endpoint alone."""
    tags = {python_name(tag) for operation in OPERATIONS for tag in operation.node["tags"]}
    statuses = {status for operation in OPERATIONS for status in operation.node["responses"]}

    namespaces = {name for name, value in vars(Api).items() if isinstance(value, namespace)}

    assert namespaces == tags
    known = {*map(str, errors.STATUS_ERRORS), *errors.RANGE_ERRORS}
    assert known == {status for status in statuses if not status.startswith("2")} | {*COMMON}


def test_namespaces_are_lazy() -> None:
    """Importing ``Api`` imports no namespace, and a namespace is made once."""
    code = (
        "import sys; from persium_api.facade import Api; api = Api(None);"
        "assert 'persium_api.models' not in sys.modules;"
        "assert api.identity is api.identity;"
        "assert 'persium_api.models' in sys.modules"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_http_engine(grown: Path) -> None:
    """No module of the facade imports httpx: another engine must fit below it."""
    imported = {
        name
        for path in (grown / "persium_api" / "facade").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", ""), *(alias.name for alias in node.names)]
    }

    assert "dataclasses" in imported
    assert [name for name in imported if name and name.startswith("httpx")] == []


def test_twins(grown: Path) -> None:
    """The asynchronous half of a namespace differs in async and await only."""
    text = (grown / "persium_api" / "facade" / "widgets.py").read_text("utf-8")
    classes = text[text.index("class ") : text.rindex("\nif TYPE_CHECKING:")]
    sync, async_ = classes.split("class Async")

    plain = re.sub(r"\basync |\bawait |Async", "", f"class {async_}")
    plain = re.sub(r"Generator\[(\w+), None\]", r"Iterator[\1]", plain)
    assert plain.split() == sync.split()


def test_docstring(grown: Path) -> None:
    """A docstring in Google's style has the descriptions of the document, wrapped."""
    text = (grown / "persium_api" / "facade" / "widgets.py").read_text("utf-8")
    method = next(
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name == "iter_widgets"
    )

    assert ast.get_docstring(method) == (
        """\
List widgets.

Iterate over all pages; each is requested when the items before it are consumed.

Newest first.

Args:
    cursor: Where to go on.
    limit: How many a page. Default: 25.
    status: Only these.
    label: Only those that have all of these labels, which may be any words that someone
        has put on a widget at some time.
    created_after: The oldest.
    archived: The query parameter archived.

Yields:
    Each item of each page.

Raises:
    UnauthorizedError: HTTP 401. The token is unknown.
    ApiStatusError: Any other status that is not a success.
    ResponseDecodeError: A successful response whose body does not match the document.
    PersiumError: Any other failure, such as a refused token request or a time-out."""
    )
    assert max(len(line) for line in text.splitlines()) <= 100


def test_docstring_has_the_header_fields_of_the_response(grown: Path) -> None:
    """The header fields of a success are described where ``with_response`` gives them."""
    text = (grown / "persium_api" / "facade" / "widgets.py").read_text("utf-8")
    found = [
        ast.get_docstring(node)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name == "list_widgets"
    ]

    described = """
Response headers:
    X-Remaining: How many calls are left in this minute.
    X-Total: The number of widgets.
    X-Region: No description.
"""
    assert found[0]
    assert described in found[0]


def test_reserved_names_are_the_clients_own() -> None:
    """No namespace may hide what ``persium_ext``'s clients have of their own."""
    import persium_ext  # noqa: PLC0415  # only here: codegen works without it

    own = {
        name
        for client in (persium_ext.Persium, persium_ext.AsyncPersium)
        for name in vars(client).keys() - vars(Api).keys() - vars(AsyncApi).keys()
        if not name.startswith("_")
    }

    assert own <= RESERVED_NAMES


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param([1, 2], [1, 2], id="alone"),
        pytest.param(PAGE, [dataclasses.replace(PAGE, value=each) for each in (1, 2)], id="typed"),
    ],
)
def test_items_of_a_page(page: Any, expected: list[object]) -> None:
    """The items of a page with its response have this response, too."""
    assert list(items(page, lambda found: found)) == expected


def pickled(what: object) -> object:
    """Send *what* through a pickle."""
    return pickle.loads(pickle.dumps(what))  # noqa: S301  # our own


@pytest.mark.parametrize("kind", [errors.ApiStatusError, *errors.STATUS_ERRORS.values()])
@pytest.mark.parametrize("duplicate", [copy.copy, pickled])
def test_errors_travel(duplicate: Any, kind: type[errors.ApiStatusError]) -> None:
    """An error is equal to its copy and to its pickle, whatever it holds."""
    error = kind(
        "refused",
        operation="getMe",
        status=401,
        body={"a": 1},
        headers={"x": "y"},
        text="{}",
        retry_after=1.5,
        challenges=("Bearer",),
        request_id="r",
        attempts=2,
        hint="Look",
        docs_url="https://persium.example",
    )

    again = duplicate(error)

    assert type(again) is kind
    assert vars(again) == vars(error)
    assert str(again) == "refused\nLook\nhttps://persium.example"
    assert again.body == error.body
    assert again.__traceback__ is None


def test_bare_errors() -> None:
    """What is not known is None or empty, and the message stands alone."""
    status = errors.ApiStatusError("m", operation="GET /x", status=418)
    decode = errors.ResponseDecodeError("m", operation="getMe", status=200)

    assert (status.body, status.headers, status.retry_after) == (None, {}, None)
    assert (decode.text, decode.attempts, str(decode)) == ("", 0, "m")


@pytest.mark.parametrize("status", sorted(errors.STATUS_ERRORS))
def test_errors_in_one_line(status: int) -> None:
    """A test of error handling makes an error without arguments: it knows its status."""
    error = errors.STATUS_ERRORS[status]()

    assert (error.status, str(error)) == (status, f"HTTP {status}")
    assert isinstance(error, errors.ServerError) is (status >= 500)


def test_error_as_json() -> None:
    """``to_dict`` has the facts, and neither the body nor what a program has added."""
    error = errors.UnauthorizedError(
        "no", operation="getMe", challenges=("a", "b"), body={"x": 1}, text="{}", headers={"a": "b"}
    )
    vars(error)["job"] = object()

    assert json.loads(json.dumps(error.to_dict())) == {
        "type": "UnauthorizedError",
        "message": "no",
        "request_id": None,
        "attempts": 0,
        "hint": None,
        "docs_url": None,
        "url": None,
        "operation": "getMe",
        "status": 401,
        "retry_after": None,
        "challenges": ["a", "b"],
    }


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("400", "BadRequestError"),
        ("401", "UnauthorizedError"),
        ("418", "ImATeapotError"),
        ("422", "UnprocessableEntityError"),
        ("499", "Http499Error"),
        ("500", "InternalServerError"),
        ("505", "HTTPVersionNotSupportedError"),
        ("4XX", "Http4xxError"),
        ("default", "OtherStatusError"),
    ],
)
def test_names_of_errors(status: str, name: str) -> None:
    """An error is named after its status's phrase, the same with every Python."""
    assert error_class(status) == name


@pytest.mark.parametrize(
    ("key", "base", "title"),
    [
        ("404", "ApiStatusError", "HTTP 404 Not Found"),
        ("599", "ServerError", "HTTP 599"),
        ("5XX", "ServerError", "HTTP 5XX"),
        ("default", "ApiStatusError", "A status that the document does not name"),
    ],
)
def test_classes_of_errors(key: str, base: str, title: str) -> None:
    """Those of 5xx have a class in common; the docstring has the reason phrase."""
    error = StatusError(key, [])

    assert (error.base, error.title) == (base, title)


def test_names_of_error_classes_are_reserved() -> None:
    """A schema cannot have the name of an error class that an operation brings with it."""
    statuses = {key: {"description": "d"} for key in ("200", "404", "4XX", "default")}
    operation = {"operationId": "getIt", "tags": ["Things"], "responses": statuses}

    names = class_names(Document({"paths": {"/it": {"get": operation}}}, "", b""))

    assert {"NotFoundError", "Http4xxError", "OtherStatusError"} <= names
    assert "OKError" not in names


def test_unknown_enum_members_travel() -> None:
    """A member that this client does not know pickles, hashes and equals its value."""
    member = TokenRequestGrantType("device")

    assert pickle.loads(pickle.dumps(member)) == member  # noqa: S301  # our own
    assert copy.deepcopy(member) == "device"
    assert {member: 1}["device"] == 1  # type: ignore[index]  # equal to its text, as a StrEnum is
    assert repr(member) == "<TokenRequestGrantType.UNKNOWN_device: 'device'>"
    assert list(TokenRequestGrantType) == [TokenRequestGrantType.CLIENT_CREDENTIALS]


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
def test_unset_members_travel(duplicate: Any) -> None:
    """What is not set in a model is not set in its copy."""
    response = TokenResponse(access_token="a", expires_in=300, token_type="Bearer")

    again = duplicate(response)

    assert again.scope is UNSET
    assert again.to_dict() == response.to_dict()


@pytest.mark.parametrize(
    ("name", "constant"), [("get_me", "GET_ME"), ("unset", "UNSET_"), ("uuid", "UUID_")]
)
def test_constant(name: str, constant: str) -> None:
    """The name of a descriptor hides nothing that its module imports."""
    endpoint: Any = SimpleNamespace(name=name)
    nothing: Any = None

    assert Method(endpoint, nothing, nothing).constant == constant


def test_operation_is_frozen() -> None:
    """A descriptor can't be changed."""
    with pytest.raises(AttributeError):
        GET_ME.path = "/you"  # type: ignore[misc]  # that is the point
    assert isinstance(GET_ME, Operation)
