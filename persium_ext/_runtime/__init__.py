"""What the interpreter gives to every room: clocks, concurrency backends, single flight, forks.

Nothing here knows HTTP or tokens.
"""
