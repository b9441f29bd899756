from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.token_error_response import TokenErrorResponse
from ...models.token_request import TokenRequest
from ...models.token_response import TokenResponse
from ...types import Response


def _get_kwargs(
    *,
    body: TokenRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/token",
    }

    _kwargs["data"] = body.to_dict()
    headers["Content-Type"] = "application/x-www-form-urlencoded"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | TokenErrorResponse | TokenResponse | None:
    if response.status_code == 200:
        response_200 = TokenResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = TokenErrorResponse.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = TokenErrorResponse.from_dict(response.json())

        return response_401

    if response.status_code == 429:
        response_429 = cast(Any, None)
        return response_429

    if response.status_code == 503:
        response_503 = cast(Any, None)
        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | TokenErrorResponse | TokenResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: TokenRequest,
) -> Response[Any | TokenErrorResponse | TokenResponse]:
    """Request an access token

     The client credentials grant of OAuth 2.0 (RFC 6749, section 4.4), with
    the credentials in the form body. There is no refresh token: when a
    token expires, request another.

    All calls of a process use one token until 30 seconds before it expires:
    see the token policy (TP-1 to TP-4).

    Args:
        body (TokenRequest): Form body of the token request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | TokenErrorResponse | TokenResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: TokenRequest,
) -> Any | TokenErrorResponse | TokenResponse | None:
    """Request an access token

     The client credentials grant of OAuth 2.0 (RFC 6749, section 4.4), with
    the credentials in the form body. There is no refresh token: when a
    token expires, request another.

    All calls of a process use one token until 30 seconds before it expires:
    see the token policy (TP-1 to TP-4).

    Args:
        body (TokenRequest): Form body of the token request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | TokenErrorResponse | TokenResponse
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: TokenRequest,
) -> Response[Any | TokenErrorResponse | TokenResponse]:
    """Request an access token

     The client credentials grant of OAuth 2.0 (RFC 6749, section 4.4), with
    the credentials in the form body. There is no refresh token: when a
    token expires, request another.

    All calls of a process use one token until 30 seconds before it expires:
    see the token policy (TP-1 to TP-4).

    Args:
        body (TokenRequest): Form body of the token request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | TokenErrorResponse | TokenResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: TokenRequest,
) -> Any | TokenErrorResponse | TokenResponse | None:
    """Request an access token

     The client credentials grant of OAuth 2.0 (RFC 6749, section 4.4), with
    the credentials in the form body. There is no refresh token: when a
    token expires, request another.

    All calls of a process use one token until 30 seconds before it expires:
    see the token policy (TP-1 to TP-4).

    Args:
        body (TokenRequest): Form body of the token request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | TokenErrorResponse | TokenResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
