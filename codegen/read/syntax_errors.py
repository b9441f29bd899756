"""Why a document does not parse: the line, what is there, and what to do."""

from __future__ import annotations

import re
from typing import Any, Final

from ruamel.yaml.reader import ReaderError

_FIXES: Final = (
    (r"found duplicate key (\".*?\").*", r"duplicate key \1: keep one"),
    (r"found character '\\t' that cannot start any token", "a tab: indent with spaces"),
    (r"mapping values are not allowed here", "a colon is not expected: put the text in quotes"),
    (
        r"(expected <block end>), but found .*",
        r"\1: the indentation differs from that of the lines before: align it",
    ),
    (r"but found another document", "another document begins: keep one"),
    (r"(expected ',' or '[]}]'), but got .*", r"\1: a bracket is not closed before: close it"),
    (r"found undefined alias (.*)", r"alias \1 is not defined: define it before, or use $ref"),
    (
        r"could not determine a constructor for the tag (.*)",
        r"the tag \1 is not supported: write the value without it",
    ),
    (r"Circular reference detected", "Circular reference: an alias contains itself: use $ref"),
    (
        r"Object of type (\w+) is not JSON serializable",
        r"Object of type \1 is not JSON: write the value as text",
    ),
    (
        r"Out of range float values are not JSON compliant.*",
        "Out of range float: JSON has neither NaN nor infinity: write a number",
    ),
    (r"maximum recursion depth exceeded.*", "it is nested too deep"),
    (r"Exceeds the limit .*digits.*", "a number has too many digits"),
)


def words(error: Exception) -> str:
    """Return in one line why a document does not parse."""
    found: Any = error  # ruamel's errors have no types
    if isinstance(error, ReaderError) and "special" in str(found.reason):
        return f"the control character U+{found.character:04X} is not allowed: remove it"
    if isinstance(error, ReaderError | UnicodeDecodeError):
        return "it is not text in UTF-8: save it in this encoding"
    mark = getattr(error, "problem_mark", None)
    problem = found.problem if mark else str(error)
    text = " ".join(str(problem).split())
    for pattern, fix in _FIXES:
        text = re.sub(f"^{pattern}$", fix, text)
    return f"line {mark.line + 1}: {text}" if mark else text
