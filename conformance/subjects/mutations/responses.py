"""WIRE: responses are rejected or misread."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import reference
from reference import CallError, Client, Token, TokenSource

from .mutation import breaks, replaces


def _reject(unusable: Callable[[dict[str, Any]], bool]) -> None:
    """Reject a token response for which *unusable* returns true."""

    @replaces(TokenSource, "_read")
    def read(original: Any, self: TokenSource, response: reference.Response, sent: float) -> Token:
        token = original(self, response, sent)
        if unusable(json.loads(response[2])):
            raise CallError("the token response is not usable", stage="token")
        return token


@breaks("WIRE", "lower-case-bearer")
def only_capital_bearer() -> None:
    """token_type is compared with ``Bearer``, case-sensitively."""
    _reject(lambda found: found["token_type"] != "Bearer")  # noqa: S105  # its name


@breaks("WIRE", "unknown-members-of-the-token")
def only_known_members() -> None:
    """A token response with other members is rejected."""
    known = {"access_token", "expires_in", "token_type", "scope"}
    _reject(lambda found: not set(found) <= known)


@breaks("WIRE", "token-without-a-scope")
def scope_is_required() -> None:
    """A token response without a scope is rejected."""
    _reject(lambda found: "scope" not in found)


def _reject_me(unusable: Callable[[dict[str, Any]], bool]) -> None:
    @replaces(Client, "_read")
    def read(original: Any, self: Client, response: reference.Response) -> Any:
        found = original(self, response)
        if unusable(found):
            raise CallError("the response is not usable", stage="api", status=200)
        return found


@breaks("WIRE", "unknown-members-of-me")
def only_known_members_of_me() -> None:
    """A response of ``/me`` must have exactly four members."""
    _reject_me(lambda found: len(found) != 4)


@breaks("WIRE", "all-organisations")
def never_all_organisations() -> None:
    """A response of ``/me`` with all_organisations is rejected."""
    _reject_me(lambda found: found["all_organisations"])


@breaks("WIRE", "a-page-in-place-of-a-token", "a-page-of-a-gateway")
def page_is_taken_for_a_token() -> None:
    """An HTML page is used as the token."""

    @replaces(TokenSource, "_read")
    def read(original: Any, self: TokenSource, response: reference.Response, sent: float) -> Token:
        if response[0] in {200, 502} and response[2].startswith(b"<"):
            return Token(response[2].decode(), sent + 300)
        return original(self, response, sent)


@breaks("WIRE", "works-again-after-a-page")
def page_is_permanent() -> None:
    """After HTML instead of a token every later call fails."""
    failed: list[CallError] = []

    @replaces(TokenSource, "_fetch")
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
def broken_call_is_permanent() -> None:
    """After a call without a response every later call fails."""
    failed: list[CallError] = []

    @replaces(Client, "get")
    def get(original: Any, self: Client, path: str) -> Any:
        if failed:
            raise failed[0]
        try:
            return original(self, path)
        except CallError as error:
            if error.stage == "api" and error.status is None:
                failed.append(error)
            raise
