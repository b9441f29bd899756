"""Names in Python of what the document has: operations, tags, members, parameters, statuses."""
