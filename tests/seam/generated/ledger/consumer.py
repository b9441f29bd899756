"""What somebody's program looks like on the ledger API; checked by mypy, never run."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import assert_type
from uuid import UUID

from persium_api.facade.errors import (
    ConflictError,
    Http4xxError,
    OtherStatusError,
    PaymentRequiredError,
    ServiceUnavailableError,
)
from persium_api.models import (
    Account,
    AccountPatch,
    Balance,
    Card,
    CardRequest,
    CardType,
    Cash,
    Company,
    Currency,
    CustomerFilter,
    CustomerPage,
    Debit,
    Declined,
    Invoice,
    InvoiceState,
    Line,
    ListRefundsResponse200,
    Money,
    NewFileForm,
    NewFilePurpose,
    NewPaymentRequest,
    OneOffInvoice,
    OneOffInvoiceRequest,
    OneOffInvoiceType,
    OpenInvoices,
    Payment,
    Person,
    PersonKind,
    PersonRequest,
    Problem,
    RecurringInvoice,
    Refund,
    Sent,
    StoredFile,
    UnknownCustomer,
    UnknownPaymentMethod,
    ValidateTaxIdBody,
    Viewed,
)
from persium_api.types import File, Unset

from persium_ext import AsyncPersium, Persium, Typed, models

KEY = UUID(int=1)
NOW = dt.datetime.now(dt.UTC)
Customer = Company | Person | UnknownCustomer
AnyInvoice = Invoice | OneOffInvoice | RecurringInvoice
Method = Card | Cash | Debit | UnknownPaymentMethod


def sync_calls(api: Persium) -> None:
    """Call much of it, blocking."""
    assert_type(api.account.get_account(if_modified_since=NOW), Account)
    assert_type(api.account.update_account(body=AccountPatch(address=None)), Account)
    assert_type(api.account.get_balance(Currency.EUR, NOW.date()), Balance)
    chosen = CustomerFilter(blocked=False)
    assert_type(api.customers.list_customers(filter_=chosen), CustomerPage)
    assert_type(api.customers.list_customers().next_cursor, str | None)
    assert_type(api.customers.iter_customers(limit=1), Iterator[Customer])
    person = PersonRequest(PersonKind.PERSON, "a@b.example", "Ada", bank_account="DE1")
    assert_type(api.customers.create_customer(body=person), Customer)
    found = api.invoices.list_invoices(state=[InvoiceState.OPEN], due_from=NOW.date()).items
    assert_type(found, list[AnyInvoice])
    invoice = OneOffInvoiceRequest(OneOffInvoiceType.ONE_OFF, KEY, NOW.date())
    assert_type(api.invoices.create_invoice(body=invoice, idempotency_key="k"), AnyInvoice)
    assert_type(api.invoices.get_history("in_1"), list[Sent | Viewed])
    assert_type(api.invoices.iter_lines("in_1"), Iterator[Line])
    assert_type(api.with_response.invoices.download_invoice("in_1"), Typed[File])
    card = NewPaymentRequest(Money(1, Currency.EUR), CardRequest(CardType.CARD))
    assert_type(api.payments.create_payment(body=card).method, Method)
    assert_type(api.payments.capture_payment(KEY), Payment | str)
    assert_type(api.invoices.void_invoice("in_1"), AnyInvoice | None)
    assert_type(api.with_response.invoices.void_invoice("in_1"), Typed[AnyInvoice | None])
    assert_type(api.service.get_health(), str)
    assert_type(api.refunds.iter_refunds_pages(KEY), Iterator[ListRefundsResponse200])
    form = NewFileForm(File(io.BytesIO(b"")), NewFilePurpose.RECEIPT, public=True)
    assert_type(api.files.upload_file(body=form), StoredFile)
    assert_type(api.reports.export_transactions(from_=NOW.date(), to=None), str)


def dicts(api: Persium, line: models.LineRequestDict, lines: list[models.LineRequest]) -> None:
    """Pass dicts, with models and dicts in them, in place of models."""
    day, euro = NOW.date(), Money(1, Currency.EUR)
    api.customers.create_customer({"kind": "person", "email": "a@b.example", "family_name": "A"})
    api.customers.create_customer(
        {"kind": "company", "email": "x", "legal_name": "X", "contacts": [{"email": "y"}]},
        idempotency_key="k",
    )
    api.customers.list_customers(filter_={"address": {"city": "Bern"}, "created_after": day})
    api.customers.merge_customer(KEY, {"from": KEY, "class": "silent"})
    api.invoices.create_invoice(
        {"type": "one_off", "customer_id": KEY, "issued_on": day, "lines": [line, *lines]}
    )
    api.invoices.create_invoice(
        body={"type": "recurring", "customer_id": str(KEY), "interval": "week", "lines": lines}
    )
    api.invoices.update_invoice("in_1", {"lines": [line], "note": None})
    api.invoices.send_invoice("in_1", {"to": ["a@b.example"], "at": NOW})
    api.payments.create_payment(
        {"amount": euro, "method": {"type": "card"}, "metadata": {"order": "17"}}
    )
    api.payments.capture_payment(KEY, {"amount": None})
    api.files.upload_file({"file": b"x", "purpose": "receipt", "metadata": {"a": "b"}})
    refund: models.RefundRequestDict = {"payment_id": KEY, "amount": euro, "reason": "fraud"}
    assert_type(api.refunds.create_refund(refund), Refund)


def wrong_dicts(api: Persium, any_dict: dict[str, str]) -> None:
    """Members that are misspelt or missing, and other values, are errors of the type checker."""
    euro = Money(1, Currency.EUR)
    api.refunds.create_refund({"payment_id": KEY, "amuont": euro})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.refunds.create_refund({"payment_id": KEY})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.refunds.create_refund({"payment_id": KEY, "amount": euro, "reason": "why"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.refunds.create_refund({"payment_id": 7, "amount": euro})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.refunds.create_refund({"payment_id": KEY, "amount": euro, "id": KEY})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.account.update_account({"adress": None})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.account.update_account({"name": None})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.account.update_account(any_dict)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.payments.create_payment({"amount": euro, "method": {"type": "card", "nmber": "1"}})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    api.invoices.update_invoice("in_1", {"lines": "text"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def with_responses(api: Persium) -> None:
    """Iterate over pages and items with their responses."""
    found = api.with_response.customers.iter_customers_pages(limit=1)
    assert_type(found, Iterator[Typed[CustomerPage]])
    assert_type(api.with_response.invoices.iter_lines("in_1"), Iterator[Typed[Line]])


async def async_calls(api: AsyncPersium) -> None:
    """Call some, awaiting."""
    assert_type(await api.invoices.get_invoice("in_1"), AnyInvoice)
    assert_type(api.refunds.iter_refunds(KEY), AsyncGenerator[Refund, None])
    assert_type(api.customers.iter_customers_pages(), AsyncIterator[CustomerPage])
    assert_type(await api.customers.delete_customer(KEY), None)
    pages = api.with_response.customers.iter_customers_pages()
    assert_type(pages, AsyncIterator[Typed[CustomerPage]])
    assert_type(api.with_response.refunds.iter_refunds(KEY), AsyncGenerator[Typed[Refund], None])
    assert_type(await api.account.update_account({"name": "Acme"}), Account)
    number = ValidateTaxIdBody("DE", "1")
    assert_type((await api.service.validate_tax_id(body=number)).valid, bool)


def errors(
    open_: ConflictError,
    declined: PaymentRequiredError,
    some: Http4xxError,
    rest: OtherStatusError,
    down: ServiceUnavailableError,
) -> None:
    """Look at what went wrong."""
    assert_type(open_.body, OpenInvoices | Problem | None)
    assert_type(declined.body, Declined | Problem | None)
    assert_type(some.body, Problem | None)
    assert_type(rest.body, Problem | None)
    assert_type(down.body, Problem | str | None)  # those of default
    assert_type(down.status, int)


def members(line: Line) -> None:
    """A member that may be absent says so."""
    assert_type(line.number, int | Unset)
