"""Tests every subject with the conformance suite, and writes the table of ``docs/conformance.md``.

::

    cli ─▶ build ─▶ judge ─▶ table
           │        └─ runs the suite, with the lists of known failures
           └─ the toolchains of ``subjects``
"""
