"""``mutants.py NAME``: the reference with one of the ``mutations``, each of which breaks a rule."""

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
