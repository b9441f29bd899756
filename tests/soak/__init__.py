"""Minutes of mixed load with faults; then everything is back where it was. ``make soak``."""
