"""The licences of what persium needs at run time, as SPDX names them."""

from __future__ import annotations

from importlib.metadata import metadata
from typing import Final

from release._lock import Pin

PERMISSIVE: Final = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0"}
)

EXCEPTIONS: Final = {
    # Mozilla's list of certificate authorities: a file of data that nobody links with or alters
    "certifi": "MPL-2.0",
}

# how packages that state no SPDX expression (PEP 639) say it
_SPOKEN: Final = {"Apache 2.0": "Apache-2.0", "Apache License, Version 2.0": "Apache-2.0"}


def licence(pin: Pin) -> str:
    """Return the SPDX expression of the installed package that *pin* names.

    Raises:
        ValueError: Another version is installed, or it does not say its licence.
    """
    about = metadata(pin.name).json
    if about["version"] != pin.version:
        raise ValueError(f"{pin.name}: locked {pin.version}, installed {about['version']}")
    said = about.get("license_expression") or about.get("license")
    if not said:
        raise ValueError(f"{pin.name} {pin.version} does not say its licence")
    return _SPOKEN.get(str(said), str(said))


def is_permissive(name: str, expression: str) -> bool:
    """Whether *name* may be needed at run time under *expression*, a choice of licences."""
    return EXCEPTIONS.get(name) == expression or bool(PERMISSIVE & set(expression.split(" OR ")))
