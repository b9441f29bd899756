"""httpx-auth's OAuth2ClientCredentials. It always sends the credentials as HTTP Basic."""

import httpx
import lines
from httpx_auth import HttpxAuthException, OAuth2ClientCredentials


def connect() -> lines.Get:
    """Make a client; tokens are kept for the whole process, 30 s before their end by default."""
    auth = OAuth2ClientCredentials(lines.TOKEN_URL, lines.CLIENT_ID, lines.CLIENT_SECRET)
    return httpx.Client(auth=auth).get


lines.serve(connect, token_errors=(HttpxAuthException,))
