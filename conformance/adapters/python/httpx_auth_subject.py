"""Runs httpx-auth's OAuth2ClientCredentials, which always sends HTTP Basic credentials."""

import httpx
import session
from httpx_auth import HttpxAuthException, OAuth2ClientCredentials


def connect() -> session.Get:
    """Make a client; all clients share a cache, which renews tokens 30 s before their expiry."""
    auth = OAuth2ClientCredentials(session.TOKEN_URL, session.CLIENT_ID, session.CLIENT_SECRET)
    return httpx.Client(auth=auth).get


session.serve(connect, token_errors=(HttpxAuthException, ValueError))
