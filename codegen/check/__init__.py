"""Check a document: what would give a wrong client is refused, by its place and with a fix.

``rules`` makes all checks together.
"""
