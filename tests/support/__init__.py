"""Support for several folders of tests: the wire server, and faults that only tests need."""
