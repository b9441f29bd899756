"""Mutation testing: the code is changed in small ways, and for each change a test has to fail."""
