"""Bodies on their way in: read and unpacked up to a limit, then translated to our own values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import httpx

from ._token_cache import AccessToken
from ._wire import Failure, Headers, Message, Outcome, Response, origin

CODINGS: Final = ("gzip", "deflate")
"""What bodies may be packed with: those whose bombs are small, as is what a piece unpacks to."""
_PIECE: Final = 16_384


class Arrival:
    """The answer to *message* as it comes in.

    Attributes:
        too_long: There is more than *message* allows; what came is dropped.
    """

    def __init__(self, message: Message) -> None:
        self._message = message
        self._raw = bytearray()
        self._mocked = False
        self.too_long = False

    def begins(self, response: httpx.Response) -> bool:
        """Look at the head; return whether the body is still to be read, and not too long."""
        self._mocked = response.is_stream_consumed
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and self._message.method != "HEAD":
            self._measure(int(declared[:20]))
        return not self._mocked and not self.too_long

    def take(self, chunk: bytes) -> bool:
        """Keep *chunk*; return whether there may be more."""
        self._measure(len(self._raw) + len(chunk))
        if not self.too_long:
            self._raw += chunk
        return not self.too_long

    def outcome(self, response: httpx.Response, token: AccessToken | None) -> Outcome:
        """Say what came.

        Raises:
            httpx.DecodingError: It is packed in a way that was not asked for, or badly.
        """
        body = b"" if self.too_long else self._unpacked(response)
        return self.refusal if self.too_long else neutral(response, body, token)

    @property
    def refusal(self) -> Failure:
        """What a caller gets in place of a body that is too long."""
        most = f"the answer is longer than {self._message.max_size:,} bytes"
        reason = f"{origin(self._message.url)}: {most}"
        return Failure(reason=reason, final=True, too_long=True)

    def _measure(self, size: int) -> None:
        most = self._message.max_size
        self.too_long = self.too_long or (most is not None and size > most)

    def _unpacked(self, response: httpx.Response) -> bytes:
        named = response.headers.get("content-encoding", "identity")
        coding = named.strip().lower()
        if self._mocked:
            return response.content  # a mock's comes read and unpacked
        if coding in {"", "identity"}:
            return bytes(self._raw)
        if coding not in CODINGS:
            raise httpx.DecodingError(f"Content-Encoding {named!r} was not asked for")
        return self._decoded(coding)

    def _decoded(self, coding: str) -> bytes:
        packed = httpx.Response(
            200, headers={"Content-Encoding": coding}, content=_pieces(self._raw)
        )
        body = bytearray()
        for chunk in packed.iter_bytes():
            body += chunk
            self._measure(len(body))
            if self.too_long:
                return b""
        return bytes(body)


def _pieces(raw: bytearray) -> Iterator[bytes]:
    for start in range(0, len(raw), _PIECE):
        yield bytes(raw[start : start + _PIECE])


def neutral(response: httpx.Response, body: bytes, token: AccessToken | None) -> Response:
    """Translate *response*; an error that quotes the *token* is masked."""
    headers = response.headers.multi_items()
    if token is not None and not response.is_success:
        headers = [(name, token.redact(value)) for name, value in headers]
        body = token.redact(body.decode("latin-1")).encode("latin-1")  # any bytes, and back
    return Response(status_code=response.status_code, headers=Headers(headers), content=body)
