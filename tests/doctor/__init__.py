"""``persium doctor``: origins of settings, ways to endpoints, calls."""
