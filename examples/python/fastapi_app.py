"""FastAPI: a client for the whole application, and a response model of your own.

For an API of yours whose path operations call Persium. The client is made in the lifespan and
handed to path operations as a dependency, which a test may override. The response model decides
what your users see; it reads the attributes of ours.

    uvicorn fastapi_app:app --workers 2
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from persium_ext import AsyncPersium, PersiumError, models


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """Close the connections when the application ends."""
    async with AsyncPersium() as persium:
        yield {"persium": persium}


def client(request: Request) -> AsyncPersium:
    """Return the client of the lifespan."""
    persium: AsyncPersium = request.state.persium
    return persium


class Caller(BaseModel):
    """What your users see."""

    client_id: str
    organisation_uuid: UUID


app = FastAPI(lifespan=lifespan)


@app.exception_handler(PersiumError)
async def bad_gateway(_: Request, error: PersiumError) -> JSONResponse:
    """Tell users that it is not their fault; the error's own text is for your log."""
    return JSONResponse({"detail": "Persium is unavailable", "id": error.request_id}, 502)


@app.get("/caller", response_model=Caller)
async def caller(persium: Annotated[AsyncPersium, Depends(client)]) -> models.Me:
    """Return the model as it is: ``response_model`` converts it."""
    return await persium.identity.get_me()
