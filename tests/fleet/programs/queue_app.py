"""A Celery application; its settings are a module that the environment names."""

from __future__ import annotations

import work
from celery import Celery

app = Celery("queue_app")
app.config_from_envvar("CELERY_CONFIG_MODULE")


@app.task
def call(number: int) -> work.Result:
    """Call in a process of the worker."""
    return work.call(number)
