"""With lowering switched off, the proof finds what upstream reads wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import project, prove
from codegen.document import Document, load, node
from codegen.errors import DocumentError
from codegen.lower import Lowered, media
from codegen.names import operation_name
from codegen.project import PACKAGE, generate
from codegen.prove import run

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
