"""Where each setting comes from, and what it takes precedence over."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from attrs import field, frozen

from persium_ext._text.secret import Secret

SETTINGS: Final = ("TOKEN_URL", "API_BASE_URL", "CLIENT_ID", "CLIENT_SECRET")
_PLACEHOLDER: Final = re.compile(
    r"<.*>|x+|\*+|\.+|change[-_ ]?me|todo|dummy|example|(my|your|the|client)[-_ ].*|not-a-real-.*",
    re.IGNORECASE,
)


@frozen(kw_only=True)
class Origin:
    """One setting.

    Attributes:
        name: Its name without a prefix.
        source: The argument or variable that it comes from; None: it is missing.
        shadows: Variables that are set, and without effect.
        shown: Its value; of the secret only its length and shape.
    """

    name: str
    source: str | None
    shadows: tuple[str, ...] = ()
    shown: str = field(default="", repr=False)

    def __str__(self) -> str:
        if self.source is None:
            return "missing"
        shadows = f", in place of {' and '.join(self.shadows)}" if self.shadows else ""
        return f"from {self.source}{shadows}"


def origins(arguments: Mapping[str, Any], environ: Mapping[str, str]) -> list[Origin]:
    """Return the origin of each setting; *arguments* are those of a client, the secret masked."""
    return [_origin(name, _candidates(name, arguments, environ)) for name in SETTINGS]


def secrets(arguments: Mapping[str, Any], environ: Mapping[str, str]) -> list[Secret]:
    """Return every secret that is set, those without effect too."""
    candidates = _candidates("CLIENT_SECRET", arguments, environ)
    found = [_content(source, value) for source, value in candidates.items()]
    return [Secret(secret) for secret in found if secret]


def _candidates(
    name: str, arguments: Mapping[str, Any], environ: Mapping[str, str]
) -> dict[str, Any]:
    """Return the sources that have a value, the one that counts first."""
    names = [name, f"{name}_FILE"] if name == "CLIENT_SECRET" else [name]
    found = {f"{each.lower()}=": arguments.get(each.lower()) for each in names}
    for prefix in ("PERSIUM_", ""):
        found |= {f"{prefix}{each}": environ.get(f"{prefix}{each}") for each in names}
    return {source: value for source, value in found.items() if value}


def _origin(name: str, candidates: Mapping[str, Any]) -> Origin:
    source = next(iter(candidates), None)
    if source is None:
        return Origin(name=name, source=None)
    value, shadows = candidates[source], tuple(candidates)[1:]
    show: dict[str, Callable[[Any], str]] = {
        "CLIENT_ID": str,
        "CLIENT_SECRET": partial(_secret, source),
    }
    shown = show.get(name, _url)(value)
    return Origin(name=name, source=source, shadows=shadows, shown=shown)


def _url(value: str) -> str:
    """Return a URL without what may be confidential in it."""
    try:
        parts = urlsplit(value)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    except ValueError:
        return "not a URL"
    if not parts.scheme or not parts.netloc:
        return "not a URL"
    return place if place == value else f"{place} and more, which is not shown"


def _secret(source: str, value: str | Secret) -> str:
    """Describe the secret: its length, its shape, and of a file its owner and mode."""
    secret = _content(source, value)
    file = f"; {_file(Path(str(value)))}" if _is_file(source) else ""
    return f"{len(secret)} characters{''.join(_shape(secret))}{file}"


def _is_file(source: str) -> bool:
    return source.upper().rstrip("=").endswith("_FILE")


def _content(source: str, value: str | Secret) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    return _read(Path(value)) if _is_file(source) else value


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except (OSError, ValueError):  # the setting's own check reports it
        return ""


def _file(path: Path) -> str:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return f"the file {path} can't be read"
    try:
        owner = path.owner()
    except (KeyError, NotImplementedError):  # a container without names; Windows
        owner = str(found.st_uid)
    return f"the file {path}, owner {owner}, mode {stat.S_IMODE(found.st_mode):04o}"


def _shape(secret: str) -> list[str]:
    notes: list[str] = []
    if secret != secret.strip():
        notes.append(", with white space at its ends")
    if _PLACEHOLDER.fullmatch(secret.strip()):
        notes.append(", which look like a placeholder")
    return notes


def masked(text: str, hidden: Iterable[Secret]) -> str:
    """Return *text* without the secrets, one of which may be in the wrong variable."""
    for secret in hidden:
        text = secret.redact(text)
    return text
