"""WIRE: answers that are not understood."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import reference
from reference import CallError, Client, Token, TokenSource

from ._mutation import breaks, instead


def _refuse(unusable: Callable[[dict[str, Any]], bool]) -> None:
    """Take no token answer that *unusable* is true of."""

    @instead(TokenSource, "_read")
    def read(original: Any, self: TokenSource, answer: reference.Answer, sent: float) -> Token:
        token = original(self, answer, sent)
        if unusable(json.loads(answer[2])):
            raise CallError("that is no token", stage="token")
        return token


@breaks("WIRE", "lower-case-bearer")
def only_capital_bearer() -> None:
    """token_type has to be ``Bearer``, letter by letter."""
    _refuse(lambda found: found["token_type"] != "Bearer")  # noqa: S105  # its name


@breaks("WIRE", "unknown-members-of-the-token")
def only_known_members() -> None:
    """A token answer may have no other members."""
    known = {"access_token", "expires_in", "token_type", "scope"}
    _refuse(lambda found: not set(found) <= known)


@breaks("WIRE", "token-without-a-scope")
def scope_is_required() -> None:
    """A token answer has to have a scope."""
    _refuse(lambda found: "scope" not in found)


def _check_me(wrong: Callable[[dict[str, Any]], bool]) -> None:
    @instead(Client, "_read")
    def read(original: Any, self: Client, answer: reference.Answer) -> Any:
        found = original(self, answer)
        if wrong(found):
            raise CallError("that is not what was asked for", stage="api", status=200)
        return found


@breaks("WIRE", "unknown-members-of-me")
def only_known_members_of_me() -> None:
    """``/me`` has four members."""
    _check_me(lambda found: len(found) != 4)


@breaks("WIRE", "all-organisations")
def never_all_organisations() -> None:
    """all_organisations is always false."""
    _check_me(lambda found: found["all_organisations"])


@breaks("WIRE", "a-page-in-place-of-a-token", "a-page-of-a-gateway")
def page_is_taken_for_a_token() -> None:
    """What is no JSON is the token itself."""

    @instead(TokenSource, "_read")
    def read(original: Any, self: TokenSource, answer: reference.Answer, sent: float) -> Token:
        if answer[0] in {200, 502} and answer[2].startswith(b"<"):
            return Token(answer[2].decode(), sent + 300)
        return original(self, answer, sent)


@breaks("WIRE", "works-again-after-a-page")
def page_is_for_ever() -> None:
    """After HTML in place of a token there is no further try."""
    failed: list[CallError] = []

    @instead(TokenSource, "_fetch")
    def fetch(original: Any, self: TokenSource) -> Token:
        if failed:
            raise failed[0]
        try:
            return original(self)
        except CallError as error:
            if error.status == 200:
                failed.append(error)
            raise


@breaks("WIRE", "works-again-after-a-broken-call")
def broken_call_is_for_ever() -> None:
    """After a call that broke off there is no further one."""
    failed: list[CallError] = []

    @instead(Client, "get")
    def get(original: Any, self: Client, path: str) -> Any:
        if failed:
            raise failed[0]
        try:
            return original(self, path)
        except CallError as error:
            if error.stage == "api" and error.status is None:
                failed.append(error)
            raise
