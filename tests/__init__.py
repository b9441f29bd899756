"""Tests, in folders that mirror what they test."""
