"""The log, and calls of hooks."""
