"""The helpers for tests of programs that use persium."""
