"""The generated package and its facade."""
