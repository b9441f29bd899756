"""Request bodies: which can be sent again, and how they are rewound; reads files only."""

from __future__ import annotations

import io
import sys
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from types import NoneType
from typing import IO, Any, Final, cast

_CHUNK: Final = 65_536
_BYTES: Final[Any] = (bytes, bytearray, memoryview)
_KINDS: Final[Any] = (Iterable, AsyncIterable, NoneType)


class Body:
    """The options of a request, its body among them, and where each file began.

    Raises:
        ValueError: The content, or a file, is nothing that can be sent.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        content = _sendable(options.get("content"))
        self._options = {**options, "content": content} if "content" in options else options
        self._files = list(_files_of(self._options))
        for file in self._files:
            _refuse_text(file)
        self._starts = [file.tell() if _seekable(file) else None for file in self._files]
        streamed = not isinstance(content, bytes | None) and not _is_file(content)
        self.replayable: Final = not streamed and None not in self._starts

    def options(self, *, awaited: bool, length: int | None = None) -> dict[str, Any]:
        """Return the options for one attempt, with every file rewound to where it began.

        A file or an iterator as ``content`` becomes an iterator for httpx: an asynchronous one if
        *awaited*. Of a file as ``content``, *length* bytes are read at most: it may be growing.
        """
        for file, start in zip(self._files, self._starts, strict=True):
            if start is not None:
                file.seek(start)
        options = dict(self._options)
        content = options.pop("content", None)
        if _is_file(content):
            content = _chunks(cast("IO[bytes]", content), sys.maxsize if length is None else length)
        if isinstance(content, Iterable) and not isinstance(content, bytes):
            content = _checked(cast("Iterable[bytes]", content))
            content = _awaited(content) if awaited else content
        elif not awaited and isinstance(content, AsyncIterable):
            raise ValueError("content: an asynchronous iterator can be sent by AsyncPersium only")
        if content is not None:
            options["content"] = content
        return options

    @property
    def length(self) -> int | None:
        """Bytes left in a file passed as ``content``; None if unknown."""
        file, start = self._options.get("content"), self._starts[0] if self._starts else None
        if not _is_file(file) or start is None:
            return None
        end = cast("IO[bytes]", file).seek(0, io.SEEK_END)
        cast("IO[bytes]", file).seek(start)
        return end - start


def _sendable(content: Any) -> Any:  # noqa: ANN401  # whatever a caller passed
    """Return *content*; text and other kinds of bytes as bytes."""
    if isinstance(content, str):
        try:
            return content.encode()
        except UnicodeEncodeError:
            raise ValueError("content has characters that UTF-8 can't encode") from None
    if isinstance(content, _BYTES):
        return bytes(content)
    if hasattr(content, "keys") or not (isinstance(content, _KINDS) or _is_file(content)):
        kinds = "bytes, text, a file that is opened in binary mode or an iterator of bytes"
        raise ValueError(f"content has to be {kinds}, not {type(content).__name__}")
    return content


def _refuse_text(file: object) -> None:
    if isinstance(file, io.TextIOBase):
        raise ValueError("content or files: open the file in binary mode ('rb')")  # noqa: TRY004  # as request() promises


def _files_of(options: Mapping[str, Any]) -> Iterator[IO[bytes]]:
    if _is_file(options.get("content")):
        yield options["content"]
    given = options.get("files") or ()
    named = cast("Mapping[str, Any]", given).items() if isinstance(given, Mapping) else given
    for _, value in cast("Iterable[tuple[str, object]]", named):
        content = cast("tuple[object, ...]", value)[1] if isinstance(value, tuple) else value
        if _is_file(content):
            yield cast("IO[bytes]", content)


def _is_file(content: object) -> bool:
    return hasattr(content, "read")


def _seekable(file: IO[bytes]) -> bool:
    return bool(getattr(file, "seekable", lambda: False)())


def _chunks(file: IO[bytes], left: int) -> Iterator[bytes]:
    while chunk := file.read(min(_CHUNK, left)):
        left -= len(chunk)
        yield chunk


def _checked(chunks: Iterable[Any]) -> Iterator[bytes]:
    for chunk in chunks:
        if not isinstance(chunk, _BYTES):
            raise ValueError(f"content has to yield bytes, not {type(chunk).__name__}")  # noqa: TRY004  # as request() promises
        yield bytes(chunk)


async def _awaited(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
