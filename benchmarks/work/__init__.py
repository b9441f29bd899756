"""What is measured: ``rounds`` of each module yields the figures of one round after another.

A worker process (``worker.py``) runs one of them, for one contender.
"""
