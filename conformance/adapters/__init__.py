"""Builds every subject, has each judged, and writes the table of ``docs/conformance.md``."""
