"""Health and readiness: what a probe may ask, and what it must not.

For Kubernetes, load balancers and the like. A probe never calls ``/me``: it would cost a call per
replica every few seconds, and an outage of the API would take all of your replicas out of service,
also for what they can do without it. Wrong settings end the process at its start, before it is
ready. To test credentials, run ``persium me`` once in the pipeline that deploys.

    uvicorn health:app
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request

from persium_ext import AsyncPersium


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """Check the settings: a missing one is a ``SettingsError``, and the server does not start."""
    async with AsyncPersium() as persium:
        yield {"persium": persium}


app = FastAPI(lifespan=lifespan)


@app.get("/livez")
async def alive() -> dict[str, str]:
    """Tell that the event loop runs."""
    return {"status": "alive"}


@app.get("/readyz")
async def ready(request: Request) -> dict[str, str]:
    """Tell that the application has started; add checks of what is yours, such as a database."""
    return {"status": "ready" if request.state.persium else "starting"}


@app.get("/caller")
async def caller(request: Request) -> dict[str, Any]:
    """Call; while the API is down this fails, and nothing else does."""
    me = await request.state.persium.identity.get_me()
    found: dict[str, Any] = me.to_dict()
    return found
