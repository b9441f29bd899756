"""What tests share: concurrency backends, clocks, fixtures."""
