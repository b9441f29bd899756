"""Minutes of mixed load with faults, after which no resource may have leaked. ``make soak``."""
