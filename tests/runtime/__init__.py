"""Single flight and concurrency backends."""
