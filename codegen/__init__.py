"""Writes ``generated/persium_api`` from ``openapi.yaml``: ``python -m codegen [--check]``.

    openapi.yaml
        │ read       YAML or JSON, and the lookups in it
        │ check      what would give a wrong client is a DocumentError, by place and with the fix
        │ lower      what upstream reads rightly, made of what it misreads
        │ generate   the files of openapi-python-client, unmodified, and the facade
        │ prove      the written package is called, and compared with the document
        ▼
    generated/persium_api                          output compares or replaces the whole folder
        │ report     what changed for users since the package before
        ▼
    standard output, and drafts in CHANGELOG.md    the latter for the project's own document only

Each step is a folder. Two more are used by several steps: ``naming``, the names in Python, and
``examples``, values that are valid against a schema. A step that fails leaves the output unchanged.
"""
