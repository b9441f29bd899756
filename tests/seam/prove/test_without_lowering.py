"""With lowering switched off, the proof finds what upstream reads wrongly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codegen import prove
from codegen.errors import DocumentError
from codegen.generate import project
from codegen.generate.project import PACKAGE, generate
from codegen.lower import Lowered
from codegen.naming.names import operation_name
from codegen.prove import run
from codegen.read import media
from codegen.read.document import Document, load, node

Json = Any
JSON = "response 200 application/json"
UNLOWERED = Path(__file__).with_name("unlowered.yaml")


def as_it_is(document: Document, *, reserved: frozenset[str]) -> Lowered:
    """Return the author's own document in place of the lowered one."""
    del reserved
    operations = {operation_name(each): each for each in document.operations()}
    bodies = {
        name: media.preferred(node(node(each.node, "requestBody"), "content"))
        for name, each in operations.items()
        if "requestBody" in each.node
    }
    where = {name: each.where for name, each in operations.items()}
    return Lowered(document.data, where, {}, {}, bodies)


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Return what the proof says of a package that upstream wrote from the author's document."""
    package, document = tmp_path_factory.mktemp("unlowered") / PACKAGE, load(UNLOWERED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project, "lower", as_it_is)
        patch.setattr(run, "MAX_LINES", 1_000)
        generate(document, spec=UNLOWERED, output=package)
        with pytest.raises(DocumentError) as caught:
            prove.verify(document, package)
    return caught.value.complaints


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param(
            "GET /one-ref (readOneRef): response 200 application/json /packedOn",
            "a declared member",
            id="members beside allOf of one reference, read",
        ),
        pytest.param(
            "POST /one-ref (sendOneRef): request body /packedOn: Base has no such member",
            "",
            id="members beside allOf of one reference, sent",
        ),
        pytest.param(
            "GET /part (readPart): response 200 application/json /sentAt",
            "a declared member",
            id="allOf with a part of oneOf",
        ),
        pytest.param(
            "GET /beside (readBeside): response 200 application/json /postedOn",
            "a declared member",
            id="oneOf beside members",
        ),
        pytest.param(
            "GET /base (readBase): response 200 application/json /builtOn",
            "a declared member",
            id="subtypes of a base",
        ),
        pytest.param(
            "GET /tagged (readTagged): response 200 application/json /content",
            "the text '2026-01-31'",
            id="variants told apart by a tag",
        ),
        pytest.param(
            "GET /done (readDone): response 200 application/json /at",
            "the text '2026-01-31'",
            id="variants told apart by a flag",
        ),
        pytest.param(
            "GET /state (readDefaults): response 200 application/json /level",
            "unset, seen 3",
            id="default of a member, read",
        ),
        pytest.param(
            "PATCH /state (sendDefaults): request body /level",
            "nothing, seen 3",
            id="default of a member, sent",
        ),
        pytest.param(
            "PUT /account (sendAccount): request body /number",
            "nothing, seen 'text'",
            id="readOnly",
        ),
        pytest.param(
            "PUT /account (sendAccount): response 200 application/json",
            "{'number': 'text'} to be decoded",
            id="writeOnly",
        ),
        pytest.param(
            "GET /colour (readColour): response 200 application/json",
            "{'colour': None} to be decoded",
            id="nullable enum without null",
        ),
        pytest.param(
            "GET /seal (readSeal): response 200 application/json",
            "{'seal': 'bytes'} to be decoded",
            id="bytes in JSON",
        ),
        pytest.param(
            f"GET /row (readRow): {JSON} ReadRowResponse200.to_dict()/leg_item/length",
            "1, seen nothing",
            id="member named like the item of a list",
        ),
        pytest.param(
            f"GET /names (readNames): {JSON} ReadNamesResponse200.to_dict()/UNSET",
            "''",
            id="name of upstream's own",
        ),
        pytest.param(
            f"GET /item (readItem): {JSON} ReadItemResponse200.to_dict()/x_item",
            "'text', seen '2024-02-29'",
            id="text named like the item of a list",
        ),
        pytest.param(
            f"GET /own-words (readOwnWords): {JSON} ReadOwnWordsResponse200.to_dict()/field_dict",
            "'text', seen {'field_dict'",
            id="member named like a local of upstream",
        ),
        pytest.param(
            f"GET /bag (readBag): {JSON}",
            "{'additional_properties': 'text'} to be decoded, seen TypeError",
            id="member named like an attribute of every model",
        ),
        pytest.param(
            f"GET /method (readMethod): {JSON} /to_dict",
            "unset, seen <function ReadMethodResponse200.to_dict>",
            id="member named like a method of every model",
        ),
        pytest.param(
            "GET /body (askBody): query parameter body",
            "an argument, seen none",
            id="parameter named like the body",
        ),
        pytest.param(
            "GET /shade (askShade): query parameter shade in Python the value",
            "AskShadeShade or Unset, seen None",
            id="nullable enum of a parameter",
        ),
        pytest.param(
            "POST /shade (sendShade): request body in Python /shade",
            "SendShadeBodyShade or Unset, seen None",
            id="nullable enum of a body",
        ),
        pytest.param(
            "POST /lamp-form (sendLampForm): request body the value",
            "nothing else, seen [('level', '3')",
            id="default of a form",
        ),
        pytest.param(
            "POST /lamp-parts (sendLampParts): request body the value",
            "no other part, seen ['level', 'on']",
            id="default of a multipart form",
        ),
        pytest.param(
            "module persium_api.api.kinds.send_either",
            "to be imported, seen NameError",
            id="several media types of a body",
        ),
    ],
)
def test_fault_is_found(complaints: tuple[str, ...], place: str, expected: str) -> None:
    """The complaint names the operation, the member, what was expected and what was seen."""
    line = f"{place}: expected {expected}" if expected else place

    assert [each for each in complaints if each.startswith(line)]


@pytest.mark.parametrize(
    "where",
    [
        pytest.param("GET /locals", id="names of locals of upstream's from_dict"),
        pytest.param(
            "GET /reserved/{url}",
            id="names of upstream's arguments, deepObject, text, 4XX, default",
        ),
        pytest.param("POST /parts", id="flags, null, files and JSON in a multipart form"),
    ],
)
def test_what_upstream_has_no_part_in_is_right(complaints: tuple[str, ...], where: str) -> None:
    """Calls use upstream's models only, and none of its functions: these kinds need no lowering."""
    assert not [each for each in complaints if each.startswith(where)]


STAMP: Json = {"type": "string", "format": "date-time"}
LIST: Json = {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(
            {"parameters": [{"name": "If-Modified-Since", "in": "header", "schema": STAMP}]},
            id="date in a header field",
        ),
        pytest.param(
            {"parameters": [{"name": "X-Ids", "in": "header", "schema": LIST}]},
            id="list in a header field",
        ),
        pytest.param(
            {"requestBody": {"content": {"text/plain": {"schema": {"type": "string"}}}}},
            id="text as a body",
        ),
    ],
)
def test_what_upstream_leaves_out_is_refused(
    operation: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes no function for the operation, and the complaint names the operation."""
    node = {"operationId": "send", "tags": ["Kinds"], "security": [], **operation}
    node["responses"] = {"204": {"description": "d"}}
    info = {"title": "Kinds", "version": "1.0.0"}
    data: Json = {"openapi": "3.0.3", "info": info, "paths": {"/x": {"post": node}}}
    monkeypatch.setattr(project, "lower", as_it_is)

    with pytest.raises(DocumentError) as caught:
        generate(Document(data, "", b""), spec=UNLOWERED, output=tmp_path / PACKAGE)

    assert caught.value.complaints[0].startswith("POST /x: openapi-python-client cannot read it")
