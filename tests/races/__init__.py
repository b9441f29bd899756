"""Races and life: cancellation, forks, event loops, clocks, outages."""
