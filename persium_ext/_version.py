"""The version of the installed package, for people and for ``User-Agent``."""

from importlib.metadata import version
from typing import Final

VERSION: Final = version("persium")
USER_AGENT: Final = f"persium-python/{VERSION}"
