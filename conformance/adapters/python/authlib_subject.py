"""Authlib's OAuth2Session, which renews a token of this grant by itself."""

import lines
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session


def connect() -> lines.Get:
    """Make a session; its first token has to be fetched by hand."""
    session = OAuth2Session(
        lines.CLIENT_ID,
        lines.CLIENT_SECRET,
        token_endpoint=lines.TOKEN_URL,
        token_endpoint_auth_method="client_secret_post",
        grant_type="client_credentials",
        leeway=30,
    )

    def get(url: str) -> object:
        if not session.token:
            session.fetch_token()
        return session.get(url)

    return get


lines.serve(connect, token_errors=(OAuthError,))
