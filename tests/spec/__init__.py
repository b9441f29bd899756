"""Tests of the files for other teams: documents, overlay, workflow, page, breaking changes."""
