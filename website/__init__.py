"""Builds the site of the pages in docs/: ``python -m website [FOLDER]``."""
