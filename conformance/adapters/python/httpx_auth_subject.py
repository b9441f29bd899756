"""httpx-auth's OAuth2ClientCredentials. It always sends the credentials as HTTP Basic."""

import httpx
import session
from httpx_auth import HttpxAuthException, OAuth2ClientCredentials


def connect() -> session.Get:
    """Make a client; tokens are kept for the whole process, 30 s before their end by default."""
    auth = OAuth2ClientCredentials(session.TOKEN_URL, session.CLIENT_ID, session.CLIENT_SECRET)
    return httpx.Client(auth=auth).get


session.serve(connect, token_errors=(HttpxAuthException, ValueError))
