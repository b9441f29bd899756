"""Which statuses a server is tried with, and what the document says of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from codegen.read.document import node

if TYPE_CHECKING:
    from codegen.read.document import Document, Node, Operation

_RANGES: Final = {
    "2XX": (200, 201, *range(226, 300)),
    "4XX": range(418, 500),
    "5XX": range(520, 600),
}
_WITHOUT_BODY: Final = frozenset({204, 205})  # whatever is described: RFC 9110, section 15.3
_OTHER: Final = (*_RANGES["4XX"], *_RANGES["5XX"])


def documented(document: Document, operation: Operation) -> dict[int, Node]:
    """Return the response of each status; of a range, that of a status without one of its own.

    Redirects and 1xx are left out: the client deals with them.
    """
    stated = node(operation.node, "responses")
    found = {int(s): document.resolve(r) for s, r in stated.items() if s.isdecimal()}
    free = [s for s in _OTHER if s not in found and f"{s // 100}XX" not in stated]
    ranges = {"default": free[:1], **_RANGES}  # beside both ranges, no error is left
    for name, numbers in ranges.items():
        for status in [s for s in numbers if name in stated and s not in found][:1]:
            found[status] = document.resolve(stated[name])
    if "default" in stated and all(status // 100 != 2 for status in found):
        found[200] = document.resolve(stated["default"])
    found.update((status, {}) for status in _WITHOUT_BODY & found.keys())
    return {status: each for status, each in found.items() if status // 100 not in {1, 3}}


def undocumented(operation: Operation) -> list[int]:
    """Return a status of an error that the document does not name, if there is one."""
    stated = node(operation.node, "responses")
    free = [s for s in _OTHER if str(s) not in stated and f"{s // 100}XX" not in stated]
    return [] if "default" in stated else free[-1:]
