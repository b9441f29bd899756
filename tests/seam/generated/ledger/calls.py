"""Calls of the ledger API through persium_ext over a real socket, each claim once.

Run by ``test_ledger.py``, in a process where ``persium_api`` is generated from ``openapi.yaml``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from persium_api.facade.errors import (
    ApiStatusError,
    ConflictError,
    Http4xxError,
    Http5xxError,
    OtherStatusError,
    PaymentRequiredError,
    ResponseDecodeError,
    UnprocessableEntityError,
)
from persium_api.models import (
    AccountPatch,
    Address,
    CapturePaymentBody,
    CardRequest,
    CardType,
    Cash,
    Company,
    Currency,
    CustomerFilter,
    CustomerFilterAddress,
    CustomerPatch,
    InvoiceState,
    LineUnit,
    LineVat,
    ListCustomersKindItem,
    ListPaymentsMetadata,
    MergeCustomerBody,
    Metadata,
    Money,
    NewFileForm,
    NewFilePurpose,
    NewPaymentRequest,
    OneOffInvoiceRequest,
    OneOffInvoiceType,
    OpenInvoices,
    Person,
    PersonKind,
    PersonRequest,
    Problem,
    RecurringInvoice,
    RefundFailure,
    SendInvoiceBody,
    Sent,
    UnknownCustomer,
    UnknownPaymentMethod,
    ValidateTaxIdBody,
    Viewed,
)
from persium_api.types import UNSET, File

from tests.seam.generated import conftest
from tests.seam.generated.server import Answer, Server

Call = Callable[[Callable[[Any], Any]], Any]
CALLERS = {__file__, conftest.__file__}
PROBLEM = "application/problem+json"
KEY = UUID("5b0f2a44-7a11-4e6e-8f6e-0c7b4d1f7c55")
DAY = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
EURO = {"amount": 9000, "currency": "EUR"}
PERSON = {"kind": "person", "id": str(KEY), "version": 7, "email": "a@b.example"}
PERSON |= {"family_name": "Ada", "risk": None}
INVOICE = {"id": "in_1", "state": "open", "customer_id": str(KEY), "total": EURO}
ONE_OFF = {**INVOICE, "type": "one_off", "issued_on": "2026-03-31"}
MONTHLY = {**INVOICE, "type": "recurring", "interval": "month", "ends_on": None}
PAYMENT = {"id": str(KEY), "amount": EURO, "method": {"type": "cash"}, "status": "captured"}
REFUND = {"id": str(KEY), "payment_id": str(KEY), "amount": EURO, "failure": None}
FILE = {"id": str(KEY), "size": 3}
ACCOUNT = {"id": str(KEY), "name": "Acme", "settings": {}, "created_at": "2026-03-31T12:00:00Z"}


def test_filters(call: Call, server: Server) -> None:
    """A filter is written as a deep object, a list with commas, or a pair for each item."""
    server.answer("GET /customers", Answer(json={"items": [], "next_cursor": None}))
    chosen = CustomerFilter(
        name="A&B", blocked=False, address=CustomerFilterAddress(city="Bern"), created_after=DAY
    )

    call(
        lambda api: api.customers.list_customers(
            filter_=chosen,
            sort=["name", "-created_at"],
            kind=[ListCustomersKindItem.PERSON, ListCustomersKindItem.COMPANY],
        )
    )

    assert server.only.query == [
        ("filter[name]", "A&B"),
        ("filter[blocked]", "false"),
        ("filter[address][city]", "Bern"),
        ("filter[created_after]", "2026-03-31"),
        ("sort", "name,-created_at"),
        ("kind", "person"),
        ("kind", "company"),
    ]
    assert "sort=name,-created_at" in server.only.raw_query
    assert "x-request-locale" not in server.only.headers


def test_free_filter(call: Call, server: Server) -> None:
    """A deep object may have members that the document does not name."""
    server.answer("GET /payments", Answer(json={"items": []}))
    wanted = ListPaymentsMetadata()
    wanted["order no"] = "17"

    call(lambda api: api.payments.list_payments(metadata=wanted))

    assert server.only.query == [("metadata[order no]", "17")]


def test_page_numbers(call: Call, server: Server) -> None:
    """Pages are counted from the first on, with the filters kept, to one without items."""
    pages = [[ONE_OFF], [MONTHLY], []]
    answers = [Answer(json={"items": items, "page": 1}) for items in pages]
    server.answer("GET /invoices", *answers)
    states = [InvoiceState.OPEN, InvoiceState.PAID]

    found = call(
        lambda api: api.invoices.iter_invoices(
            state=states, due_from=DAY, updated_after=NOON, overdue=False, min_total=0.5
        )
    )

    kept = [
        ("state", "open|paid"),
        ("due[gte]", "2026-03-31"),
        ("updated_after", "2026-03-31T12:00:00+00:00"),
        ("overdue", "false"),
        ("min_total", "0.5"),
    ]
    assert [type(each).__name__ for each in found] == ["OneOffInvoice", "RecurringInvoice"]
    assert [seen.query[-5:] for seen in server.seen] == [kept] * 3
    assert [seen.query[:-5] for seen in server.seen[1:]] == [[("page", "2")], [("page", "3")]]


def test_cursor(call: Call, server: Server) -> None:
    """A cursor leads to the next page."""
    pages = [Answer(json={"items": [PERSON], "next_cursor": c}) for c in ("a+b", None)]
    server.answer("GET /customers", *pages)

    assert len(call(lambda api: api.customers.iter_customers(limit=1))) == 2
    assert server.seen[1].query == [("cursor", "a+b"), ("limit", "1")]


def test_offset(call: Call, server: Server) -> None:
    """An offset counts the items that came."""
    pages = [[REFUND, REFUND], [{**REFUND, "failure": "lost_card"}], []]
    place = f"GET /payments/{KEY}/refunds"
    server.answer(place, *(Answer(json={"items": items, "total": 3}) for items in pages))

    found = call(lambda api: api.refunds.iter_refunds(KEY, limit=2))

    assert [each.failure for each in found] == [None, None, RefundFailure.LOST_CARD]
    assert [dict(seen.query).get("offset", "0") for seen in server.seen] == ["0", "2", "3"]


def test_link(call: Call, server: Server) -> None:
    """A Link header field leads to the next page of a plain list."""
    line = {"text": "Consulting", "price": EURO}
    link = {"Link": '</invoices/in_1/more?after=2>; rel="next"'}
    server.answer("GET /invoices/in_1/lines", Answer(json=[line], headers=link))
    server.answer("GET /invoices/in_1/more", Answer(json=[{**line, "vat": 7, "unit": ""}]))

    first, second = call(lambda api: api.invoices.iter_lines("in_1"))

    assert (first.vat, second.vat, second.unit) == (UNSET, 7, "")
    assert server.seen[1].query == [("after", "2")]


def test_path(call: Call, server: Server) -> None:
    """Enums, dates and identifiers stand in a path as the document says."""
    balance = {"currency": "EUR", "available": 2**53 + 1, "as_of": "2026-03-31"}
    server.answer("GET /account/balances/EUR/2026-03-31", Answer(json=balance))

    found = call(lambda api: api.account.get_balance(Currency.EUR, DAY))

    assert (found.available, found.as_of) == (2**53 + 1, DAY)


def test_new_members(call: Call, server: Server) -> None:
    """Members that the document does not name are kept."""
    balance = {"currency": "EUR", "available": 1, "as_of": "2026-03-31", "new": {"deep": [1]}}
    server.answer("GET /account/balances/EUR/2026-03-31", Answer(json=balance))

    assert call(lambda api: api.account.get_balance(Currency.EUR, DAY))["new"] == {"deep": [1]}


def test_unknown_enum_values(call: Call, server: Server) -> None:
    """Values that this client does not know become members that equal them."""
    line = {"text": "x", "price": EURO, "unit": "box", "vat": 3}
    server.answer("GET /invoices/in_1/lines", Answer(json=[line]))

    [found] = call(lambda api: api.invoices.list_lines("in_1"))

    assert isinstance(found.unit, LineUnit)
    assert isinstance(found.vat, LineVat)
    assert (found.unit, found.unit.value, found.vat) == ("box", "box", 3)
    assert found.to_dict() == line


def test_wrong_type_of_enum(call: Call, server: Server) -> None:
    """An enum is open to new values, not to values of another type."""
    line = {"text": "x", "price": EURO, "unit": 1}
    server.answer("GET /invoices/in_1/lines", Answer(json=[line]))

    with pytest.raises(ResponseDecodeError):
        call(lambda api: api.invoices.list_lines("in_1"))


def test_variant_with_a_tag(call: Call, server: Server) -> None:
    """The tag chooses the variant; one that is new is kept as it came."""
    company = {**PERSON, "kind": "company", "legal_name": "Acme", "contacts": [{"email": "x@y"}]}
    place = f"GET /customers/{KEY}"
    server.answer(place, *(Answer(json=b) for b in (PERSON, company, {**PERSON, "kind": "club"})))

    found = [call(lambda api: api.customers.get_customer(KEY, expand=["a", "b"])) for _ in range(3)]

    assert [type(each) for each in found] == [Person, Company, UnknownCustomer]
    assert found[2]["family_name"] == "Ada"
    assert server.seen[0].raw_query == "expand=a,b"


def test_variant_with_later_members(call: Call, server: Server) -> None:
    """A variant stays what its tag names, whatever is new in its parts."""
    contacts = [{"email": "x@y", "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7}] * 2
    company = {**PERSON, "kind": "company", "legal_name": "Acme", "contacts": contacts}
    server.answer(f"GET /customers/{KEY}", Answer(json=company))

    assert type(call(lambda api: api.customers.get_customer(KEY))) is Company


def test_dict_in_place_of_a_model(call: Call, server: Server) -> None:
    """A dict is sent as the model that it stands for, with values of Python or of JSON in it."""
    server.answer("POST /invoices", Answer(201, json=ONE_OFF))
    line = {"text": "Consulting", "price": Money(9000, Currency.EUR), "vat": 7}
    one_off = {"type": "one_off", "customer_id": KEY, "issued_on": DAY, "lines": [line]}

    call(lambda api: api.invoices.create_invoice(one_off))
    call(lambda api: api.invoices.create_invoice({**one_off, "issued_on": str(DAY), "lines": ()}))

    written = {**one_off, "customer_id": str(KEY), "issued_on": "2026-03-31"}
    assert [seen.json for seen in server.seen] == [
        {**written, "lines": [{**line, "price": EURO}]},
        {**written, "lines": []},
    ]


WRONG_DICTS = [
    ({"typ": "one_off"}, "body.typ is not a member of InvoiceRequest: did you mean type?"),
    ({"type": "recurring", "intervall": "week"}, "Request: did you mean interval?"),
    ({"type": "recurring", "id": "in_1"}, "body.id is not a member of RecurringInvoiceRequest"),
    (
        {"type": "one_off", "customer_id": "c", "issued_on": DAY, "lines": [{"text": "x"}]},
        "body.lines[0].price is missing: LineRequest requires it",
    ),
]


@pytest.mark.parametrize(("body", "problem"), WRONG_DICTS)
def test_wrong_dict(call: Call, server: Server, body: object, problem: str) -> None:
    """A member that is missing or unknown is named, and nothing is sent."""
    with pytest.raises(ValueError, match=re.escape(problem)):
        call(lambda api: api.invoices.create_invoice(body))

    assert server.seen == []


def test_dict_of_a_form(call: Call, server: Server) -> None:
    """A dict may stand for a form, and for the object of a parameter."""
    server.answer("POST /files", Answer(201, json=FILE))
    server.answer("GET /customers", Answer(json={"items": [], "next_cursor": None}))

    call(lambda api: api.files.upload_file({"file": b"\x00", "purpose": "receipt", "pages": [1]}))
    call(lambda api: api.customers.list_customers(filter_={"address": {"city": "Bern"}}))

    assert server.seen[0].body.count(b"form-data") == 3
    assert server.seen[1].query == [("filter[address][city]", "Bern")]


def test_pages_with_responses(call: Call, server: Server) -> None:
    """Each item, and each page, has its response."""
    line, link = {"text": "x", "price": EURO}, {"Link": '</invoices/in_1/more>; rel="next"'}
    server.answer("GET /invoices/in_1/lines", Answer(json=[line], headers=link))
    server.answer("GET /invoices/in_1/more", Answer(json=[line]))
    refunds = Answer(json={"items": [REFUND], "total": 1})
    server.answer(f"GET /payments/{KEY}/refunds", refunds, Answer(json={"items": [], "total": 1}))

    lines = call(lambda api: api.with_response.invoices.iter_lines("in_1"))
    [refund] = call(lambda api: api.with_response.refunds.iter_refunds(KEY))

    assert [(each.value.text, "link" in each.headers) for each in lines] == [
        ("x", True),
        ("x", False),
    ]
    assert (refund.value.payment_id, refund.status_code) == (KEY, 200)


def test_read_only_and_write_only(call: Call, server: Server) -> None:
    """A request has no member that is only read; what is only written is no member of results."""
    server.answer("POST /customers", Answer(201, json=PERSON))
    body = PersonRequest(
        kind=PersonKind.PERSON, email="a@b.example", family_name="Ada", bank_account="DE1"
    )

    made = call(lambda api: api.customers.create_customer(body=body))

    assert server.only.json == {
        "kind": "person",
        "email": "a@b.example",
        "family_name": "Ada",
        "bank_account": "DE1",
    }
    assert (made.version, hasattr(made, "bank_account")) == (7, False)


def test_idempotency_key(call: Call, server: Server) -> None:
    """A repeated POST has the key of the first attempt, though the caller gave none."""
    busy = Answer(503, headers={"Retry-After": "0"})
    server.answer("POST /refunds", busy, Answer(201, json=REFUND))
    server.answer("POST /invoices", Answer(201, json=ONE_OFF))
    body = {"payment_id": str(KEY), "amount": EURO}
    invoice = OneOffInvoiceRequest(OneOffInvoiceType.ONE_OFF, KEY, DAY)

    call(lambda api: api.refunds.create_refund(body=body))
    call(lambda api: api.invoices.create_invoice(body=invoice, idempotency_key="mine"))

    first, second, third = (seen.headers["idempotency-key"] for seen in server.seen)
    assert first == second
    assert len(first) == 36
    assert third == "mine"
    assert server.seen[0].json == server.seen[1].json == body
    assert server.seen[2].json == {
        "type": "one_off",
        "customer_id": str(KEY),
        "issued_on": "2026-03-31",
    }


def test_patch(call: Call, server: Server) -> None:
    """A PATCH sends what was set: null as null, and no default."""
    server.answer("PATCH /account", Answer(json=ACCOUNT))
    body = AccountPatch(name="Acme", address=None, default_currency=None)

    account = call(lambda api: api.account.update_account(body=body))

    assert server.only.json == {"name": "Acme", "address": None, "default_currency": None}
    assert server.only.headers["content-type"] == "application/merge-patch+json"
    assert (account.created_at, account.settings.days_to_pay) == (NOON, UNSET)


def test_patch_with_a_version(call: Call, server: Server) -> None:
    """A number is a header field, and an object in the body has its own nulls."""
    server.answer(f"PATCH /customers/{KEY}", Answer(json=PERSON))
    body = CustomerPatch(address=Address("1 Main St", "DE", line2=None))

    call(lambda api: api.customers.update_customer(KEY, body=body, if_match=7))

    assert server.only.headers["if-match"] == "7"
    address = {"line1": "1 Main St", "line2": None, "country": "DE"}
    assert server.only.json == {"address": address}


def test_not_modified(call: Call, server: Server) -> None:
    """A date is written as HTTP does in If-Modified-Since; 304 is an error without a body."""
    server.answer("GET /account", Answer(304))

    with pytest.raises(ApiStatusError) as caught:
        call(lambda api: api.account.get_account(if_modified_since=NOON))

    assert server.only.headers["if-modified-since"] == "Tue, 31 Mar 2026 12:00:00 GMT"
    assert (caught.value.status, caught.value.body) == (304, None)


def test_json_beside_text(call: Call, server: Server) -> None:
    """A 200 has a model, a 202 its text, and the request asks for both."""
    place = f"POST /payments/{KEY}/capture"
    later = Answer(202, raw="später".encode(), media="text/plain; charset=utf-8")
    server.answer(place, Answer(json=PAYMENT), later)

    payment = call(
        lambda api: api.payments.capture_payment(KEY, body=CapturePaymentBody(amount=None))
    )
    text = call(lambda api: api.payments.capture_payment(KEY))

    assert isinstance(payment.method, Cash)
    assert text == "später"
    assert server.seen[0].json == {"amount": None}
    assert server.seen[1].body == b""
    assert server.seen[0].headers["accept"] == "application/json, text/plain, */*;q=0.1"


def test_nothing_in_return(call: Call, server: Server) -> None:
    """204 and a 202 without a body return None."""
    server.answer(f"PUT /customers/{KEY}/labels", Answer(204))
    server.answer("POST /invoices/in_1/send", Answer(202))
    body = SendInvoiceBody(to=["a@b.example"], at=NOON)

    assert call(lambda api: api.customers.replace_labels(KEY, body=["a", "b"])) is None
    assert call(lambda api: api.invoices.send_invoice("in_1", body=body)) is None
    assert server.seen[0].json == ["a", "b"]
    assert server.seen[1].json == {"to": ["a@b.example"], "at": "2026-03-31T12:00:00+00:00"}


def test_nested_variant(call: Call, server: Server) -> None:
    """A union in a member is written as it is, and read by its tag; a null in a union is null."""
    new = {**PAYMENT, "method": {"type": "crypto", "coin": "x"}, "payer": None}
    known = {**PAYMENT, "payer": {"email": "x@y.example"}}
    server.answer("POST /payments", Answer(201, json=new), Answer(201, json=known))
    method = CardRequest(CardType.CARD, number="4242", expires="2030-12")
    body = NewPaymentRequest(Money(1, Currency.JPY), method, metadata=Metadata())

    first = call(lambda api: api.payments.create_payment(body=body))
    second = call(lambda api: api.payments.create_payment(body=body))

    assert server.seen[0].json == {
        "amount": {"amount": 1, "currency": "JPY"},
        "method": {"type": "card", "number": "4242", "expires": "2030-12"},
        "metadata": {},
    }
    assert isinstance(first.method, UnknownPaymentMethod)
    assert (first.payer, second.payer.email) == (None, "x@y.example")


def test_variants_without_a_tag(call: Call, server: Server) -> None:
    """A union without a tag is read by its members, from a vendor's own media type."""
    media = "application/vnd.ledger.history+json"
    sent, viewed = {"sent_to": ["a"], "at": "2026-03-31T12:00:00Z"}, {"viewer": "b", "seconds": 1.5}
    events = [sent, {**viewed, "at": sent["at"]}]
    server.answer("GET /invoices/in_1/history", Answer(json=events, media=media))

    found = call(lambda api: api.invoices.get_history("in_1"))

    assert [type(each) for each in found] == [Sent, Viewed]
    assert server.only.headers["accept"] == media


def test_multipart(call: Call, server: Server) -> None:
    """A form has a file, texts as OpenAPI writes them, an object as JSON, and no part for null.

    The file is whole, though it holds what looks like a boundary.
    """
    server.answer("POST /files", Answer(201, json=FILE))
    content = b"\r\n--+++\r\n\x00\xff\r\n--+++--\r\n"
    file = File(io.BytesIO(content), "a.pdf", "application/pdf")
    metadata = Metadata()
    metadata["order"] = "17"
    form = NewFileForm(
        file, NewFilePurpose.RECEIPT, public=True, expires_on=None, metadata=metadata, pages=[1, 2]
    )

    call(lambda api: api.files.upload_file(body=form))

    boundary = server.only.headers["content-type"].partition("boundary=")[2]
    parts = server.only.body.split(f"--{boundary}".encode())[1:-1]
    heads, contents = zip(*(part[2:-2].split(b"\r\n\r\n") for part in parts), strict=True)
    assert [head.split(b'"')[1] for head in heads] == [
        b"file",
        b"purpose",
        b"public",
        b"metadata",
        b"pages",
        b"pages",
    ]
    assert contents == (content, b"receipt", b"true", b'{"order": "17"}', b"1", b"2")
    assert b"application/pdf" in heads[0]
    assert b"application/json" in heads[3]


@pytest.mark.parametrize("media", ["image/png", "application/octet-stream"])
def test_bytes(call: Call, server: Server, media: str) -> None:
    """Bytes are sent as they are, with the media type of the document."""
    server.answer("PUT /account/logo", Answer(204))
    server.answer(f"PUT /files/{KEY}/content", Answer(204))
    file = File(io.BytesIO(b"\x89PNG\r\n"))

    if media == "image/png":
        call(lambda api: api.account.upload_logo(body=file))
    else:
        call(lambda api: api.files.replace_file(KEY, body=file))

    assert server.only.body == b"\x89PNG\r\n"
    assert server.only.headers["content-type"] == media


def test_pdf(call: Call, server: Server) -> None:
    """A document comes as bytes, and its response is there for who asks for it."""
    headers = {"Content-Disposition": "attachment"}
    pdf = Answer(raw=b"%PDF-\xff", media="application/pdf", headers=headers)
    server.answer("GET /invoices/in%2F1/pdf", pdf)

    found = call(lambda api: api.with_response.invoices.download_invoice("in/1"))

    assert found.value.payload.read() == b"%PDF-\xff"
    assert found.headers["content-disposition"] == "attachment"
    assert server.only.headers["accept"].startswith("application/pdf")


def test_part_of_a_file(call: Call, server: Server) -> None:
    """A header field of the caller is sent, and the part that comes is a success too."""
    part = Answer(206, raw=b"\x00", media="application/octet-stream")
    server.answer(f"GET /files/{KEY}/content", part)

    found = call(lambda api: api.files.download_file(KEY, range_="bytes=0-0"))

    assert (found.payload.read(), server.only.headers["range"]) == (b"\x00", "bytes=0-0")


def test_csv(call: Call, server: Server) -> None:
    """Lines of text are read by their charset; a list has spaces, a required date its own name."""
    csv = Answer(raw="10;Zürich\n".encode("latin-1"), media="text/csv; charset=iso-8859-1")
    server.answer("GET /exports/transactions", csv)

    found = call(
        lambda api: api.reports.export_transactions(from_=DAY, columns=["amount", "place"])
    )

    assert found == "10;Zürich\n"
    assert server.only.raw_query == "from=2026-03-31&columns=amount%20place"


def test_form(call: Call, server: Server) -> None:
    """A form has its texts, and no default that was not set."""
    server.answer("POST /tax-ids/validate", Answer(json={"valid": True, "trader": None}))
    body = ValidateTaxIdBody("DE", "1 & 2", at=DAY)

    assert call(lambda api: api.service.validate_tax_id(body=body)).trader is None
    assert server.only.body == b"country=DE&number=1+%26+2&at=2026-03-31"


def test_security(call: Call, server: Server) -> None:
    """No token is sent where none is needed; one is, where it is optional."""
    server.answer("GET /health", Answer(raw=b"ok", media="text/plain"))
    server.answer("GET /currencies", Answer(json={"EUR": 2}))

    assert call(lambda api: api.service.get_health()) == "ok"
    assert call(lambda api: api.service.list_currencies())["EUR"] == 2
    assert ["authorization" in seen.headers for seen in server.seen] == [False, True]


def test_tree(call: Call, server: Server) -> None:
    """A schema that contains itself is read to its leaves."""
    leaf = {"code": "leaf", "children": [], "parent": None}
    server.answer("GET /account/categories", Answer(json={"code": "root", "children": [leaf]}))

    root = call(lambda api: api.account.get_categories())

    assert (root.children[0].code, root.children[0].parent, root.parent) == ("leaf", None, UNSET)


ERRORS = [
    (402, {"title": "t", "decline_code": "new_code"}, PaymentRequiredError),
    (422, {"title": "t", "errors": [{"pointer": "/a", "code": "x"}]}, UnprocessableEntityError),
    (507, None, Http5xxError),
]


@pytest.mark.parametrize(("status", "body", "kind"), ERRORS)
def test_error_by_status(
    call: Call, server: Server, status: int, body: object, kind: type[ApiStatusError]
) -> None:
    """Each documented status has its class and body; a range has one of its own."""
    html = Answer(status, raw=b"<p>down", media="text/html")
    server.answer("POST /payments", Answer(status, json=body, media=PROBLEM) if body else html)
    new = NewPaymentRequest(Money(1, Currency.EUR), CardRequest(CardType.CARD))

    with pytest.raises(kind) as caught:
        call(lambda api: api.payments.create_payment(body=new))

    assert type(caught.value) is kind
    read: Any = caught.value.body
    assert read.to_dict() == body if body else read == "<p>down"


def test_error_of_one_operation(call: Call, server: Server) -> None:
    """Operations have bodies of their own for the same status."""
    body = {"title": "Open", "invoices": ["in_1"]}
    server.answer(f"DELETE /customers/{KEY}", Answer(409, json=body, media=PROBLEM))

    with pytest.raises(ConflictError) as caught:
        call(lambda api: api.customers.delete_customer(KEY))

    assert isinstance(caught.value.body, OpenInvoices)
    assert caught.value.body.invoices == ["in_1"]
    assert caught.value.operation == "deleteCustomer"


def test_error_with_another_body(call: Call, server: Server) -> None:
    """A body that is not the documented one is no lie about its type: it is None, and the text."""
    server.answer(f"DELETE /customers/{KEY}", Answer(409, json=["gone"]))

    with pytest.raises(ConflictError) as caught:
        call(lambda api: api.customers.delete_customer(KEY))

    assert (caught.value.body, caught.value.text) == (None, '["gone"]')


def test_error_of_a_range(call: Call, server: Server) -> None:
    """4XX and default hold for the statuses that the operation does not name."""
    problem = Answer(418, json={"title": "t"}, media=PROBLEM)
    server.answer("POST /refunds", problem)
    server.answer("GET /account/balances", problem)
    currencies = [Currency.EUR, Currency.USD]

    with pytest.raises(Http4xxError) as first:
        call(lambda api: api.refunds.create_refund(body={"payment_id": KEY, "amount": EURO}))
    with pytest.raises(OtherStatusError) as second:
        call(lambda api: api.account.list_balances(currencies=currencies))

    assert first.value.body == second.value.body == Problem(title="t")
    assert server.seen[1].raw_query == "currencies=EUR,USD"


def test_renamed_members(call: Call, server: Server) -> None:
    """Words of Python are members under their own names on the wire."""
    server.answer(f"POST /customers/{KEY}/merge", Answer(json=PERSON))

    call(lambda api: api.customers.merge_customer(KEY, body=MergeCustomerBody(KEY)))
    call(lambda api: api.customers.merge_customer(KEY, body={"from": KEY, "class": "silent"}))

    assert [seen.json for seen in server.seen] == [
        {"from": str(KEY)},
        {"from": str(KEY), "class": "silent"},
    ]


def test_deprecated(call: Call, server: Server) -> None:
    """A deprecated operation warns, naming the caller's line; it returns a variant, or None."""
    server.answer("POST /invoices/in_1/void", Answer(json=MONTHLY), Answer(204))

    with pytest.warns(DeprecationWarning, match=r"invoices.void_invoice\(\)") as warnings:
        found = [call(lambda api: api.invoices.void_invoice("in_1")) for _ in range(2)]

    assert [type(each) for each in found] == [RecurringInvoice, type(None)]
    assert [each.filename in CALLERS for each in warnings] == [True, True]


def test_deprecated_pages(call: Call, server: Server) -> None:
    """The iterator of a deprecated operation warns once, however many pages there are."""
    note = {"id": 1, "text": "x", "written_at": "2026-03-31T12:00:00Z"}
    server.answer(f"GET /customers/{KEY}/notes", Answer(json=[note]), Answer(json=[]))

    with pytest.warns(DeprecationWarning, match=r"iter_notes\(\) is") as warnings:
        found = call(lambda api: api.customers.iter_notes(KEY))

    assert (len(found), len(server.seen)) == (1, 2)
    assert [each.filename in CALLERS for each in warnings] == [True]
