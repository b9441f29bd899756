"""What the generator would ignore without a warning is rejected, with its place and fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from codegen import __main__ as codegen
from codegen.check import rules
from codegen.read.document import load

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
PHOTO = "paths>/widgets/{widgetId}/photo>put>requestBody>content"
SCHEMAS = "components>schemas"
TEXT = {"type": "string"}
OBJECT = {"type": "object"}
LIST_OF_TEXTS = {"type": "array", "items": TEXT}


def parameter(name: str = "x", place: str = "query", **more: object) -> Document:
    """Make a parameter."""
    return {"name": name, "in": place, "schema": TEXT, "required": place == "path", **more}


def response(media: str = "application/json", **content: object) -> Document:
    """Make a response."""
    return {"description": "d", "content": {media: content}}


def form(members: Document, **encoding: object) -> Document:
    """Make the content of a URL-encoded form."""
    schema = {"type": "object", "properties": members}
    return {"application/x-www-form-urlencoded": {"schema": schema, "encoding": encoding}}


FORM = "photo: request body application/x-www-form-urlencoded"
INNER = {"type": "object", "additionalProperties": {"type": "array", "items": LIST_OF_TEXTS}}
OF_LISTS = {"type": "object", "properties": {"b": {"allOf": [INNER]}}}
NAMELESS = "all become field_1 in Python: add x-python-name to all but one"
ONE: list[tuple[str, Any, str]] = [
    # names
    (
        f"{SCHEMAS}>Odd",
        {**OBJECT, "properties": {"+1": TEXT, "-1": TEXT, "2": TEXT}},
        f"components schemas Odd: members '+1', '-1': {NAMELESS}",
    ),
    (
        f"{ME}>parameters",
        [parameter("+1"), parameter("-1"), parameter("1", **{"x-python-name": "one"})],
        f"GET /me: parameters '+1', '-1': {NAMELESS}",
    ),
    # the whole document
    ("openapi", "3.1.0", "openapi: 3.1.0: convert the document"),
    ("openapi", REMOVED, "openapi: no version: write 3.0.3"),
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
    (
        f"{ME}>responses>200",
        REMOVED,
        "GET /me: no 2xx response: describe the response of a success",
    ),
    (f"{ME}>responses>200", response(), "GET /me: response 200: application/json without a schema"),
    (
        f"{ME}>responses>200",
        response("text/plain", schema={"type": "integer"}),
        "GET /me: response 200: text/plain: it is not parsed",
    ),
    (
        f"{ME}>responses>200",
        {"description": "d", "content": {"text/csv": {"schema": TEXT}, "image/png": {}}},
        "GET /me: response 200: several content types (text/csv, image/png): ",
    ),
    (
        f"{ME}>responses>200>content>text/csv",
        {"schema": TEXT},
        "GET /me: response 200: text/csv beside JSON, with values of another type: keep one",
    ),
    (
        f"{ME}>responses>200",
        response("application/pdf", schema={"allOf": [OBJECT]}),
        "GET /me: response 200: application/pdf: it is not parsed",
    ),
    (
        f"{SCHEMAS}>Me>properties>odd",
        {"allOf": [TEXT, {"type": "integer"}]},
        "schema MeOdd: allOf has no value: string and integer",
    ),
    # request bodies
    (
        f"{POST}>requestBody>content",
        {"text/csv": {"schema": TEXT}, "text/plain": {"schema": TEXT}},
        "POST /widgets: several request content types (text/csv, text/plain): keep one",
    ),
    (
        f"{POST}>requestBody>content",
        {"image/*": {}},
        "POST /widgets: request body image/*: name one media type, or write */*: that of the file",
    ),
    (
        f"{POST}>requestBody>content",
        {"text/*": {"schema": TEXT}},
        "POST /widgets: request body text/*: name one media type",
    ),
    (
        f"{POST}>requestBody>content",
        {"application/json": {}},
        "POST /widgets: request body application/json without a schema: add one",
    ),
    (
        f"{POST}>requestBody>content",
        {"text/csv": {"schema": OBJECT}},
        "POST /widgets: request body text/csv: it is not parsed",
    ),
    (
        f"{POST}>requestBody>content",
        {"multipart/form-data": {"schema": TEXT}},
        "POST /widgets: request body multipart/form-data: a form is an object",
    ),
    (
        f"{PHOTO}>multipart/form-data>encoding",
        {"file": {"headers": {"X-A": {"schema": TEXT}}}},
        "photo: request body multipart/form-data: encoding of file: headers of a part are not",
    ),
    (
        f"{PHOTO}>multipart/form-data",
        {
            "schema": {"type": "object", "properties": {"all": {"type": "array", "items": OBJECT}}},
            "encoding": {"all": {"contentType": "application/xml"}},
        },
        "photo: request body multipart/form-data: encoding of all: an object is sent as JSON",
    ),
    (
        f"{PHOTO}",
        form({"a": {"type": "array", "items": OBJECT}}, a={"style": "deepObject"}),
        f"{FORM}: encoding of a: style deepObject is for objects: write style form, or write cont",
    ),
    (
        f"{PHOTO}",
        form({"a": OF_LISTS}, a={"style": "deepObject"}),
        f"{FORM}: encoding of a: member b.of additionalProperties has items with parts, which sty",
    ),
    (
        f"{PHOTO}",
        form({"a": {"type": "array", "items": LIST_OF_TEXTS}}, a={"explode": True}),
        f"{FORM}: encoding of a: an item has parts, which style form does not write: describe its",
    ),
    (
        f"{PHOTO}",
        form({"a": OBJECT}, a={"contentType": "application/xml"}),
        f"{FORM}: encoding of a: an object or a list is sent as JSON: write application/json, or a",
    ),
    # parameters
    (
        f"{LIST}>parameters>+",
        parameter(place="cookie"),
        "GET /widgets: cookie parameter x: cookies are not supported",
    ),
    (
        f"{LIST}>parameters>+",
        {"name": "x", "in": "query", "content": {"text/csv": {"schema": TEXT}}},
        "GET /widgets: query parameter x: content is not supported: describe it by a schema",
    ),
    (
        "paths>/widgets/{widgetId}>parameters",
        [
            {
                "name": "widgetId",
                "in": "path",
                "required": True,
                "content": {"application/json": {"schema": TEXT}},
            }
        ],
        "path parameter widgetId: JSON in a path is not supported: describe it by a schema",
    ),
    (
        f"{LIST}>parameters>+",
        parameter("Authorization", "header"),
        "GET /widgets: header parameter Authorization: the SDK sets this header field itself",
    ),
    (
        f"{LIST}>parameters>+",
        parameter("X Key", "header"),
        "GET /widgets: header parameter X Key: is not a name of a header field",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(schema={"allOf": [{"properties": {"a": LIST_OF_TEXTS}}]}),
        "GET /widgets: query parameter x: member a has parts, which style form does not",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(schema={"properties": {"a": OBJECT}}),
        "GET /widgets: query parameter x: member a has parts, which style form does not",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(schema={"properties": {"a": OBJECT}}, explode=False),
        "GET /widgets: query parameter x: member a has parts, which style form does not",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(schema={"type": "array", "items": OBJECT}),
        "query parameter x: an item has parts, which style form does not write: describe its cont",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(schema={"allOf": [{"type": "array", "items": OBJECT}]}),
        "query parameter x: an item has parts, which style form does not write: describe its cont",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(schema={"type": "object", "additionalProperties": OBJECT}),
        "query parameter x: member of additionalProperties has parts, which style form does not",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(style="deepObject"),
        "query parameter x: style deepObject is for objects: write style form, or describe its co",
    ),
    (
        f"{LIST}>parameters>+",
        parameter(style="deepObject", schema={"properties": {"a": OF_LISTS}}),
        "query parameter x: member a.b.of additionalProperties has items with parts, which style",
    ),
    (
        f"{LIST}>parameters>+",
        parameter("X-A", "header", schema={"type": "array", "items": LIST_OF_TEXTS}),
        "header parameter X-A: an item has parts, which style simple does not write: describe its",
    ),
    (
        "paths>/widgets/{widgetId}>parameters",
        [parameter("widgetId", "path", schema={"properties": {"a": OBJECT}}, style="label")],
        "path parameter widgetId: member a has parts, which style label does not write: use the q",
    ),
    # names
    (f"{ME}>operationId", "list_widgets", "operationId list_widgets (GET /me), listWidgets (GET"),
    (f"{ME}>operationId", "2nd", "GET /me: operationId 2nd: cannot be a name in Python"),
    (f"{ME}>operationId", "größe", "GET /me: operationId größe: cannot be a name in Python"),
    (f"{POST}>operationId", "iterWidgets", "tag widgets: iter_widgets iterates over pages"),
    (
        f"{ME}>tags",
        ["widgets"],
        "tag widgets (GET /me), Widgets (GET /widgets): all become widgets in Python",
    ),
    (f"{ME}>tags", ["Close"], "tag Close: hides the attribute close: choose another name"),
    (f"{ME}>tags", ["Access token"], "tag Access token: hides the attribute access_token"),
    ("tags>3>name", "Settings", "tags: tag Settings: hides the attribute settings"),
    (f"{ME}>tags", ["Errors"], "GET /me: tag Errors: hides the attribute errors"),
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
        "components schemas Me properties client_id: members beside $ref have no meaning",
    ),
    ("paths>/you", {"$ref": "#/paths/~1me"}, "paths /you: $ref of a whole path is not"),
    (
        f"{ME}>responses>200>content>application/json>schema",
        {"$ref": "#/components/securitySchemes/oauth2"},
        "securitySchemes/oauth2 is not among the schemas: refer to one of them",
    ),
    (
        f"{ME}>responses>200>content>application/json>schema",
        {"$ref": "#/info"},
        "application/json schema: $ref #/info is not a schema: refer to one of the schemas",
    ),
    (
        f"{POST}>requestBody",
        {"$ref": "#/components/schemas/Me"},
        "POST /widgets: requestBody: $ref #/components/schemas/Me is not among the requestBodies",
    ),
    (
        f"{ME}>responses>default",
        response(schema={"$ref": "#/components/schemas/None"}),
        "GET /me: responses default content application/json schema: $ref #/components/schemas/",
    ),
    (
        f"{ME}>responses>200>headers",
        {"x-next": {"$ref": "#/components/headers/None"}},
        "GET /me: responses 200 headers x-next: $ref #/components/headers/None points at nothing",
    ),
    (f"{SCHEMAS}>Odd", {"items": {"$ref": 3}}, "schemas Odd items: $ref 3 is not text: fix it"),
    (
        f"{SCHEMAS}>Odd",
        {"allOf": [{"$ref": "#/components/schemas/Odd"}]},
        "components schemas Odd: allOf, oneOf or anyOf leads back to Odd, without a member or list",
    ),
    (
        f"{SCHEMAS}>Odd",
        {"properties": {"a": TEXT}, "oneOf": [{"$ref": "#/components/schemas/Odd"}]},
        "components schemas Odd: allOf, oneOf or anyOf leads back to Odd, without a member or list",
    ),
    (
        f"{SCHEMAS}>Odd",
        {"allOf": [{"$ref": "#/components/schemas/None"}]},
        "schemas Odd allOf 0: $ref #/components/schemas/None points at nothing: fix it",
    ),
    (
        f"{SCHEMAS}>Odd",
        {"discriminator": {"propertyName": "kind", "mapping": {"a": "Me", "b": "None"}}},
        "components schemas Odd: discriminator b: None is not a schema: fix it",
    ),
    (
        f"{SCHEMAS}>Odd",
        {"properties": {"many": {"type": "array"}}},
        "components schemas Odd properties many: a list without items: add `items: {}`",
    ),
    (f"{LIST}>parameters", [parameter(place="body")], "body parameter x: not a place of a parame"),
    (f"{LIST}>parameters", [parameter(), parameter()], "query parameter x: described 2 times"),
    ("paths", {}, "paths: no operation: add one"),
    ("paths", {"me": {}}, "paths 'me': start it with /"),
    (
        f"{LIST}>parameters",
        [parameter(place="path", required=True)],
        "GET /widgets: path parameter x: the path does not have it: add {x}, or remove it",
    ),
    (f"{POST}>requestBody>content", {}, "POST /widgets: request body without a content type: name"),
    (
        f"{POST}>requestBody>content",
        {"text/plain\r\nX-A: b": {"schema": TEXT}},
        "POST /widgets: request body 'text/plain\\r\\nX-A: b': is not a media type: write one",
    ),
    (f"{ME}>responses>200", response("json"), "GET /me: response 200: 'json': is not a media type"),
    (
        "components>responses>Round",
        {"$ref": "#/components/responses/Round"},
        "components responses Round: $ref #/components/responses/Round points at nothing",
    ),
]


@pytest.mark.parametrize(
    ("place", "value", "complaint"), [pytest.param(*row, id=row[2][:60]) for row in ONE]
)
def test_one_fault_is_named(
    refusal: Callable[[object], list[str]],
    document: Document,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    value: object,
    complaint: str,
) -> None:
    """A valid document with one fault is rejected, and the complaint names the place."""
    put(place, value)(document)
    # the validator takes most of the time, and has a table of its own
    monkeypatch.setattr("codegen.check.validity.complaints", lambda _: [])

    assert [line for line in refusal(document) if complaint in line]


NOT_VALID: list[tuple[str, Any, str]] = [
    ("info", REMOVED, "the document: info is missing: add it"),
    (
        f"{SCHEMAS}>Me>properties>client_id>default",
        1,
        "components schemas Me properties client_id default: 1 is not valid here: write text in",
    ),
    (f"{ME}>operationId", "listWidgets", "not valid OpenAPI 3.0: Operation ID 'listWidgets'"),
    (
        f"{SCHEMAS}>Odd",
        {"properties": {"many": {"type": "strings"}}},
        'components schemas Odd properties many type: "strings" is not valid here: write one of',
    ),
    (f"{ME}>responses>200>description", REMOVED, "responses 200: description is missing: add it"),
    (
        f"{LIST}>parameters",
        [parameter(style="matrix")],
        'style: "matrix" is not valid here: write one of form,',
    ),
    (
        f"{SCHEMAS}>Odd",
        {"propertys": {}},
        "schemas Odd: OpenAPI 3.0 has no propertys here: write properties, or remove it",
    ),
    (
        f"{SCHEMAS}>Odd",
        {"const": 1},
        "components schemas Odd: OpenAPI 3.0 has no const here: remove",
    ),
    (
        f"{SCHEMAS}>Odd",
        {"type": ["string", "null"]},
        "write one type, and `nullable: true` for null",
    ),
    (f"{SCHEMAS}>Odd", {"oneOf": []}, "components schemas Odd oneOf: it is empty: add an item"),
    (
        f"{SCHEMAS}>Odd",
        {"format": 5},
        "components schemas Odd format: 5 is not valid here: write te",
    ),
    (f"{SCHEMAS}>Odd", [], "components schemas Odd: [] is not valid here: write an object"),
    (
        f"{SCHEMAS}>Odd",
        {"type": "string", "format": "date", "default": "today"},
        "components schemas Odd default: not valid OpenAPI 3.0: 'today' is not a 'date'",
    ),
    (
        f"{LIST}>parameters",
        [{**parameter(), "example": 1, "examples": {}}],
        "GET /widgets: parameters 0: example and examples exclude each other: keep one",
    ),
    (
        f"{LIST}>parameters",
        [{"in": "query", "name": "x", "content": {"text/plain": {}, "text/csv": {}}}],
        "GET /widgets: parameters 0 content: it has text/plain, text/csv: keep one",
    ),
    ("paths", None, "paths: null is not valid here: write an object"),
]


@pytest.mark.parametrize(
    ("place", "value", "complaint"), [pytest.param(*row, id=row[-1][:60]) for row in NOT_VALID]
)
def test_what_is_not_valid_is_named(
    refusal: Callable[[object], list[str]],
    document: Document,
    place: str,
    value: object,
    complaint: str,
) -> None:
    """What is not OpenAPI 3.0 is rejected once, with the place and what to write."""
    put(place, value)(document)

    assert len([line for line in refusal(document) if complaint in line]) == 1


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"type": "string", "pattern": "^\\p{L}+$"}, id="pattern of another language"),
        pytest.param(
            {"allOf": [{"$ref": f"#/{SCHEMAS.replace('>', '/')}/Me"}], "required": ["other"]},
            id="required member that no part describes",
        ),
    ],
)
def test_valid_enough(
    refusal: Callable[[object], list[str]], document: Document, schema: Document
) -> None:
    """What the client does without is no fault; only the one that is made here is named."""
    put(f"{SCHEMAS}>Odd", schema)(document)
    put(f"{ME}>operationId", "")(document)

    assert [line.partition(":")[0] for line in refusal(document)] == ["GET /me"]


def test_circle_of_parameters(refusal: Callable[[object], list[str]], document: Document) -> None:
    """References that lead round are named, and not followed for ever."""
    round_ = {"$ref": "#/components/parameters/Round"}
    put("components>parameters", {"Round": round_})(document)
    put(f"{ME}>parameters", [round_])(document)

    assert [line for line in refusal(document) if "parameters/Round points at nothing" in line]


def test_supported_document() -> None:
    """Each kind of parameter and body that the proof calls is accepted."""
    rules.verify(load(Path(__file__).parents[1] / "prove" / "shop.yaml"))


NO_NAME = "cannot be a name in Python: use ASCII letters, a letter first, or x-python-name"


def test_all_faults_are_named_at_once(
    refusal: Callable[[object], list[str]], document: Document
) -> None:
    """One run names every fault of the document."""
    put(f"{ME}>tags", REMOVED)(document)
    put(f"{LIST}>security", REMOVED)(document)
    put(f"{POST}>operationId", "2nd")(document)

    assert refusal(document) == [
        "GET /me: no tag: add one, it names the namespace",
        "GET /widgets: no security: add it (`security: []` where no token is needed)",
        f"POST /widgets: operationId 2nd: {NO_NAME}",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("a: [", "does not parse: line 1: ", id="not YAML"),
        pytest.param("a: 1\na: 2", 'line 2: duplicate key "a": keep one', id="a key twice"),
        pytest.param("a:\n\tb: 1", "line 2: a tab: indent with spaces", id="a tab"),
        pytest.param("a: b: 1", "a colon is not expected: put the text in quotes", id="a colon"),
        pytest.param("a:\n  b: 1\n c: 1", "line 3: expected <block end>: the in", id="not aligned"),
        pytest.param("a: 1\n---\nb: 1", "another document begins: keep one", id="two documents"),
        pytest.param("a: *b", "alias 'b' is not defined: define it before", id="no anchor"),
        pytest.param("a: \x01", "the control character U+0001 is not allowed", id="control"),
        pytest.param(b"a: \xe9", "it is not text in UTF-8: save it in this encoding", id="latin 1"),
        pytest.param(f"a: {'[' * 5_000}", "it is nested too deep", id="nested"),
        pytest.param("openapi: 3.0", "write 3.0.3, which every generator supports", id="3.0"),
        pytest.param("- a", "is not an OpenAPI document: it must be a mapping", id="a list"),
        pytest.param("", "is not an OpenAPI document: it must be a mapping", id="empty"),
        pytest.param("&a {b: *a}", "does not parse: Circular reference", id="endless"),
        pytest.param("a: !!binary aGk=", "does not parse: Object of type bytes", id="bytes"),
        pytest.param('a: "\\ud800"', "does not parse: 'utf-8' codec can't", id="half a character"),
        pytest.param("a: .nan", "does not parse: Out of range float", id="not a number"),
        pytest.param(
            "a: !!python/name:os.system x", "is not supported: write the value", id="a tag"
        ),
        pytest.param(
            "{openapi: 3.0.3, info: {title: t, version: v}, paths: {/me: {get: {responses: "
            "{200: {description: d}}}}}}",
            "GET /me: responses: the key 200 is not text: put it in quotes",
            id="a number as key",
        ),
    ],
)
def test_unreadable_document(
    refusal: Callable[[object], list[str]], text: str | bytes, complaint: str
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
        f"openapi: {version}: convert the document to 3.0.3, which every generator supports",
    ]


def test_version_in_the_midst_of_json(refusal: Callable[[object], list[str]]) -> None:
    """That of JSON is looked at before anything else of its content."""
    assert refusal({"a": float("nan"), "openapi": "3.1.0"}) == [
        "openapi: 3.1.0: convert the document to 3.0.3, which every generator supports",
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

    assert refusal(document) == ["the document: not valid OpenAPI 3.0: KeyError 'name'"]


def test_key_twice_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A repeated key is rejected in JSON, too."""
    path = tmp_path / "spec.json"
    path.write_text('{"a": 1, "b": {"c": 1, "c": 2}}')

    assert codegen.main(["--check", "--spec", str(path)]) == 2
    assert f'{path}: does not parse: duplicate key "c": keep one' in capsys.readouterr().err


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


@pytest.mark.parametrize("path", ["/{id!r:>9}", "/{id", "/}", '/"+PWNED()+"', "/a?b", "/a b"])
def test_path_is_no_code(
    refusal: Callable[[object], list[str]], document: dict[str, Any], path: str
) -> None:
    """A path has characters of a URL only; braces enclose a parameter of the document."""
    document["paths"][path] = document["paths"].pop("/me")

    assert refusal(document)[0] == (
        f"paths {path!r}: use URL characters; braces are for {{parameters}} only"
    )


def test_path_names_a_parameter_once(
    refusal: Callable[[object], list[str]], document: dict[str, Any]
) -> None:
    """Two parts of a path can't have one parameter."""
    document["paths"]["/{id}/{id}"] = document["paths"].pop("/me")

    assert refusal(document)[0] == (
        "paths '/{id}/{id}': has {id} twice: give each part a parameter of its own"
    )


@pytest.mark.parametrize("name", ["id.__class__", "0", "größe"])
def test_parameter_of_a_path_is_described(
    refusal: Callable[[object], list[str]], document: dict[str, Any], name: str
) -> None:
    """What braces enclose is the name of a parameter, and never looked up otherwise."""
    document["paths"][f"/{{{name}}}"] = document["paths"].pop("/me")

    assert refusal(document) == [
        f"GET /{{{name}}}: path parameter {name}: it is not described: add it to the parameters"
    ]
