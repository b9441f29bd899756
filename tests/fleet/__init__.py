"""Process models of Python, each run for real: `make fleet-test`."""
