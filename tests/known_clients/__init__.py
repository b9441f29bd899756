"""Tests of the adapters, and of the table of clients."""
