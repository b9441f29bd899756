"""What comes along when a setting is copied, exported or filled in by a tool."""

from __future__ import annotations

import re
from typing import Final

_PROBLEMS: Final = {
    "[\ud800-\udfff]": "has bytes that are not UTF-8",
    "[\r\n]": "has a line end in it: remove it",
    "\ufeff": "has a byte order mark in it: remove it",
    r"\A(['\"]).*\1\Z": "has quotes around it: remove them",
    r"\$\{\{.*\}\}|\A(?:\$[{(].*[)}]|\{\{.*\}\}|\$[A-Z_]+|%[A-Z_]+%)\Z": "is an expression such "
    "as ${{ … }}: the tool that sets it has to replace it by its value",
}


def copy_problem(text: str) -> str | None:
    """Return why *text*, which is not quoted, can't be the value of a setting; None: it can."""
    return next((said for pattern, said in _PROBLEMS.items() if re.search(pattern, text)), None)
