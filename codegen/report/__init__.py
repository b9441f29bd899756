"""Report what changed for users since the package before, and draft it for the changelog."""
