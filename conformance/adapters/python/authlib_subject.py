"""Runs Authlib's OAuth2Session, which renews a token of this grant by itself."""

import session
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session


def connect() -> session.Get:
    """Make a session; the application must request its first token."""
    client = OAuth2Session(
        session.CLIENT_ID,
        session.CLIENT_SECRET,
        token_endpoint=session.TOKEN_URL,
        token_endpoint_auth_method="client_secret_post",  # noqa: S106  # the name of a method
        grant_type="client_credentials",
        leeway=30,
    )

    def get(url: str) -> object:
        if not client.token:
            client.fetch_token()
        return client.get(url)

    return get


session.serve(connect, token_errors=(OAuthError, ValueError))
