"""Clients that other generators make of ``openapi.yaml``: generated, built and run.

::

    __main__ ─▶ documents          the forms of openapi.yaml that generators need
       │  └───▶ target             the target.toml of a generator
       └─▶ run ─▶ steps            install, generate, build
            └───▶ judge ─▶ calls   run the program against the sandbox, compare its results
       └─▶ report                  the table of results
"""
