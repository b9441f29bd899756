"""Benchmarks: the client beside its peers, in one run (``make bench``)."""
