"""The settings of a client: from arguments, else from the environment; checked all at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Self
from urllib.parse import urlsplit

from attrs import field, frozen

from persium_ext._text.secret import Secret
from persium_ext.errors import SettingsError

from .reader import Reader, conceal
from .secret_source import SecretFile, SecretFunction, SecretSource
from .url import is_loopback, url_problem

__all__ = ["SecretFile", "SecretFunction", "SecretSource", "Settings", "conceal", "url_problem"]


@frozen(kw_only=True)
class Settings:
    """The four settings, and the scope.

    Attributes:
        token_url: The token endpoint, used exactly as given.
        api_base_url: Where the API is, without a slash at its end.
        client_id: The client that Persium gave you.
        secret: The source of its secret.
        scope: Scopes to ask for, separated by spaces; None asks for none.
    """

    token_url: str
    api_base_url: str
    client_id: str
    secret: SecretSource = field(repr=False)
    scope: str | None = None

    def __deepcopy__(self, memo: object) -> Self:
        return self  # immutable, and a secret is not copied

    @classmethod
    def resolve(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        token_url: str | None = None,
        api_base_url: str | None = None,
        client_id: str | None = None,
        client_secret: Secret | Callable[[], str] | None = None,
        client_secret_file: str | os.PathLike[str] | None = None,
        scope: str | None = None,
    ) -> Self:
        """Use each argument that is given, else ``PERSIUM_…``, else the plain variable.

        *environ* is ``os.environ`` if it is None.

        Raises:
            SettingsError: Names every setting that is missing or wrong.
        """
        reader = Reader(os.environ if environ is None else environ)
        del environ  # no traceback may show it
        settings = cls(
            token_url=reader.url("TOKEN_URL", token_url),
            api_base_url=reader.url("API_BASE_URL", api_base_url, is_base=True).rstrip("/"),
            client_id=reader.text("CLIENT_ID", client_id),
            secret=reader.secret(client_secret, client_secret_file),
            scope=reader.scope(scope),
        )
        if reader.problems:
            raise SettingsError(*reader.problems)
        return settings

    def loopback_hosts(self) -> frozenset[str]:
        """Return the hosts of the two URLs that are this machine itself, as written in a URL."""
        hosts = [urlsplit(url).hostname or "" for url in (self.token_url, self.api_base_url)]
        return frozenset(f"[{h}]" if ":" in h else h for h in hosts if is_loopback(h))
