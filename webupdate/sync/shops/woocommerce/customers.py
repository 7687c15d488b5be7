"""Customers of EBMS into accounts of the store: those that are there by their e-mail, new ones only if that is wanted.

The store mails everybody for whom it makes an account. It names nobody's id when an e-mail is taken: then the account
is looked for, and taken over unless it is staff's or another customer's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from webupdate.errors import WebUpdateError
from webupdate.sync.shops.base import Customer, Part, Result, sent_hash
from webupdate.sync.shops.records import email_of
from webupdate.sync.shops.woocommerce import values
from webupdate.sync.shops.woocommerce.account import (
    BUYERS,
    FIELDS,
    Account,
    Fields,
    Kept,
    changes,
    is_email,
    nested,
    stored_otherwise,
)
from webupdate.sync.shops.woocommerce.client import Client, unclear
from webupdate.sync.shops.woocommerce.facts import CUSTOMER, CUSTOMER_ID
from webupdate.sync.shops.woocommerce.known import PATH, Known
from webupdate.sync.shops.woocommerce.places import Places
from webupdate.sync.shops.woocommerce.pool import Pace

_ANSWER = {"_fields": f"create,update,delete,{FIELDS}"}
_TAKEN = "registration-error-email-exists"
_LOGIN = {
    "registration-error-username-exists": "Another account of the shop has this user name.",
    "registration-error-invalid-username": "WordPress takes this for no user name.",
}
_ANOTHERS = "woocommerce_rest_customer_invalid_email"
_GONE = ("woocommerce_rest_invalid_id", "wc_user_invalid_id")
TWICE = 2  # once more for what was taken over or lost

Step = Literal["create", "update", "delete"]


class _Rows(msgspec.Struct):
    create: list[Account] = []
    update: list[Account] = []
    delete: list[Account] = []


class _Work:
    """One customer's part, and what is known of the account."""

    def __init__(self, part: Part) -> None:
        self.part = part
        record = values.record_of(part)
        self.record = record if isinstance(record, Customer) else None
        self.result: Result | None = None
        self.account: Account | None = None
        self.may_make = True  # the store was not found to have the e-mail

    @property
    def keys(self) -> tuple[str, ...]:
        """The EBMS ids that its account may carry, "" among them."""
        return ("", self.part.key, self.part.was) if self.part.was else ("", self.part.key)

    def refuse(self, message: str, field: str = "", seen: str = "", expected: str = "") -> None:
        """Nothing became of it."""
        self.result = values.refused(self.part, message, field, seen, expected)

    def close(self, status: Any, number: int | None = None) -> None:
        """What became of it."""
        remote = None if number is None else str(number)
        self.result = Result(entity="customers", key=self.part.key, status=status, remote_id=remote)


class _Job(msgspec.Struct, frozen=True):
    """One row of a batch: the object, or for a deletion the id alone. `fields`: what must be stored so."""

    work: _Work
    step: Step
    body: Any
    fields: Fields = {}


class Customers:
    """The way of customers into the store."""

    def __init__(self, client: Client, known: Known, places: Places, *, make: bool) -> None:
        self._client = client
        self._places = places
        self._make = make
        self._known = known
        self._pace = Pace(client.wait)

    def upsert(self, parts: list[Part]) -> list[Result]:
        """Carry out all parts; one result for each."""
        works = [_Work(part) for part in parts]
        for work in works:
            self._check(work)
        todo = [work for work in works if work.result is None]
        self._find(todo)
        for _ in range(1 + TWICE):
            todo = self._round([work for work in todo if work.result is None])
        for work in todo:
            work.refuse("The shop says again and again that it has this e-mail, and does not find it.", "email")
        return [work.result for work in works if work.result is not None]

    def _check(self, work: _Work) -> None:
        record = work.record
        if record is None:
            return
        if not email_of(record):
            work.refuse("WooCommerce has no account without an e-mail.", "email", record.email, "an e-mail address")
        elif not is_email(email_of(record)):
            # The store would refuse the whole request that asks for it.
            text = "WordPress takes this for no e-mail."
            work.refuse(text, "email", email_of(record), "one address of Latin letters, as name@example.com")
        elif self._places.country(record.country) is None:
            text = "The shop does not know this country, and would store anything."
            work.refuse(text, "country", record.country, "a country by its name or two letters, as Germany or DE")
        elif problem := values.unfit_text(record):
            work.refuse("WooCommerce would store this otherwise: it drops what looks like markup.", *problem)

    def _find(self, works: list[_Work]) -> None:
        """The accounts that are known by id, that carry the EBMS id, or (if none may be made) have the e-mail."""
        numbers = {number: work for work in works if (number := _number(work.part)) is not None}
        for number, account in self._known.by_id(numbers).items():
            if account.key in numbers[number].keys:
                numbers[number].account = account
        self._renamed([work for work in works if work.part.was])
        lost = [work for work in works if work.account is None]
        leaving = [work.part.key for work in lost if work.record is None]
        found = self._known.by_key(leaving) if leaving else {}
        found |= self._known.met([work.part.key for work in lost if work.record is not None]) if lost else {}
        for work in lost:
            work.account = found.get(work.part.key)
        for work in works:
            if work.result is None and work.account is None and work.record is not None and not self._make:
                self._take_over(work)

    def _renamed(self, works: list[_Work]) -> None:
        """Accounts of customers who have got another id; one that somebody else holds may get another one here too."""
        found = self._known.by_key(key for work in works for key in work.keys if key) if works else {}
        leaving = {work.part.was for work in works}
        for work in works:
            old, new = found.get(work.part.was), found.get(work.part.key)
            work.account = old or new
            if old is not None and new is not None and old.id != new.id and work.part.key not in leaving:
                text = f"EBMS has renamed {work.part.was} to {work.part.key}, and the shop has accounts of both."
                work.refuse(text, "key", work.part.key, "an id that no other account has")

    def _take_over(self, work: _Work) -> None:
        """Find the account of the customer's e-mail."""
        assert work.record is not None
        work.may_make = False
        work.account = self._known.by_email(email_of(work.record))

    def _round(self, works: list[_Work]) -> list[_Work]:
        """Send what is to be sent; gives what is to go once more."""
        _refuse_shared(works)
        jobs = [job for work in works if work.result is None and (job := self._job(work)) is not None]
        again, unlike = [], []
        try:
            pairs = self._pace.send(jobs, self._request)
        except WebUpdateError:
            self._known.forget()
            raise
        for job, row in pairs:
            if row.error is None:
                unlike += self._took(job, row)
            elif not self._refused(job, row):
                again.append(job.work)
        self._pace.send(unlike, self._request)
        return again

    def _job(self, work: _Work) -> _Job | None:
        """What is to be sent; None if nothing is, which the work then says."""
        account, record = work.account, work.record
        if account is not None and (account.role not in BUYERS or account.key not in work.keys):
            whose = f"customer {account.key}" if account.key else f"staff of the shop ({account.role})"
            work.refuse(f"This account of the shop is that of {whose}.", "email", account.email, "another e-mail")
            return None
        if record is None:
            return self._leaving(work)
        if account is None and not (self._make and work.may_make):
            work.refuse(
                "The shop has no account of this e-mail, and making accounts there is switched off.", "email",
                email_of(record), "an account in the shop, or the property «Make accounts»",
            )  # fmt: skip
            return None
        assert work.part.data is not None
        fields = changes(account, record, self._places)
        kept = account.kept if account is not None else Kept(made=True)
        body = nested(fields) | _meta(work.part.key, Kept(record, sent_hash(work.part.data), kept.made))
        if account is None:
            if "@" not in record.login:
                body["username"] = record.login
            return _Job(work, "create", body, fields)
        return _Job(work, "update", {"id": account.id, **body}, fields)

    def _leaving(self, work: _Work) -> _Job | None:
        """A customer who is hidden or deleted. Nobody can be shut out of a store; its buyers are not deleted."""
        account, status = work.account, "hidden" if work.part.op == "hide" else "deleted"
        if account is None or not account.key:
            work.close(status)
            return None
        kept = account.kept
        if work.part.op == "hide":
            body = _meta(account.key, msgspec.structs.replace(kept, hidden=True))
            return _Job(work, "update", {"id": account.id, **body})
        if kept.made and not account.is_paying_customer:
            return _Job(work, "delete", account.id)
        return _Job(work, "update", {"id": account.id, **_meta(None, Kept(made=kept.made, gone=True))})

    def _request(self, jobs: Sequence[_Job]) -> list[tuple[_Job, Account]]:
        by_step = {step: [job for job in jobs if job.step == step] for step in ("create", "update", "delete")}
        body = {step: [job.body for job in sent] for step, sent in by_step.items() if sent}
        answer = self._client.write("POST", f"{PATH}/batch", body, _ANSWER)
        rows: _Rows = answer.decode(_Rows)
        pairs: list[tuple[_Job, Account]] = []
        for step, sent in by_step.items():
            got = getattr(rows, step)
            if len(got) != len(sent):
                raise unclear(answer, "a row for each customer")
            pairs += zip(sent, got, strict=True)
        return pairs

    def _took(self, job: _Job, row: Account) -> list[_Job]:
        """The store has carried it out: what it says that it stored must be what was sent.

        Gives what takes back that a record is there of which the store made another: else the next try would find
        nothing changed, and call it right.
        """
        work = job.work
        if work.record is None:
            work.close("hidden" if work.part.op == "hide" else "deleted", row.id)
            return []
        known = work.account is not None and bool(work.account.key)
        self._known.note(row)
        if problem := stored_otherwise(job.fields, row):
            field, sent, stored = problem
            work.refuse("The shop stored something else than it was told.", field, sent, f"stored: {stored}")
            before = Kept(made=True) if work.account is None else work.account.kept
            meta = _meta(work.part.key, msgspec.structs.replace(before, sent=""))
            return [_Job(work, "update", {"id": row.id, **meta})]
        elif row.key != work.part.key:
            work.refuse("The shop did not keep the EBMS id in the account's meta data.", "key", row.key, work.part.key)
        else:
            work.close("updated" if known else "created", row.id)
        return []

    def _refused(self, job: _Job, row: Account) -> bool:
        """Whether a row's error is final. Else the work knows better now what its account is."""
        work, error = job.work, row.error
        assert error is not None
        if error.code in _GONE and job.step != "create":
            if work.record is None:
                work.close("lost")
            else:
                self._take_over(work)
                work.may_make = True
        elif error.code == _TAKEN and work.may_make:
            self._take_over(work)
        elif error.code in (_TAKEN, _ANOTHERS):
            email = "" if work.record is None else email_of(work.record)
            work.refuse("Another account of the shop has this e-mail.", "email", email, "an e-mail that nobody has")
        elif error.code in _LOGIN and work.record is not None:
            work.refuse(_LOGIN[error.code], "login", work.record.login, "letters, digits, . - _ @, and nobody else's")
        else:
            work.refuse(f"{error.text} ({error.code})", "email" if "email" in error.code else "")
        return work.result is not None


def _refuse_shared(works: Sequence[_Work]) -> None:
    """Customers of one e-mail find the same account: the first has it, and the next would write over that."""
    first: dict[int, str] = {}
    for work in works:
        account = work.account
        if work.record is None or account is None or account.key not in work.keys:
            continue
        if (key := first.setdefault(account.id, work.part.key)) != work.part.key:
            text = f"This account of the shop is that of customer {key}."
            work.refuse(text, "email", account.email, "another e-mail")


def _number(part: Part) -> int | None:
    known = part.remote_id or ""
    return int(known) if known.isascii() and known.isdigit() else None


def _meta(key: str | None, kept: Kept) -> dict[str, Any]:
    """The meta data of a customer's account."""
    value = msgspec.json.encode(kept).decode()
    return {"meta_data": [{"key": CUSTOMER_ID, "value": key}, {"key": CUSTOMER, "value": value}]}
