"""The version of the installed package, for people and for ``User-Agent``."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final


def _installed() -> str:
    try:
        return version("persium")
    except PackageNotFoundError:  # sources that a bundler copied
        return "0+unknown"


__version__: Final = _installed()
USER_AGENT: Final = f"persium-python/{__version__}"
