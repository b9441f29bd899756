"""``python -m persium_ext`` is ``persium``."""

from __future__ import annotations

import sys

from persium_ext.cli import main

sys.exit(main())
