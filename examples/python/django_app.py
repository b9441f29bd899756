"""Django: a sync and an async view, each with a client of the module.

For a site whose views call Persium. A client for threads and one for tasks share one token, under
WSGI and under ASGI. Settings are read on the first call, so ``manage.py migrate`` needs none.

    gunicorn django_app:wsgi
    uvicorn django_app:asgi
"""

from __future__ import annotations

from functools import cache

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

from persium_ext import AsyncPersium, Persium

if not settings.configured:  # your project has a module of settings instead
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"])
    django.setup()

threads, tasks = cache(Persium), cache(AsyncPersium)


def caller(_: HttpRequest) -> JsonResponse:
    """Call from a thread."""
    return JsonResponse(threads().identity.get_me().to_dict())


async def async_caller(_: HttpRequest) -> JsonResponse:
    """Call from an event loop; under WSGI, Django starts one for each request."""
    me = await tasks().identity.get_me()
    return JsonResponse(me.to_dict())


urlpatterns = [path("caller", caller), path("async-caller", async_caller)]
wsgi, asgi = get_wsgi_application(), get_asgi_application()
