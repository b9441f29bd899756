"""The command ``python -m adapters``."""

import sys

from .cli import main

sys.exit(main())
