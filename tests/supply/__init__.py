"""The locks, the audit, the tag of a release, and the workflows."""
