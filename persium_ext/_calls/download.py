"""Executors whose operations write the body of their response to a file.

``DownloadExecutor`` and ``AsyncDownloadExecutor`` are twins: they differ in ``async`` and ``await``
only. The body is in place when the call has succeeded: no deadline or cancellation comes between.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from email.message import Message
from email.utils import collapse_rfc2231_value
from inspect import iscoroutinefunction
from pathlib import PureWindowsPath
from typing import IO, Any, Never

from attrs import frozen
from persium_api.facade import Download, Operation

from persium_ext._http.messages import Response
from persium_ext._http.sink import SinkError

from .async_executor import AsyncExecutor
from .call import Call, operation_call
from .executor import Executor
from .file_sink import FileSink, Progress
from .options import is_size
from .targets import target_of


@frozen(kw_only=True)
class Destination:
    """Where downloads go.

    Attributes:
        given: The path or file.
        max_size: Bytes that a body may have, before and after decompression; None: no limit.
        progress: Called with the bytes so far, and those of the whole body if they are known.
    """

    given: str | os.PathLike[str] | IO[bytes]
    max_size: int | None
    progress: Progress | None

    def __attrs_post_init__(self) -> None:
        if not is_size(self.max_size):
            raise ValueError("download_to: max_size has to be a number of bytes above 0, or None")
        if iscoroutinefunction(self.progress):
            raise ValueError("download_to: progress has to be a function, and not an async one")

    def sink(self, *, awaited: bool) -> FileSink:
        """Return what writes one download; if *awaited*, a thread does, and progress is a task's.

        Raises:
            ValueError: It can't be written there.
        """
        progress = self.progress
        if awaited and progress is not None:
            progress = _in_task(progress)
        return FileSink(target_of(self.given), max_size=self.max_size, progress=progress)


@frozen
class DownloadExecutor:
    """Sends calls from threads."""

    executor: Executor
    destination: Destination

    def execute(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Download:
        """Call *operation* with these *arguments*, and write the body of its response."""
        call = operation_call(self.executor.options, operation, arguments)
        call.sink = sink = self.destination.sink(awaited=False)
        try:
            response = self.executor.send(call)
            sink.commit()
            return download_of(sink, response, call)
        except SinkError as stopped:
            error = stopped.error
        finally:
            sink.discard()
        raise error

    def pages(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Never:
        """Refuse to write several bodies to one file."""
        refuse_pages(operation, arguments)


@frozen
class AsyncDownloadExecutor:
    """Sends calls from tasks."""

    executor: AsyncExecutor
    destination: Destination

    async def execute(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Download:
        """Call *operation* with these *arguments*, and write the body of its response."""
        call = operation_call(self.executor.options, operation, arguments)
        call.sink = sink = self.destination.sink(awaited=True)
        try:
            response = await self.executor.send(call)
            sink.commit()
            return download_of(sink, response, call)
        except SinkError as stopped:
            error = stopped.error
        finally:
            sink.discard()
        raise error

    def pages(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Never:
        """Refuse to write several bodies to one file."""
        refuse_pages(operation, arguments)


def refuse_pages(operation: Operation[Any], _: Mapping[str, Any]) -> Never:
    """Raise the error of an iterator over pages.

    Raises:
        TypeError: A file has one body.
    """
    raise TypeError(
        f"{operation.operation_id}: pages can't be written to one file: call it for each"
    )


def _in_task(progress: Progress) -> Progress:
    """Return a function for the thread that writes: the event loop calls *progress*."""
    from anyio import from_thread  # noqa: PLC0415  # clients of threads do without

    def report(size: int, total: int | None) -> None:
        from_thread.run_sync(progress, size, total)

    return report


def download_of(sink: FileSink, response: Response, call: Call) -> Download:
    """Describe what was written."""
    return Download(
        path=sink.path,
        size=sink.size,
        media_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
        filename=suggested_name(response.headers.get("content-disposition", "")),
        status_code=response.status_code,
        headers=response.headers,
        request_id=response.request_id,
        attempts=call.attempts,
    )


def suggested_name(disposition: str) -> str | None:
    """Return the name that a ``Content-Disposition`` suggests (RFC 6266), without folders.

    ``filename*`` takes precedence. None: there is none, or it has characters that no name needs.
    """
    message = Message()
    message["Content-Disposition"] = disposition
    parameters = message.get_params([], "Content-Disposition")
    given = [value for name, value in parameters if name.lower() == "filename"] or [""]
    name = PureWindowsPath(
        collapse_rfc2231_value(given[-1])
    ).name  # its separators are / and \\ both
    return name if name.strip(". ") and name.isprintable() else None
