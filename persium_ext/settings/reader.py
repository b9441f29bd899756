"""Reads the settings from arguments and the environment, and collects all problems."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from persium_ext._text.secret import Secret
from persium_ext.errors import SettingsError

from .copied import copy_problem
from .environment import missing, variable
from .secret_source import (
    FixedSecret,
    SecretFile,
    SecretFunction,
    SecretSource,
    SecretVariable,
    secret_problem,
)
from .url import url_problem

_OURS: Final = {
    f"{prefix}{name}"
    for prefix in ("PERSIUM_", "")
    for name in ("TOKEN_URL", "API_BASE_URL", "CLIENT_ID", "CLIENT_SECRET", "CLIENT_SECRET_FILE")
}


class Reader:
    """Reads settings one by one, and collects their problems."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def text(self, name: str, given: str | None) -> str:
        """Read the setting *name* as text; *given* is its argument."""
        value = variable(self._environ, name) if given is None else given
        if not value:
            self._missing(name)
        elif problem := copy_problem(value):
            self.problems.append(f"{name} {problem}")
        elif value != value.strip() or not value.isprintable():
            self.problems.append(f"{name} has control characters in it, or white space at its ends")
        return value or ""

    def scope(self, given: str | None) -> str | None:
        """Check the scope, which has no variable."""
        if given is not None and not given.isprintable():
            self.problems.append("scope has control characters in it")
        return given

    def url(self, name: str, given: str | None, *, is_base: bool = False) -> str:
        """Read the setting *name* as a URL; *given* is its argument."""
        value = variable(self._environ, name) if given is None else given
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
        """Read where the secret comes from; an argument takes precedence over the environment."""
        known = None
        if given is None and file is None:
            known, file = self._secret_variables()
        for secret in (given, known):
            if isinstance(secret, Secret) and (problem := secret_problem(secret)):
                self.problems.append(f"CLIENT_SECRET {problem}")
        if (given or known) and file:
            self.problems.append(
                "CLIENT_SECRET and CLIENT_SECRET_FILE are both set: remove one of them"
            )
        elif file:
            return self._file(Path(file))
        elif callable(given):
            return SecretFunction(given)
        elif known:
            return SecretVariable(known)
        elif not given:
            self._missing("CLIENT_SECRET")
        return FixedSecret(given if isinstance(given, Secret) else Secret(""))

    def _secret_variables(self) -> tuple[Secret | None, str | None]:
        """Return the secret and the path of its file; a prefix takes precedence for both."""
        for prefix in ("PERSIUM_", ""):
            secret = Secret(self._environ.get(f"{prefix}CLIENT_SECRET") or "")
            file = self._environ.get(f"{prefix}CLIENT_SECRET_FILE") or None
            if secret or file:
                return secret or None, file
        return None, None

    def _file(self, path: Path) -> SecretSource:
        source = SecretFile(path)
        try:
            source.read()
        except SettingsError as error:
            self.problems += error.problems
        return source

    def _missing(self, name: str) -> None:
        self.problems.append(f"{missing(name)}{self._likely(name)}")

    def _likely(self, name: str) -> str:
        """Return the variable that seems to have been meant: an empty one, or one like it."""
        from difflib import get_close_matches  # noqa: PLC0415  # settings that are right need none

        names = [f"PERSIUM_{name}", name]
        for each in names:
            if each in self._environ:
                return f" ({each} is set, but empty)"
        others = {
            each.upper(): each
            for each, value in self._environ.items()
            if value and each not in _OURS
        }
        near = [found for each in names for found in get_close_matches(each, others, cutoff=0.8)]
        return f" ({others[near[0]]} is set: was it meant?)" if near else ""


def conceal(secret: str | Callable[[], str] | None) -> Secret | Callable[[], str] | None:
    """Mask a secret that is text, before an exception can show it."""
    return Secret(secret) if isinstance(secret, str) else secret
