"""The reference page: one HTML file that contains Redoc and the document."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from spec import SpecError
from spec.samples import with_samples

if TYPE_CHECKING:
    from codegen.read.document import Document

TEMPLATE: Final = Path(__file__).with_name("page.html")
# Redoc would load its own logo from a server: an empty image replaces it.
_LOGO: Final = "https://cdn.redoc.ly/redoc/logo-mini.svg"
_EMPTY_IMAGE: Final = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"
_FONT: Final = "system-ui, sans-serif"
_OPTIONS: Final = {
    "expandResponses": "200",
    "hideDownloadButton": True,
    "schemaDefinitionsTagName": "Schemas",
    "schemasExpansionLevel": 2,
    "theme": {
        "typography": {
            "fontFamily": _FONT,
            "fontSize": "16px",
            "headings": {"fontFamily": _FONT},
            "code": {"fontSize": "14px"},
        }
    },
}


def page(document: Document, redoc: Path) -> str:
    """Return the page, with the script of the npm package in the folder *redoc*.

    Raises:
        SpecError: The script is missing, or has another version.
    """
    try:
        script = _script(redoc / "bundles" / "redoc.standalone.js")
        licences = [
            (redoc / name).read_text(encoding="utf-8")
            for name in ("LICENSE", "bundles/redoc.standalone.js.LICENSE.txt")
        ]
    except OSError as error:
        raise SpecError(f"{error.filename}: {error.strerror}; run: npm ci") from error
    start = _start(document)
    info = document.data["info"]
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        policy=_policy(script, start),
        title=html.escape(info["title"]),
        version=html.escape(info["version"]),
        licences="\n".join(licences).replace("--", "- -"),
        redoc=script,
        start=start,
    )


def _script(path: Path) -> str:
    script = path.read_text(encoding="utf-8")
    if script.count(_LOGO) != 1:
        raise SpecError(f"{path}: the URL of the logo has changed: see _LOGO")
    return _inline(script.replace(_LOGO, _EMPTY_IMAGE))


def _start(document: Document) -> str:
    data = json.dumps(with_samples(document), ensure_ascii=True)
    options = json.dumps(_OPTIONS)
    return _inline(f"Redoc.init({data}, {options}, document.getElementById('reference'));")


def _inline(script: str) -> str:
    """Escape text in JavaScript that HTML would read as the end of a script, or as a comment."""
    return re.sub(r"<(?=/script|!--)", r"\\x3c", script, flags=re.IGNORECASE)


def _policy(*scripts: str) -> str:
    """Return a Content-Security-Policy for these *scripts*, without any requests."""
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'"
    )
