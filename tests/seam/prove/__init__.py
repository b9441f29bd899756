"""The proof of the written package."""
