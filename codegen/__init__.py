"""Writes ``generated/persium_api`` from ``openapi.yaml``: ``python -m codegen [--check]``.

    openapi.yaml
        │ read       document, parsing             YAML or JSON, and the lookups in it
        │ check      rules: shape, validity, unsupported, names, member_names, completeness
        │            what would give a wrong client is a DocumentError, by place and with the fix
        │ lower      lower, member_names: what upstream reads rightly; renames puts names back
        │ generate   project, upstream, pins       the files of openapi-python-client, unmodified
        │ facade     method, responses, facade, docstrings, prose, templates/
        │ facade     schemas, paging, parameter: tables of values, bodies and pages
        │ prove      prove: the written package is called, and compared with the document
        │ examples   example_rule, examples, numbers, strings
        ▼
    generated/persium_api                          output compares or replaces the whole folder
        │ report     changes, surface, changelog   what changed for users since the package before
        ▼
    standard output, and drafts in CHANGELOG.md    the latter for the project's own document only

A step that fails leaves the output unchanged. ``without_token`` makes the document without the
token endpoint, for generators of other languages.
"""
