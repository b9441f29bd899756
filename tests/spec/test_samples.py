"""The samples of the reference page are right: those of openapi.yaml run against the sandbox."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from typing import Any

import pytest

from codegen.read.document import Document, Operation, load
from persium_ext import Persium
from persium_ext.sandbox import Sandbox
from spec.samples import curl_sample, python_sample, with_samples

from .conftest import ROOT, need

OWN = load(ROOT / "openapi.yaml")
SETTINGS = ("token_url", "api_base_url", "client_id", "client_secret")
OPERATIONS = [pytest.param(each, id=each.where) for each in OWN.operations()]
UUID_TEXT = "8d2f1a3e-1234-4c1b-9999-abcdefabcdef"


@pytest.fixture
def environ(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The settings of the sandbox, and a token of it, in the environment."""
    for name in SETTINGS:
        monkeypatch.setenv(name.upper(), getattr(sandbox, name))
    with Persium() as persium:
        monkeypatch.setenv("ACCESS_TOKEN", persium.access_token().reveal())
    return sandbox


def reached(sandbox: Sandbox, operation: Operation) -> bool:
    """Return whether the last request was a success of *operation*."""
    last = sandbox.exchanges[-1]
    path = re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(operation.path))
    return last.status < 300 and re.search(f"{path}$", last.path) is not None


@pytest.mark.parametrize("operation", OPERATIONS)
def test_python_samples_run(operation: Operation, environ: Sandbox) -> None:
    """Each program calls its operation, and gets a result."""
    found: dict[str, Any] = {}

    exec(python_sample(OWN, operation), found)  # noqa: S102  # the samples are ours

    assert "result" in found
    assert reached(environ, operation)


@pytest.mark.spec
@pytest.mark.parametrize("operation", OPERATIONS)
def test_curl_samples_run(operation: Operation, environ: Sandbox) -> None:
    """Each command calls its operation, and gets a result."""
    need("curl")
    shell = need("sh")

    ran = subprocess.run(
        (shell, "-c", f"{curl_sample(OWN, operation)} --silent --fail"),
        env=os.environ,
        check=False,
        capture_output=True,
    )

    assert ran.returncode == 0, ran.stderr
    assert reached(environ, operation)


def test_page_has_samples_of_each_operation() -> None:
    """Each operation of the page has both, and the document itself has none."""
    shown = with_samples(OWN)

    for each in OWN.operations():
        python, curl = shown["paths"][each.path][each.method]["x-codeSamples"]
        assert python["source"].endswith(")")
        assert curl["source"].startswith(("curl ", "printf "))
        assert "x-codeSamples" not in each.node


DATA: dict[str, Any] = {
    "components": {
        "schemas": {
            "State": {"type": "string", "enum": ["open"]},
            "Order": {"properties": {"article": {"type": "string"}}, "required": ["article"]},
        },
    },
}
STATE = {"$ref": "#/components/schemas/State"}
ORDER = {"$ref": "#/components/schemas/Order"}

PHOTO = {"properties": {"photo": {"type": "string", "format": "binary"}}, "required": ["photo"]}
LOGIN = {
    "required": ["id", "password"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "password": {"type": "string", "writeOnly": True},
    },
}


def operation(path: str = "/a", method: str = "get", **node: Any) -> tuple[Document, Operation]:
    """Return a document with one operation."""
    item = {method: {"operationId": "doIt", "tags": ["Shop Orders"], **node}}
    data = {**DATA, "paths": {path: item}}
    return Document(data, "", b""), Operation(path, method, item[method], item)


def parameter(name: str, place: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a required parameter."""
    return {"name": name, "in": place, "required": True, "schema": schema, **more}


def body(media_type: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a required request body."""
    return {"required": True, "content": {media_type: {"schema": schema, **more}}}


@pytest.mark.parametrize(
    ("node", "arguments"),
    [
        ({}, ""),
        ({"parameters": [{"name": "a", "in": "query", "schema": {}}]}, ""),
        ({"parameters": [parameter("orderId", "query", {}, example=3)]}, "order_id=3"),
        (
            {"parameters": [parameter("a", "query", {}, examples={"x": {"value": "y"}})]},
            'a="y"',
        ),
        (
            {"parameters": [parameter("from", "query", {}, **{"x-python-name": "since"})]},
            "since={}",
        ),
        (
            {"parameters": [parameter("a", "query", {"format": "uuid", "example": UUID_TEXT})]},
            f'a=UUID("{UUID_TEXT}")',
        ),
        ({"parameters": [parameter("a", "query", STATE)]}, 'a=models.State("open")'),
        (
            {"parameters": [parameter("a", "query", {"type": "string", "pattern": "(?=x)y"})]},
            'a="…"',
        ),
        (
            {"requestBody": body("application/json", ORDER, example={"article": "x"})},
            'body={"article": "x"}',
        ),
        (
            {"requestBody": body("application/json", {"type": "object"})},
            "body={}",
        ),
        ({"requestBody": body("application/json", LOGIN)}, 'body={"password": "example"}'),
        (
            {"requestBody": body("application/json", LOGIN, example={"id": 7, "password": "x"})},
            'body={"password": "x"}',
        ),
        (
            {"requestBody": body("multipart/form-data", ORDER, example={"article": "x"})},
            'body={"article": "x"}',
        ),
        (
            {"requestBody": body("multipart/form-data", PHOTO)},
            'body={"photo": models.File(open("file", "rb"))}',
        ),
        ({"requestBody": body("multipart/form-data", {}, example="x")}, "body={}"),
        ({"requestBody": body("text/plain", {"type": "string"}, example="x")}, 'body="x"'),
        ({"requestBody": body("image/png", {})}, 'body=models.File(open("file", "rb"))'),
        ({"requestBody": body("image/png", {}) | {"required": False}}, ""),
    ],
)
def test_python_arguments(node: dict[str, Any], arguments: str) -> None:
    """Required arguments are written as Python has them, and imported."""
    program = python_sample(*operation(**node))

    lines = program.splitlines()
    assert "".join(line.strip() for line in lines[lines.index("with Persium() as persium:") :]) == (
        f"with Persium() as persium:result = persium.shop_orders.do_it({arguments})"
    )
    for name in ("UUID", "models", "datetime"):
        imported = program.partition("with")[0]
        assert (name in imported) == (name in arguments)


@pytest.mark.parametrize(
    ("path", "method", "node", "words"),
    [
        ("/a", "get", {}, ["$API_BASE_URL/a"]),
        ("/a", "get", {"security": [{"o": []}]}, ["$API_BASE_URL/a", "--oauth2-bearer"]),
        ("/a", "delete", {}, ["$API_BASE_URL/a", "--request", "DELETE"]),
        (
            "/a/{b}",
            "get",
            {"parameters": [parameter("b", "path", {}, example="x/y z")]},
            ["$API_BASE_URL/a/x%2Fy%20z"],
        ),
        (
            "/a",
            "get",
            {"parameters": [parameter("b", "query", {}, example="x&y")]},
            ["$API_BASE_URL/a?b=x%26y"],
        ),
        (
            "/a",
            "get",
            {"parameters": [parameter("X-Team", "header", {}, example=True)]},
            ["$API_BASE_URL/a", "--header", "X-Team: true"],
        ),
        (
            "/a",
            "post",
            {"requestBody": body("application/json", ORDER, example={"article": "it's"})},
            ["--header", "Content-Type: application/json", "--data", '{"article": "it\'s"}'],
        ),
        (
            "/a",
            "post",
            {"requestBody": body("multipart/form-data", ORDER, example={"article": 1})},
            ["--form", "article=1"],
        ),
        (
            "/a",
            "post",
            {"requestBody": body("text/plain", {"type": "string"}, example="@it's")},
            ["--header", "Content-Type: text/plain", "--data-raw", "@it's"],
        ),
        (
            "/a",
            "post",
            {"requestBody": body("multipart/form-data", PHOTO)},
            ["--form", "photo=@file"],
        ),
        (
            "/a",
            "put",
            {"requestBody": body("image/png", {})},
            ["--header", "Content-Type: image/png", "--data-binary", "@file"],
        ),
    ],
)
def test_curl_arguments(path: str, method: str, node: dict[str, Any], words: list[str]) -> None:
    """Required arguments are written as a shell and the wire have them."""
    command = curl_sample(*operation(path, method, **node))

    found = shlex.split(command.replace("\\\n", ""))
    assert found[0] == "curl"
    assert [word for word in words if word not in found] == []


def test_text_of_a_url_is_not_run_by_the_shell() -> None:
    """A path with characters of the shell stays text."""
    assert curl_sample(*operation("/a$(b)")).startswith('curl "$API_BASE_URL/a\\$(b)"')
