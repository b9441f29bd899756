"""Hostile servers: whatever they send, a call ends with a value or with an error of ours."""
