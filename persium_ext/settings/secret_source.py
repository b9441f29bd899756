"""Where the client secret comes from: text, the environment, a file or a function.

A pickle holds the source, never the secret.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import NoReturn, Protocol, Self

from attrs import field, frozen

from persium_ext._text.secret import Secret
from persium_ext.errors import SettingsError

from .copied import copy_problem
from .environment import missing, variable


def secret_problem(secret: Secret) -> str | None:
    """Return why no token endpoint can have issued *secret*; None: one can."""
    printable = secret.reveal().isprintable()
    return copy_problem(secret.reveal()) or (None if printable else "has control characters in it")


class SecretSource(Protocol):
    """Where the client secret comes from; read again for each token request."""

    def read(self) -> Secret:
        """Return the current secret.

        Raises:
            SettingsError: It can't be read.
        """
        ...


@frozen
class FixedSecret:
    """A secret that was passed as text; never pickled, because the pickle would hold it."""

    secret: Secret

    def read(self) -> Secret:
        """Return it."""
        return self.secret

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a client whose secret was passed as text is not pickled: set CLIENT_SECRET in the "
            "environment, or pass client_secret_file= or a function of a module"
        )


@frozen
class SecretVariable:
    """A secret from the environment; after unpickling, from the environment of that process."""

    secret: Secret

    @classmethod
    def of_this_process(cls) -> Self:
        """Read the variable.

        Raises:
            SettingsError: It is missing or wrong.
        """
        secret = Secret(variable(os.environ, "CLIENT_SECRET") or "")
        if not secret:
            raise SettingsError(missing("CLIENT_SECRET"))
        if problem := secret_problem(secret):
            raise SettingsError(f"CLIENT_SECRET {problem}")
        return cls(secret)

    def read(self) -> Secret:
        """Return it."""
        return self.secret

    def __reduce__(self) -> tuple[object, ...]:
        return (SecretVariable.of_this_process, ())


@frozen
class SecretFile:
    """A file that holds the secret and nothing else; a line end after it is ignored.

    So is a byte order mark before it, which some editors write.
    """

    path: Path

    def read(self) -> Secret:
        """Read the file again: the secret may have been rotated."""
        try:
            secret = Secret(self.path.read_text(encoding="utf-8-sig").rstrip("\r\n"))
        except (
            OSError,
            ValueError,
        ) as error:  # ValueError: the path has a NUL in it, or the content is not UTF-8
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        else:
            problem = secret_problem(secret)
            if secret and not problem:
                return secret
            reason = f"the secret in it {problem}" if problem else "it is empty"
        raise SettingsError(f"CLIENT_SECRET_FILE: can't read {self.path}: {reason}")


@frozen
class SecretFunction:
    """A function of the caller, such as a look-up in a vault; it blocks, so it should be quick."""

    function: Callable[[], str] = field(repr=False)  # its repr may show arguments or an object

    def read(self) -> Secret:
        """Call the function again."""
        try:
            secret = Secret(self.function())  # masked at once: a traceback may show this frame
        except Exception as error:
            reason = f"the function raised {type(error).__name__}"
            raise SettingsError(f"client_secret: {reason}") from error
        if not isinstance(secret.reveal(), str) or not secret:  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise SettingsError("client_secret: the function returned no text")
        if problem := secret_problem(secret):
            raise SettingsError(f"client_secret: the secret of the function {problem}")
        return secret

    def __reduce__(self) -> tuple[object, ...]:
        if not isinstance(self.function, FunctionType):
            raise TypeError(
                "a client with a secret function is pickled by the function's name: "
                f"it has to be a function of a module, not a {type(self.function).__name__}"
            )
        return (SecretFunction, (self.function,))
