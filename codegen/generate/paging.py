"""How the pages of a list follow one another, by a rule that holds for every document.

An operation has pages if its only success is a list, or an object with a list ``items``, and

1. its query has ``cursor``, and a page has ``next_cursor``; or else
2. the response documents a header field ``Link`` (RFC 8288), whose ``rel="next"`` is the next page;
3. its query has ``offset`` and ``limit``, both integers;
4. its query has an integer ``page``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty

from codegen.generate.responses import alternatives, status_key
from codegen.generate.upstream import members
from codegen.read.document import node

if TYPE_CHECKING:
    from openapi_python_client.parser.properties.protocol import PropertyProtocol
    from openapi_python_client.parser.responses import Response

    from codegen.generate.parameter import Parameter
    from codegen.read.document import Document, Operation


@frozen(kw_only=True)
class Paging:
    """The pages of an operation.

    Attributes:
        kind: ``cursor``, ``link``, ``offset`` or ``page``.
        argument: The argument that chooses a page; empty for links.
        following: The attribute of a page with the next cursor; empty for the other kinds.
        first: The offset or number of the first page.
        items: The attribute of a page with its items; empty: the page is the list.
        list: The list of items.
        fits: Whether a page's next cursor can be the argument.
    """

    kind: str
    argument: str = ""
    following: str = ""
    first: int = 0
    items: str
    list: ListProperty
    fits: bool = True

    @property
    def item_type(self) -> str:
        """The type of an item."""
        found = self.list.inner_property.get_type_string(no_optional=True)
        return found.as_unembedded_code()


def paging_of(
    operation: Operation,
    document: Document,
    successes: list[Response],
    parameters: list[Parameter],
) -> Paging | None:
    """Return how to go from page to page of *operation*; None: it has none."""
    if len(successes) != 1:
        return None
    page = successes[0].prop
    parts = {wire_name(p): p for p in members(page)} if isinstance(page, ModelProperty) else {}
    items = page if isinstance(page, ListProperty) else _list_in(parts.get("items"))
    if items is None:
        return None
    shown = str(parts["items"].python_name) if parts else ""
    query = {each.name: each for each in parameters if each.place == "query"}
    if "cursor" in query and "next_cursor" in parts:
        cursor, following = query["cursor"].prop, parts["next_cursor"]
        return Paging(
            kind="cursor",
            argument=query["cursor"].argument,
            following=str(following.python_name),
            items=shown,
            list=items,
            fits=_types(following) <= _types(cursor),
        )
    if _has_link(operation, document, successes[0]):
        return Paging(kind="link", items=shown, list=items)
    for kind, needed in (("offset", {"offset", "limit"}), ("page", {"page"})):
        if needed <= {name for name, each in query.items() if isinstance(each.prop, IntProperty)}:
            chosen = query[kind]
            first = _first(document, chosen, otherwise=1 if kind == "page" else 0)
            return Paging(kind=kind, argument=chosen.argument, first=first, items=shown, list=items)
    return None


def wire_name(prop: PropertyProtocol) -> str:
    """Return the name of *prop* in the document."""
    return prop.name.get_untrusted_value()


def _has_link(operation: Operation, document: Document, success: Response) -> bool:
    fields = node(document.responses(operation)[status_key(success)], "headers")
    return operation.method == "get" and "link" in {name.lower() for name in fields}


def _first(document: Document, parameter: Parameter, *, otherwise: int) -> int:
    """Return the default of *parameter*, else its minimum, else *otherwise*."""
    schema = document.resolve(node(parameter.stated, "schema"))
    stated: list[int] = [schema[key] for key in ("default", "minimum") if key in schema]
    return int([*stated, otherwise][0])


def _list_in(prop: PropertyProtocol | None) -> ListProperty | None:
    return next((p for p in alternatives(prop) if isinstance(p, ListProperty)), None)


def _types(prop: PropertyProtocol) -> set[str]:
    names = {p.get_base_type_string().as_unembedded_code() for p in alternatives(prop)}
    return names - {"None"}
