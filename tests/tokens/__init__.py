"""Tokens: request, response, cache, sources, and refreshes ahead of time."""
