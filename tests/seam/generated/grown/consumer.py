"""What somebody's program looks like on the grown API; checked by mypy and pyright, never run."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import assert_type

from persium_api.facade.errors import NotFoundError, UnauthorizedError, UnprocessableEntityError
from persium_api.models import (
    FindWidgetsResponse200,
    Me,
    NewWidget,
    Painted,
    Problem,
    Reports,
    Sold,
    UploadPhotoBody,
    Widget,
    WidgetPage,
    WidgetPatch,
    WidgetStatus,
)
from persium_api.types import File, Unset

from persium_ext import AsyncPersium, Persium, Typed

NOW = dt.datetime.now(dt.UTC)


def sync_calls(api: Persium) -> None:
    """Call everything, blocking."""
    assert_type(api.identity.get_me(), Me)
    page = api.widgets.list_widgets(limit=1, status=WidgetStatus.NEW, label=["a"], archived=True)
    assert_type(page, WidgetPage)
    assert_type(page.next_cursor, str | Unset | None)
    assert_type(api.widgets.iter_widgets(created_after=NOW), Iterator[Widget])
    assert_type(api.widgets.iter_widgets_pages(limit=1), Iterator[WidgetPage])
    body = NewWidget(name="n", ready_at=NOW, note=None)
    assert_type(api.widgets.create_widget(body=body, idempotency_key="k"), Widget)
    assert_type(api.widgets.get_widget("1", at=NOW, day=NOW.date()).note, str | None)
    assert_type(api.widgets.update_widget("1", body=WidgetPatch(note=None)), Widget | None)
    assert_type(api.widgets.create_widget({"name": "n", "ready_at": NOW, "note": None}), Widget)
    assert_type(api.widgets.update_widget("1", {"status": "new"}), Widget | None)
    api.widgets.delete_widget("1")
    assert_type(api.widgets.get_history("1", NOW), list[Painted | Sold])
    api.widgets.upload_photo("1", body=UploadPhotoBody(file=File(payload=io.BytesIO(b""))))
    assert_type(api.widgets.download_photo("1"), File)
    assert_type(api.widgets.find_widgets(from_="a"), FindWidgetsResponse200)
    assert_type(api.reports.get_health(), str)
    assert_type(api.with_response.widgets.update_widget("1"), Typed[Widget | None])
    assert_type(api.reports.create_report(body=File(payload=io.BytesIO(b""))), Reports)


async def async_calls(api: AsyncPersium) -> None:
    """Call some, awaiting."""
    assert_type(await api.identity.get_me(), Me)
    assert_type(api.widgets.iter_widgets(limit=1), AsyncGenerator[Widget, None])
    assert_type(api.widgets.iter_widgets_pages(), AsyncIterator[WidgetPage])
    assert_type([widget.id async for widget in api.widgets.iter_widgets()], list[str])
    assert_type(await api.widgets.update_widget("1"), Widget | None)
    await api.widgets.delete_widget("1")
    assert_type(await api.with_response.widgets.update_widget("1"), Typed[Widget | None])


def errors(missing: NotFoundError, wrong: UnprocessableEntityError, who: UnauthorizedError) -> None:
    """Look at what went wrong."""
    assert_type(missing.body, Problem | None)
    assert_type(wrong.body, Problem | None)
    assert_type(who.body, object)
    assert_type(who.status, int)
