"""The version, for people and for ``User-Agent``; ``pyproject.toml`` has the same.

Reading the metadata of the installed package would cost a fifth of an import.
"""

from typing import Final

__version__: Final = "0.1.0"
GENERATOR: Final = "openapi-python-client 0.29.1"
"""What generated ``persium_api``; ``codegen/generate/pins.py`` has the same."""
USER_AGENT: Final = f"persium-python/{__version__}"
DOCUMENTATION: Final = "https://persium.example/docs/python"
"""Where the pages are published; errors refer to them."""
