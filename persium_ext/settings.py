"""What a client needs to know: from arguments, else from the environment; checked all at once."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType
from typing import Final, NoReturn, Protocol, Self
from urllib.parse import urlsplit

from attrs import field, frozen

from ._secret import Secret
from .errors import SettingsError

_ODD: Final = re.compile(r"[^\x21-\x7e]|[\\<>\"^`{}|]")
_NO_TEXT: Final = "holds bytes that are not UTF-8"
_MEND: Final = "set {name} or PERSIUM_{name}, or pass {argument}="


class SecretSource(Protocol):
    """Where the client secret comes from; asked again for each token request."""

    def read(self) -> Secret:
        """Return the secret of this moment.

        Raises:
            SettingsError: There is none to be had.
        """
        ...


@frozen
class FixedSecret:
    """A secret that was given as it is; in no pickle, for it would be in there."""

    secret: Secret

    def read(self) -> Secret:
        """Return it."""
        return self.secret

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "what was given its secret as text is not pickled: set CLIENT_SECRET in the "
            "environment, or pass client_secret_file= or a function of a module"
        )


@frozen
class SecretVariable:
    """A secret that stood in the environment; unpickled, it is the one that stands there then."""

    secret: Secret

    @classmethod
    def of_this_process(cls) -> Self:
        """Look it up.

        Raises:
            SettingsError: There is none.
        """
        reader = _Reader(os.environ)
        secret = reader.variable("CLIENT_SECRET")
        if secret is None:
            raise SettingsError(_missing("CLIENT_SECRET"))
        return cls(Secret(secret))

    def read(self) -> Secret:
        """Return it."""
        return self.secret

    def __reduce__(self) -> tuple[object, ...]:
        return (SecretVariable.of_this_process, ())


@frozen
class SecretFile:
    """A file that holds the secret and nothing else; the line end after it doesn't count."""

    path: Path

    def read(self) -> Secret:
        """Read the file again, for it may have been rotated."""
        try:
            secret = Secret(self.path.read_text(encoding="utf-8").rstrip("\r\n"))
        except (OSError, ValueError) as error:  # a path can hold a NUL
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        else:
            if secret:
                return secret
            reason = "it is empty"
        raise SettingsError(f"CLIENT_SECRET_FILE: can't read {self.path}: {reason}")


@frozen
class SecretFunction:
    """A function of yours, such as a look-up in a vault; make it quick, it blocks."""

    function: Callable[[], str] = field(repr=False)  # a method shows its object, a partial all

    def read(self) -> Secret:
        """Call the function again."""
        try:
            secret = Secret(self.function())  # masked, whatever it is: this frame may be shown
        except Exception as error:
            reason = f"the function raised {type(error).__name__}"
            raise SettingsError(f"client_secret: {reason}") from error
        if not isinstance(secret.reveal(), str) or not secret:  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not typed
            raise SettingsError("client_secret: the function returned no text")
        if not secret.is_text:
            raise SettingsError(f"client_secret: {_NO_TEXT}")
        return secret

    def __reduce__(self) -> tuple[object, ...]:
        if not isinstance(self.function, FunctionType):
            raise TypeError(
                "of what gets its secret from a function only the function's name is pickled, so "
                f"it has to be one of a module, not a {type(self.function).__name__}"
            )
        return (SecretFunction, (self.function,))


@frozen(kw_only=True)
class Settings:
    """The four settings, and the scope.

    Attributes:
        token_url: The token endpoint, used exactly as given.
        api_base_url: Where the API is, without a slash at its end.
        client_id: The client that Persium gave you.
        secret: Where its secret comes from.
        scope: Scopes to ask for, separated by spaces; None asks for none.
    """

    token_url: str
    api_base_url: str
    client_id: str
    secret: SecretSource = field(repr=False)
    scope: str | None = None

    def __deepcopy__(self, memo: object) -> Self:
        return self  # it never changes, and a secret is not copied about

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
        """Take each argument that is given, else ``PERSIUM_…``, else the plain variable.

        *environ* is ``os.environ`` where it is None.

        Raises:
            SettingsError: Names every setting that is missing or wrong.
        """
        reader = _Reader(os.environ if environ is None else environ)
        del environ  # no frame of an error may show it
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
        """Those hosts of the two URLs that are this machine itself, as they stand in a URL."""
        hosts = [urlsplit(url).hostname or "" for url in (self.token_url, self.api_base_url)]
        return frozenset(f"[{h}]" if ":" in h else h for h in hosts if _is_loopback(h))


class _Reader:
    """Reads settings one by one, and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def text(self, name: str, given: str | None) -> str:
        value = self.variable(name) if given is None else given
        if not value:
            self._missing(name)
        elif value != value.strip() or not value.isprintable():
            self.problems.append(
                f"{name} has white space or control characters at its ends or in it"
            )
        return value or ""

    def scope(self, given: str | None) -> str | None:
        if given is not None and not given.isprintable():
            self.problems.append("scope has control characters in it")
        return given

    def url(self, name: str, given: str | None, *, is_base: bool = False) -> str:
        value = self.variable(name) if given is None else given
        if not value:
            self._missing(name)
        elif problem := url_problem(value, is_base=is_base):
            self.problems.append(f"{name} {problem}")
        return value or ""

    def secret(
        self,
        given: Secret | Callable[[], str] | None,
        file: str | os.PathLike[str] | None,
    ) -> SecretSource:
        known = None
        if given is None and file is None:
            known = conceal(self.variable("CLIENT_SECRET"))
            file = self.variable("CLIENT_SECRET_FILE")
        if any(isinstance(s, Secret) and not s.is_text for s in (given, known)):
            self.problems.append(f"CLIENT_SECRET {_NO_TEXT}")
        if (given or known) and file:
            self.problems.append("CLIENT_SECRET and CLIENT_SECRET_FILE are both given: keep one")
        elif file:
            return self._file(Path(file))
        elif callable(given):
            return SecretFunction(given)
        elif isinstance(known, Secret):
            return SecretVariable(known)
        elif not given:
            self._missing("CLIENT_SECRET")
        return FixedSecret(given if isinstance(given, Secret) else Secret(""))

    def _file(self, path: Path) -> SecretSource:
        source = SecretFile(path)
        try:
            source.read()
        except SettingsError as error:
            self.problems += error.problems
        return source

    def variable(self, name: str) -> str | None:
        return self._environ.get(f"PERSIUM_{name}") or self._environ.get(name) or None

    def _missing(self, name: str) -> None:
        self.problems.append(_missing(name))


def _missing(name: str) -> str:
    return f"{name} is missing: {_MEND.format(name=name, argument=name.lower())}"


def conceal(secret: str | Callable[[], str] | None) -> Secret | Callable[[], str] | None:
    """Mask a secret that is text, before anything can fail and show it."""
    return Secret(secret) if isinstance(secret, str) else secret


def url_problem(url: str, *, is_base: bool = False) -> str | None:
    """Say why *url* can't carry credentials; None: it can.

    It has to be ``https``; ``http`` only to this machine itself, judged by the parsed host.
    """
    if _ODD.search(url):
        return "holds characters that a URL can't have"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no URL"
    if parts.scheme not in {"http", "https"} or not host:
        return "is no URL of the form https://host/path"
    if "@" in parts.netloc:
        return "holds a user name or password: take them out"
    if parts.fragment or "#" in url:
        return "ends in a #fragment: take it out"
    if is_base and "?" in url:
        return "holds a ?query: take it out"
    if parts.scheme == "http" and not _is_loopback(host):
        return "is not https: credentials go out encrypted, except to this machine itself"
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
