"""A real document, a program and calls of its API; here ``persium_api`` is generated from it."""
