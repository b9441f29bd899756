"""Flask: one client for all threads, and an error handler.

For a site whose views call Persium. The client is thread-safe, and it may be made before the server
forks (see gunicorn_prefork.py).

    gunicorn --threads 4 flask_app:app
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from persium_ext import Persium, PersiumError

app = Flask(__name__)
persium = Persium()


@app.errorhandler(PersiumError)
def bad_gateway(error: PersiumError) -> tuple[dict[str, Any], int]:
    """Log what happened and how to fix it; tell users only that it is not their fault."""
    app.logger.error("%s", error)
    return {"detail": "Persium is unavailable", "id": error.request_id}, 502


@app.get("/caller")
def caller() -> dict[str, Any]:
    """Return the JSON of a model."""
    return persium.identity.get_me().to_dict()
