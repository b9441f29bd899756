"""A program, a server and calls of the grown API; here ``persium_api`` is the grown package."""
