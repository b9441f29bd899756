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

from persium_ext import AsyncPersium, Persium, Typed

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
    assert_type(api.refunds.iter_refunds_pages(KEY), Iterator[ListRefundsResponse200])
    form = NewFileForm(File(io.BytesIO(b"")), NewFilePurpose.RECEIPT, public=True)
    assert_type(api.files.upload_file(body=form), StoredFile)
    assert_type(api.reports.export_transactions(from_=NOW.date(), to=None), str)


async def async_calls(api: AsyncPersium) -> None:
    """Call some, awaiting."""
    assert_type(await api.invoices.get_invoice("in_1"), AnyInvoice)
    assert_type(api.refunds.iter_refunds(KEY), AsyncGenerator[Refund, None])
    assert_type(api.customers.iter_customers_pages(), AsyncIterator[CustomerPage])
    assert_type(await api.customers.delete_customer(KEY), None)
    number = ValidateTaxIdBody("DE", "1")
    assert_type((await api.service.validate_tax_id(body=number)).valid, bool)


def errors(
    open_: ConflictError, declined: PaymentRequiredError, some: Http4xxError, rest: OtherStatusError
) -> None:
    """Look at what went wrong."""
    assert_type(open_.body, OpenInvoices | Problem | None)
    assert_type(declined.body, Declined | None)
    assert_type(some.body, Problem | None)
    assert_type(rest.body, Problem | None)


def members(line: Line) -> None:
    """A member that may be absent says so."""
    assert_type(line.number, int | Unset)
