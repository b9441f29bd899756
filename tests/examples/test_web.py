"""Web applications: each process of the server has one token, whatever the framework."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from persium_ext.sandbox import Sandbox
from tests.support.engine import Start, reach

pytestmark = pytest.mark.examples

UVICORN = ("uvicorn", "--host", "127.0.0.1", "--port", "0")
GUNICORN = ("gunicorn", "--bind", "127.0.0.1:0")
SERVERS = [
    pytest.param((*UVICORN, "--workers", "2", "fastapi_app:app"), "/caller", 2, id="FastAPI"),
    pytest.param((*GUNICORN, "--workers", "2", "django_app:wsgi"), "/caller", 2, id="Django, WSGI"),
    pytest.param(
        (*GUNICORN, "--threads", "4", "django_app:wsgi"),
        "/async-caller",
        1,
        id="Django, WSGI, async view",
    ),
    pytest.param((*UVICORN, "django_app:asgi"), "/caller", 1, id="Django, ASGI, sync view"),
    pytest.param(
        (*UVICORN, "--workers", "2", "django_app:asgi"), "/async-caller", 2, id="Django, ASGI"
    ),
    pytest.param((*GUNICORN, "--threads", "4", "flask_app:app"), "/caller", 1, id="Flask"),
    pytest.param((*GUNICORN, "--config", "gunicorn_prefork.py"), "/caller", 2, id="prefork"),
    pytest.param((*UVICORN, "health:app"), "/caller", 1, id="health"),
]


def burst(url: str) -> list[httpx.Response]:
    """Request *url* sixteen times at once, on connections of their own."""
    with ThreadPoolExecutor(16) as threads:
        return list(threads.map(lambda _: httpx.get(url, timeout=60), range(16)))


@pytest.mark.parametrize(("command", "path", "processes"), SERVERS)
def test_each_process_requests_one_token(
    start: Start, sandbox: Sandbox, command: tuple[str, ...], path: str, processes: int
) -> None:
    """Bursts over all processes cost each of them one token, and the server stops in silence."""
    server = start(*command)
    url = server.address + path

    responses = reach(lambda: burst(url), sandbox, processes=processes)

    assert {response.status_code for response in responses} == {200}
    assert {response.json()["client_id"] for response in responses} == {sandbox.client_id}
    assert sandbox.token_requests == processes
    server.stop()


def test_a_response_model_decides_what_users_see(start: Start, sandbox: Sandbox) -> None:
    """FastAPI converts our model to the response model of the application."""
    server = start(*UVICORN, "fastapi_app:app")

    body: dict[str, Any] = httpx.get(f"{server.address}/caller").json()

    assert body == {
        "client_id": sandbox.client_id,
        "organisation_uuid": sandbox.client.organisation_uuid,
    }


@pytest.mark.parametrize(
    "command",
    [
        pytest.param((*UVICORN, "fastapi_app:app"), id="FastAPI"),
        pytest.param((*GUNICORN, "flask_app:app"), id="Flask"),
    ],
)
def test_an_error_is_a_bad_gateway(
    start: Start, sandbox: Sandbox, command: tuple[str, ...]
) -> None:
    """A refused secret is a 502 that tells users nothing of the reason."""
    server = start(*command)
    sandbox.client.rotate_secret()

    response = httpx.get(f"{server.address}/caller")

    assert (response.status_code, response.json()["detail"]) == (502, "Persium is unavailable")


def test_probes_call_nothing(start: Start, sandbox: Sandbox) -> None:
    """Liveness and readiness are the same in an outage, and cost neither a call nor a token."""
    server = start(*UVICORN, "health:app")
    address = server.address
    sandbox.fault("refuse")

    responses = [*burst(f"{address}/livez"), *burst(f"{address}/readyz")]

    assert {response.status_code for response in responses} == {200}
    assert sandbox.token_requests + sandbox.api_requests == 0


def test_a_missing_setting_ends_the_start(start: Start) -> None:
    """A server without settings ends with an error that names them, and is never ready."""
    server = start(*UVICORN, "health:app", environ={"CLIENT_ID": ""})

    assert server.ended() != 0
    assert "CLIENT_ID" in server.output
