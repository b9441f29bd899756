"""gunicorn: load the application once, then fork.

For several worker processes that share the memory of the loaded application. A client that was made
before the fork works in each worker: the first call of a worker requests its own token and opens
its own connections. Nothing has to be done in ``post_fork``.

    gunicorn --config gunicorn_prefork.py
"""

from __future__ import annotations

wsgi_app = "flask_app:app"
preload_app = True
workers = 2
worker_class = "gthread"
threads = 4
graceful_timeout = 70
"""Seconds that a worker gets to end its requests: more than the ``deadline`` of a call (60)."""
