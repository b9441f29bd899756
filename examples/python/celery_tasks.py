"""Celery: a client for each worker process, and retries by the queue.

For work in a queue. The client is made in the worker on the first task, so a program that only
enqueues needs no settings, and no task has a secret among its arguments. The client itself retries
for seconds; an outage that lasts longer is left to Celery, which waits as long as the server asked.

    celery --app celery_tasks worker --concurrency 2
"""

from __future__ import annotations

from functools import cache
from typing import Any

from celery import Celery, Task

from persium_ext import ApiConnectionError, ApiStatusError, Persium, TokenEndpointUnavailable

app = Celery("celery_tasks")
app.config_from_envvar("CELERY_CONFIG_MODULE")  # your module: broker_url, result_backend ...
client = cache(Persium)


@app.task(bind=True, max_retries=10)
def caller(self: Task) -> dict[str, Any]:
    """Return the JSON of a model, which every serializer of Celery accepts."""
    try:
        return client().identity.get_me().to_dict()
    except (ApiConnectionError, TokenEndpointUnavailable) as error:
        raise self.retry(exc=error, countdown=getattr(error, "retry_after", None) or 30) from error
    except ApiStatusError as error:
        if error.status not in {429, 503}:
            raise  # the next attempt would fail as well
        raise self.retry(exc=error, countdown=error.retry_after or 30) from error
