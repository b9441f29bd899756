"""Request bodies: which can be sent again, and how they are rewound; reads files only."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import IO, Any, Final, cast

_CHUNK: Final = 65_536


class Body:
    """The options of a request, its body among them, and where each file began."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = dict(options)
        self._files = list(_files_of(options))
        self._starts = [file.tell() if _seekable(file) else None for file in self._files]
        content = options.get("content")
        streamed = not isinstance(content, str | bytes | None) and not _is_file(content)
        self.replayable: Final = not streamed and None not in self._starts

    def options(self, *, awaited: bool) -> dict[str, Any]:
        """Return the options for one attempt, with every file rewound to where it began.

        A file or an iterator as ``content`` becomes an iterator for httpx: an asynchronous one if
        *awaited*.
        """
        for file, start in zip(self._files, self._starts, strict=True):
            if start is not None:
                file.seek(start)
        options = dict(self._options)
        content = options.get("content")
        if _is_file(content):
            content = _chunks(cast("IO[bytes]", content))
        if awaited and isinstance(content, Iterable) and not isinstance(content, str | bytes):
            content = _awaited(cast("Iterable[bytes]", content))
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


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


async def _awaited(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
