"""Hostile answers: whatever a server sends, a call ends with a value or with an error of ours."""
