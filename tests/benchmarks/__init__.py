"""The pure parts of the benchmarks; nothing is timed."""
