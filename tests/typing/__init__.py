"""What type checkers have to know of the public API."""
