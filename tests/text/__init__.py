"""Secrets that are masked, and texts that are safe to print."""
