"""How a fleet of processes loads the token endpoint: ``make fleet``.

``simulation`` runs the shipped cache, back-off, retry policy and budget of each process under a
simulated clock against ``endpoint``; ``real`` runs a small fleet of forked processes against the
sandbox, to compare; ``report`` writes ``docs/fleets.md`` and its plots.
"""
