"""The result of ``persium me`` in the formats of pipelines: JUnit's XML, GitHub's annotations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from .output import as_table, harmless

_NAME: Final = "persium me"


class Failure(NamedTuple):
    """Why a command failed: the class of the error, its text and what helps."""

    kind: str
    message: str
    hint: str | None

    @property
    def text(self) -> str:
        """Text and hint."""
        return f"{self.message}; {self.hint}" if self.hint else self.message


def junit(caller: Mapping[str, object], failure: Failure | None, seconds: float) -> str:
    """Return a report in JUnit's XML with one test case, in ASCII."""
    failed, tag = int(failure is not None), f"time={quoteattr(f'{seconds:.3f}')}"
    if failure is None:
        content = f"<system-out>{escape(as_table(caller))}</system-out>"
    else:
        head = f"type={quoteattr(failure.kind)} message={quoteattr(harmless(failure.message))}"
        content = f"<failure {head}>{escape(harmless(failure.text))}</failure>"
    report = (
        f'<testsuite name="persium" tests="1" failures="{failed}" errors="0" {tag}>'
        f'<testcase classname="persium" name="{_NAME}" {tag}>{content}</testcase></testsuite>'
    )
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n{report}'
    return xml.encode("ascii", "xmlcharrefreplace").decode()


def github(caller: Mapping[str, object], failure: Failure | None, _: float) -> str:
    """Return a workflow command of GitHub: an annotation of the run."""
    if failure is None:
        shown = ", ".join(f"{name} {value}" for name, value in caller.items())
        return f"::notice title={_NAME}::{_data(shown)}"
    return f"::error title={_NAME}::{_data(failure.text)}"


def _data(text: str) -> str:
    """Escape the message of a workflow command; its end is that of the line."""
    return harmless(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


FORMATS: Final[Mapping[str, Callable[[Mapping[str, object], Failure | None, float], str]]] = {
    "junit": junit,
    "github": github,
}
