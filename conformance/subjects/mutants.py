"""Clients that break one rule each: ``mutants.py NAME``. The judge has to see it, and only it.

Each is the reference with one change, which stands in ``mutations``.
"""

from __future__ import annotations

import logging
import sys

import mutations
import reference
from lines import serve

if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG)
    mutations.MUTATIONS[sys.argv[1]].apply()
    serve(reference.Client, lambda client: client.get("/me"))
