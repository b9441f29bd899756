"""What the generator would ignore without a warning is rejected, with its place and fix."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from codegen import __main__ as codegen
from codegen.document import load

Document = dict[str, Any]
Edit = Callable[[Document], object]
REMOVED = object()


def put(place: str, value: Any) -> Edit:
    """Make an edit of the document: *value* at *place* (steps joined by ``>``; ``+``: append)."""

    def edit(document: Document) -> None:
        *steps, last = place.split(">")
        node: Any = document
        for step in steps:
            node = node[int(step) if isinstance(node, list) else step]
        if value is REMOVED:
            del node[last]
        elif isinstance(node, list):
            cast("list[object]", node).append(value)
        else:
            node[last] = value

    return edit


ME = "paths>/me>get"
LIST = "paths>/widgets>get"
POST = "paths>/widgets>post"
SCHEMAS = "components>schemas"
TEXT = {"type": "string"}
OBJECT = {"type": "object"}
SHAPES = {"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["b"]}]}


def parameter(name: str = "x", place: str = "query", **more: object) -> Document:
    """Make a parameter."""
    return {"name": name, "in": place, "schema": TEXT, "required": place == "path", **more}


def response(media: str = "application/json", **content: object) -> Document:
    """Make a response."""
    return {"description": "d", "content": {media: content}}


ONE: list[tuple[str, Any, str]] = [
    # the whole document
    ("security", [{"oauth2": []}], "the document: security at the root is ignored: state it"),
    ("openapi", "3.1.0", "openapi: 3.1.0: write 3.0.3"),
    ("openapi", REMOVED, "openapi: None: write 3.0.3"),
    ("info", REMOVED, "the document: not valid OpenAPI 3.0: 'info' is a required property"),
    # members that an operation lacks, or has too many of
    (f"{ME}>operationId", REMOVED, "GET /me: no operationId: add one"),
    (f"{ME}>operationId", "", "GET /me: no operationId: add one"),
    (f"{ME}>tags", REMOVED, "GET /me: no tag: add one"),
    (f"{ME}>tags", ["Identity", "Widgets"], "GET /me: 2 tags: keep one"),
    (f"{ME}>security", REMOVED, "GET /me: no security: add it (`security: []`"),
    (f"{ME}>security", [{"key": []}], "GET /me: security key is not among the securitySchemes"),
    (f"{ME}>servers", [{"url": "https://else.example"}], "GET /me: servers of its own are ignored"),
    ("paths>/me>servers", [{"url": "https://e.example"}], "GET /me: servers of its own are ignor"),
    # responses
    (f"{ME}>responses>4XX", {"description": "d"}, "GET /me: response 4XX: name the statuses"),
    (f"{ME}>responses>default", {"description": "d"}, "GET /me: response default: name the stat"),
    (f"{ME}>responses>302", {"description": "d"}, "GET /me: response 302: name the statuses"),
    (
        f"{ME}>responses>200",
        REMOVED,
        "GET /me: no 2xx response: describe the response of a success",
    ),
    (f"{ME}>responses>200", response(), "GET /me: response 200: application/json without a schema"),
    (
        f"{ME}>responses>200>content>text/csv",
        {"schema": TEXT},
        "GET /me: response 200: several content types (application/json, text/csv): keep one",
    ),
    (
        f"{ME}>responses>200",
        response("application/pdf", schema=TEXT),
        "WARNING parsing GET /me within identity. Cannot parse response for status code",
    ),
    (
        f"{ME}>responses>200",
        response("text/plain", schema={"type": "integer"}),
        "GET /me: response 200: text is `type: string`",
    ),
    (
        f"{ME}>responses>200",
        response("application/octet-stream", schema=TEXT),
        "GET /me: response 200: text is `type: string`, bytes are `format: binary` too",
    ),
    (
        f"{ME}>responses>200",
        response(schema={"type": "string", "format": "binary"}),
        "GET /me: response 200: bytes in JSON: use application/octet-stream",
    ),
    (
        f"{ME}>responses>200",
        response(schema={"type": "array", "items": SHAPES}),
        "GET /me: response 200: a value may belong to any of 2 enums: combine them",
    ),
    # request bodies
    (
        f"{POST}>requestBody>content>text/csv",
        {"schema": TEXT},
        "POST /widgets: several request content types (application/json, text/csv): keep one",
    ),
    (
        f"{POST}>requestBody>content",
        {"text/csv": {"schema": TEXT}},
        "WARNING parsing POST /widgets within widgets. Endpoint will not be generated.",
    ),
    (
        f"{POST}>requestBody>content",
        {"multipart/form-data": {"schema": TEXT}},
        "POST /widgets: request body: a form is an object",
    ),
    (
        f"{POST}>requestBody>content",
        {"application/octet-stream": {"schema": TEXT}},
        "POST /widgets: request body: a form is an object; bytes are",
    ),
    (
        "paths>/widgets/{widgetId}/photo>put>requestBody>content>multipart/form-data>encoding",
        {"file": {"contentType": "image/png"}},
        "PUT /widgets/{widgetId}/photo: request body multipart/form-data: encoding is ignored",
    ),
    # parameters
    (
        f"{LIST}>parameters>+",
        parameter(place="cookie"),
        "GET /widgets: cookie parameter x: cookies are not supported",
    ),
    (
        f"{LIST}>parameters>+",
        {"name": "x", "in": "query", "content": {"application/json": {"schema": TEXT}}},
        "GET /widgets: query parameter x: content is ignored: describe it by a schema",
    ),
    (
        f"{LIST}>parameters>+",
        parameter("Authorization", "header"),
        "GET /widgets: header parameter Authorization: the SDK sets this header field itself",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(allowReserved=True),
        "GET /widgets: query parameter x: allowReserved is ignored",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(schema={"type": "array", "items": TEXT}, style="pipeDelimited"),
        "GET /widgets: query parameter x: style pipeDelimited is ignored: only form is supported",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(schema={"type": "array", "items": TEXT}, explode=False),
        "GET /widgets: query parameter x: explode: false is ignored",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(place="header", schema={"type": "array", "items": TEXT}),
        "GET /widgets: header parameter x: lists and objects are supported in a query only",
    ),
    # names
    (f"{ME}>operationId", "listWidgets", "not valid OpenAPI 3.0: Operation ID 'listWidgets'"),
    (f"{ME}>operationId", "list_widgets", "operationId list_widgets (GET /me), listWidgets (GET"),
    (f"{ME}>operationId", "import", "GET /me: operationId import: import is reserved in Python"),
    (f"{ME}>operationId", "list", "GET /me: operationId list: list is reserved in Python"),
    (f"{ME}>operationId", "2nd", "GET /me: operationId 2nd: cannot be a name in Python"),
    (f"{ME}>operationId", "größe", "GET /me: operationId größe: cannot be a name in Python"),
    (f"{POST}>operationId", "iterWidgets", "tag widgets: iter_widgets iterates over pages"),
    (
        f"{ME}>tags",
        ["widgets"],
        "tag widgets (GET /me), Widgets (GET /widgets): all become widgets in Python",
    ),
    (f"{ME}>tags", ["class"], "GET /me: tag class: class is reserved in Python"),
    (f"{ME}>tags", ["Close"], "tag Close: hides the attribute close: choose another name"),
    (f"{ME}>tags", ["Access token"], "tag Access token: hides the attribute access_token"),
    ("tags>3>name", "Settings", "tags: tag Settings: hides the attribute settings"),
    (f"{ME}>tags", ["Errors"], "GET /me: tag Errors: hides the attribute errors"),
    (
        "paths>/widgets/find>get>parameters>1>x-python-name",
        REMOVED,
        "GET /widgets/find: query parameter from: is a keyword of Python: accept from_ with",
    ),
    (f"{LIST}>parameters>+", parameter("client"), "GET /widgets: query parameter client: the gen"),
    (f"{LIST}>parameters>+", parameter("self"), "GET /widgets: query parameter self: the genera"),
    (f"{LIST}>parameters>+", parameter("params"), "GET /widgets: query parameter params: the gen"),
    (f"{LIST}>parameters>+", parameter("json-label"), "GET /widgets: query parameter json-label:"),
    (f"{LIST}>parameters>+", parameter("$"), "GET /widgets: query parameter $: cannot be a"),
    (f"{SCHEMAS}>Response", OBJECT, "schema Response: hides a name of the generated code"),
    (f"{SCHEMAS}>NEWWidget", OBJECT, "schema NEWWidget: shares the module new_widget"),
    (
        f"{SCHEMAS}>Me>properties>to_dict",
        TEXT,
        "schema Me.to_dict: hides a method of every model",
    ),
    (f"{SCHEMAS}>WidgetsOperations", OBJECT, "schema WidgetsOperations: widgets has its own"),
    (f"{SCHEMAS}>NotFoundError", OBJECT, "schema NotFoundError: the error class of that name"),
    (f"{SCHEMAS}>Me>properties>shape", SHAPES, "schema Me.shape: a value may belong to any of"),
    (
        f"{SCHEMAS}>WidgetPage>properties>next_cursor",
        {"type": "integer"},
        "GET /widgets: cursor and next_cursor differ in type: make them alike",
    ),
    # references
    (
        f"{ME}>responses>200",
        {"$ref": "#/components/responses/None"},
        "GET /me: responses 200: $ref #/components/responses/None points at nothing",
    ),
    (
        f"{ME}>responses>200",
        {"$ref": "other.yaml#/x"},
        "GET /me: responses 200: $ref other.yaml#/x leaves the document",
    ),
    (
        f"{SCHEMAS}>Me>properties>client_id",
        {"$ref": f"#/{SCHEMAS.replace('>', '/')}/Widget/type/x"},
        "components schemas Me properties client_id: $ref #/components/schemas/Widget/type/x poi",
    ),
    (
        f"{SCHEMAS}>Me>properties>client_id",
        {"$ref": "#/components/schemas/WidgetStatus", "nullable": True},
        "components schemas Me properties client_id: members beside $ref are ignored",
    ),
    ("paths>/you", {"$ref": "#/paths/~1me"}, "paths /you: $ref of a whole path is ignored"),
    (
        "components>responses>Round",
        {"$ref": "#/components/responses/Round"},
        "components responses Round: $ref #/components/responses/Round points at nothing",
    ),
    # what only upstream's parser notices
    (
        f"{SCHEMAS}>Me>properties>letter",
        {"type": "string", "enum": ["a", "A"]},
        "the generator cannot read it: ValueError('Duplicate key A in enum",
    ),
    (
        f"{SCHEMAS}>Me>properties>mixed",
        {"enum": ["a", 1]},
        "Unable to process schema /components/schemas/Me: Got",
    ),
]


@pytest.mark.parametrize(
    ("place", "value", "complaint"), [pytest.param(*row, id=row[2][:60]) for row in ONE]
)
def test_one_fault_is_named(
    refusal: Callable[[object], list[str]],
    document: Document,
    place: str,
    value: object,
    complaint: str,
) -> None:
    """A valid document with one fault is rejected, and the complaint names the place."""
    put(place, value)(document)

    assert [line for line in refusal(document) if complaint in line]


def test_all_faults_are_named_at_once(
    refusal: Callable[[object], list[str]], document: Document
) -> None:
    """One run names every fault of the document."""
    put(f"{ME}>tags", REMOVED)(document)
    put(f"{LIST}>security", REMOVED)(document)
    put(f"{POST}>operationId", "class")(document)

    assert refusal(document) == [
        "GET /me: no tag: add one, it names the namespace",
        "GET /widgets: no security: add it (`security: []` where no token is needed)",
        "POST /widgets: operationId class: class is reserved in Python: choose another name",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("a: [", "does not parse", id="not YAML"),
        pytest.param("a: 1\na: 2", "does not parse", id="a key twice"),
        pytest.param("- a", "is not an OpenAPI document: it must be a mapping", id="a list"),
        pytest.param("", "is not an OpenAPI document: it must be a mapping", id="empty"),
        pytest.param("&a {b: *a}", "does not parse: Circular reference", id="endless"),
        pytest.param("a: !!binary aGk=", "does not parse: Object of type bytes", id="bytes"),
        pytest.param('a: "\\ud800"', "does not parse: 'utf-8' codec can't", id="half a character"),
        pytest.param("a: .nan", "does not parse: Out of range float", id="not a number"),
        pytest.param("a: !!python/name:os.system x", "does not parse", id="a Python object"),
        pytest.param(
            "{openapi: 3.0.3, info: {title: t, version: v}, paths: {/me: {get: {responses: "
            "{200: {description: d}}}}}}",
            "GET /me: responses: the key 200 is not text: put it in quotes",
            id="a number as key",
        ),
    ],
)
def test_unreadable_document(
    refusal: Callable[[object], list[str]], text: str, complaint: str
) -> None:
    """A document that is not a mapping with unique keys of text is rejected."""
    assert complaint in " ".join(refusal(text))


def aliases(leaf: str, node: str) -> str:
    """Make a document of ten levels, each of which has ten times the level before."""
    levels = [f"a0: &a0 {leaf}"]
    levels += [f"a{n}: &a{n} {node.replace('*', f'*a{n - 1}')}" for n in range(1, 10)]
    return "openapi: 3.0.3\n" + "\n".join(levels)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(aliases("x", f"[{', '.join('*' * 10)}]"), id="lists"),
        pytest.param(
            aliases("{x: y}", "{" + ", ".join(f"k{n}: *" for n in range(10)) + "}"), id="maps"
        ),
        pytest.param(aliases("{x: y}", f"{{<<: [{', '.join('*' * 10)}]}}"), id="merge keys"),
        pytest.param(f"a: &a {'x' * 1_000}\nb: [{', '.join(['*a'] * 1_010)}]", id="long text"),
    ],
)
def test_aliases_that_multiply(refusal: Callable[[object], list[str]], text: str) -> None:
    """A document that its aliases make much longer is rejected before they are written out."""
    [complaint] = refusal(text)

    assert complaint.endswith("does not parse: its aliases multiply: write them out, or use $ref")


def test_aliases(write: Callable[[object], Path]) -> None:
    """An alias stands for what it refers to."""
    text = f"openapi: 3.0.3\na: &a {'x' * 1_000}\nb: [{', '.join(['*a'] * 990)}]\n"

    assert load(write(text)).data["b"] == ["x" * 1_000] * 990


@pytest.mark.parametrize(
    ("text", "version"),
    [
        pytest.param("openapi: 3.1.0\na: [", "3.1.0", id="first key"),
        pytest.param("a: {b: c, b: d}\n'openapi': '3.1.0' # new\n", "3.1.0", id="last key"),
        pytest.param('\n{ "openapi" : "3.1.0", "a": [', "3.1.0", id="JSON"),
        pytest.param("\ufeffopenapi: 3.1.0\na: [", "3.1.0", id="byte order mark"),
        pytest.param("swagger: '2.0'\na: [", "2.0", id="Swagger"),
    ],
)
def test_version_is_looked_at_first(
    refusal: Callable[[object], list[str]], text: str, version: str
) -> None:
    """A document of another version is rejected before it is parsed, which may take long."""
    assert refusal(text) == [
        f"openapi: {version}: write 3.0.3, which every generator supports",
    ]


def test_version_in_the_midst_of_json(refusal: Callable[[object], list[str]]) -> None:
    """That of JSON is looked at before anything else of its content."""
    assert refusal({"a": float("nan"), "openapi": "3.1.0"}) == [
        "openapi: 3.1.0: write 3.0.3, which every generator supports",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "openapi: 3.0.3\nx: |\n  openapi: 3.1.0\n",
        "x: {openapi: 3.1.0}\n# openapi: 3.1.0\nopenapi: '3.0.4'\n",
        '{"x": {"openapi": "3.1.0"}, "openapi": "3.0.3"}',
    ],
)
def test_version_is_the_documents_own(write: Callable[[object], Path], text: str) -> None:
    """A key of that name elsewhere is no version."""
    assert str(load(write(text)).data["openapi"]).startswith("3.0.")


def test_stumbling_validator(
    refusal: Callable[[object], list[str]],
    document: Document,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An exception of the validator is a complaint."""

    def stumble(_: object) -> Iterator[Any]:
        raise KeyError("name")

    monkeypatch.setattr("openapi_spec_validator.OpenAPIV30SpecValidator.iter_errors", stumble)

    assert refusal(document) == ["the document: not valid OpenAPI 3.0: KeyError('name')"]


def test_key_twice_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A repeated key is rejected in JSON, too."""
    path = tmp_path / "spec.json"
    path.write_text('{"a": 1, "b": {"c": 1, "c": 2}}')

    assert codegen.main(["--check", "--spec", str(path)]) == 2
    assert f"{path}: does not parse: duplicate key among c" in capsys.readouterr().err


def test_date_where_words_belong(
    refusal: Callable[[object], list[str]], document: Document
) -> None:
    """An unquoted date in place of text is rejected with upstream's message."""
    document["info"]["description"] = "DATE"

    [complaint] = refusal(json.dumps(document).replace('"DATE"', "2026-01-02"))

    assert complaint.startswith("Failed to parse OpenAPI document")
    assert "Input should be a valid string" in complaint


def test_missing_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing document is rejected by its name."""
    path = tmp_path / "none.yaml"

    assert codegen.main(["--check", "--spec", str(path)]) == 2
    assert f"{path}: cannot be read: No such file" in capsys.readouterr().err


def test_no_other_credentials(refusal: Callable[[object], list[str]], document: Document) -> None:
    """An operation with a security scheme other than a bearer token is rejected."""
    put("components>securitySchemes>key", {"type": "http", "scheme": "basic"})(document)
    put(f"{ME}>security", [{"key": []}])(document)

    assert refusal(document) == [
        "GET /me: security key is not a bearer token: the SDK sends nothing else"
    ]


@pytest.mark.parametrize(
    "path", ["/{id.__class__}", "/{0}", "/{id!r:>9}", "/{id", "/}", '/"+PWNED()+"', "/a?b", "/a b"]
)
def test_path_is_no_code(
    refusal: Callable[[object], list[str]], document: dict[str, Any], path: str
) -> None:
    """A path has characters of a URL only; braces enclose a parameter of the document."""
    document["paths"][path] = document["paths"].pop("/me")

    assert refusal(document) == [
        f"paths {path!r}: use URL characters; braces are for {{parameters}} only"
    ]
