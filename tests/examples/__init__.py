"""The recipes of ``examples/python``, each on the engine that it is for."""
