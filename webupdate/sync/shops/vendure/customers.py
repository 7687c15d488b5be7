"""Customers of EBMS into accounts of the shop: those that are there by their e-mail, new ones only if that is wanted.

The shop mails everybody for whom it makes an account. A batch is a look-up, then three requests with all that is to
be written of some customers: who is new; fields and addresses; last the notes, which say what is carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from webupdate.errors import WebUpdateError
from webupdate.sync.shops.base import Part, Result
from webupdate.sync.shops.records import chunks
from webupdate.sync.shops.vendure.account import (
    ADDRESS,
    FIELDS,
    PERSON,
    Account,
    Entry,
    person_fields,
    person_in,
    stored_of,
    stored_otherwise,
)
from webupdate.sync.shops.vendure.calls import Call, change_all
from webupdate.sync.shops.vendure.client import Client, Trouble, together_or_singly
from webupdate.sync.shops.vendure.customerwork import Work, refuse_shared
from webupdate.sync.shops.vendure.facts import BATCH, CREATES
from webupdate.sync.shops.vendure.known import Known
from webupdate.sync.shops.vendure.notes import NOTES, Buyer, Note
from webupdate.sync.shops.vendure.places import Places

_ERROR = "... on ErrorResult { errorCode message }"
_TAKEN = "Another account of the shop has this e-mail."
_FREE = "an e-mail that nobody has"


class _Deleted(msgspec.Struct):
    result: str
    message: str | None = None


class Customers:
    """The way of customers into the shop. `probe`: a harmless read, that raises what ails the shop."""

    def __init__(
        self, client: Client, known: Known, places: Places, probe: Callable[[], object], *, make: bool
    ) -> None:
        self._client = client
        self._known = known
        self._places = places
        self._probe = probe
        self._make = make

    def upsert(self, parts: list[Part]) -> list[Result]:
        """Carry out all parts; one result for each."""
        works = [Work(part) for part in parts]
        for work in works:
            work.check(self._places)
        try:
            for some in chunks([work for work in works if work.result is None], BATCH):
                together_or_singly(some, self._carry_out, _refuse, self._probe)
        except WebUpdateError:
            self._known.forget()
            raise
        return [work.result for work in works if work.result is not None]

    def _carry_out(self, works: list[Work]) -> None:
        self._find(_open(works))
        for work in _open(works):
            self._settle(work)
        refuse_shared(works)
        gone = self._deletable([work for work in _open(works) if work.part.op == "delete"])
        kept = [work for work in _open(works) if work not in gone]
        for some in chunks(kept, CREATES):
            self._create([work for work in some if work.account is None])
            self._write([work for work in _open(some) if work.record is not None])
            self._note(_open(some))
        self._delete(gone)

    def _find(self, works: list[Work]) -> None:
        """The accounts that are known by id, that carry the EBMS id, or have the e-mail."""
        by_id = self._known.by_id((number for work in works if (number := work.part.remote_id)), write=True)
        for work in works:
            # What was found or made before a refusal is looked at anew.
            account = by_id.get(work.part.remote_id or "")
            work.account = account if account is not None and account.ebms_id in work.keys else None
        self._renamed([work for work in works if work.part.was])
        lost = [work for work in works if work.account is None]
        leaving = [work.key for work in lost if work.record is None]
        found = self._known.by_key(leaving, write=True) if leaving else {}
        coming = [work.key for work in lost if work.record is not None]
        found |= self._known.met(coming) if coming else {}
        for work in lost:
            work.account = found.get(work.key)
        self._by_email([work for work in _open(works) if work.record is not None])

    def _renamed(self, works: list[Work]) -> None:
        """Accounts of customers who have got another id; one that somebody else holds may get another one here too."""
        keys = [key for work in works for key in work.keys if key]
        found = self._known.by_key(keys, write=True) if works else {}
        leaving = {work.part.was for work in works}
        for work in works:
            old, new = found.get(work.part.was), found.get(work.key)
            work.account = old or new
            if old is not None and new is not None and old.id != new.id and work.key not in leaving:
                text = f"EBMS has renamed {work.part.was} to {work.key}, and the shop has accounts of both."
                work.refuse(text, "key", work.key, "an id that no other account has")

    def _by_email(self, works: list[Work]) -> None:
        """Accounts by e-mail, where none is known; where it changes, it must be free."""
        asking = [work for work in works if work.account is None or work.account.email_address.lower() != work.email]
        holders = self._known.by_email(work.email for work in asking)
        for work in asking:
            holder = holders.get(work.email)
            if work.account is None:
                work.account = holder
            elif holder is not None and holder.id != work.account.id:
                record = work.record
                assert record is not None
                before = work.account.kept.record
                if before is None or person_fields(before)["emailAddress"].lower() != work.email:
                    work.refuse(_TAKEN, "email", work.email, _FREE)

    def _settle(self, work: Work) -> None:
        """What needs no request, and what can't be done."""
        account = work.account
        if work.refuse_owner():
            return
        work.known = account is not None and bool(account.ebms_id)
        if work.record is None and not work.known:
            work.close("hidden" if work.part.op == "hide" else "deleted")
        elif account is None and not self._make:
            work.refuse(
                "The shop has no account of this e-mail, and making accounts there is switched off.", "email",
                work.email, "an account in the shop, or the property «Make accounts»",
            )  # fmt: skip

    def _create(self, works: list[Work]) -> None:
        """Make accounts; each mails its owner."""
        selection = f"... on Customer {{ {FIELDS} }} {_ERROR}"
        calls = []
        for work in works:
            assert work.record is not None
            arguments = {"input": ("CreateCustomerInput!", person_fields(work.record))}
            calls.append(Call("createCustomer", arguments, selection))
        for work, account in zip(works, change_all(self._client, calls, Account), strict=True):
            if account.error_code:
                text = f"The shop makes no account of this e-mail, which another channel may have: {account.message}"
                work.refuse(text, "email", work.email, _FREE)
                continue
            work.account = account
            # One of another channel is only brought into this one.
            work.made = not (account.addresses or account.history.items)
            work.refuse_owner()

    def _write(self, works: list[Work]) -> None:
        """Fields and addresses; what the shop says that it stored must be what was sent."""
        sent: list[tuple[Work, Call]] = []
        for work in works:
            work.plan(self._places)
            sent += [(work, call) for call in _calls(work)]
        answers = change_all(self._client, [call for _, call in sent], msgspec.Raw)
        for (work, call), raw in zip(sent, answers, strict=True):
            if call.field == "updateCustomer":
                _compare_person(work, msgspec.json.decode(raw, type=Account))
            else:
                _compare_home(work, msgspec.json.decode(raw, type=Entry))

    def _note(self, works: list[Work]) -> None:
        """Say who the account is, and what was carried out."""
        for work in works:
            if _noted(work) == work.note():
                work.done()
        works = _open(works)
        answers = change_all(self._client, [_note_call(work) for work in works], msgspec.Raw)
        for work, raw in zip(works, answers, strict=True):
            assert work.account is not None
            if _stored_note(work, raw) != work.note():
                work.refuse("The shop did not keep the private note with the EBMS id.", "note", "", work.note())
                continue
            if work.record is not None:
                self._known.note(work.key, work.account.id)
            work.done()

    def _deletable(self, works: list[Work]) -> list[Work]:
        """Accounts that were made from here and never ordered; every other is its buyer's."""
        mine = [work for work in works if work.account is not None and work.account.kept.made]
        buyers = self._known.buyers(work.account.id for work in mine if work.account is not None)
        return [work for work in mine if work.account is not None and work.account.id not in buyers]

    def _delete(self, works: list[Work]) -> None:
        for some in chunks(works, CREATES):
            numbers = [work.account.id for work in some if work.account is not None]
            query = "mutation($ids: [ID!]!) { gone: deleteCustomers(ids: $ids) { result message } }"
            gone = self._client.change(query, {"ids": numbers}, dict[str, list[_Deleted]])["gone"]
            for work, row in zip(some, gone, strict=True):
                if row.result == "DELETED":
                    work.done()
                else:
                    work.refuse(f"The shop does not delete it: {row.message}", "key", work.key)


def _open(works: Sequence[Work]) -> list[Work]:
    return [work for work in works if work.result is None]


def _refuse(work: Work, trouble: Trouble) -> None:
    work.refuse(f"The shop refused it: {trouble.text}", "key", work.key)


def _calls(work: Work) -> list[Call]:
    """What changes of the customer, and of the one address that is ours."""
    account, change = work.account, work.change
    assert account is not None
    calls = []
    if change.person:
        fields = {"id": account.id, **change.person}
        selection = f"... on Customer {{ {PERSON} }} {_ERROR}"
        calls.append(Call("updateCustomer", {"input": ("UpdateCustomerInput!", fields)}, selection))
    if change.home and change.entry:
        fields = {"id": change.entry, **change.home}
        calls.append(Call("updateCustomerAddress", {"input": ("UpdateAddressInput!", fields)}, ADDRESS))
    elif change.home:
        arguments: dict[str, tuple[str, Any]] = {
            "customerId": ("ID!", account.id), "input": ("CreateAddressInput!", change.home),
        }  # fmt: skip
        calls.append(Call("createCustomerAddress", arguments, ADDRESS))
    return calls


def _compare_person(work: Work, row: Account) -> None:
    if row.error_code:
        work.refuse(_TAKEN, "email", work.email, _FREE)
    else:
        _compare(work, stored_otherwise(work.change.person, person_in(row)))


def _compare_home(work: Work, row: Entry) -> None:
    _compare(work, stored_otherwise(work.change.home, stored_of(row, work.change.home)))
    work.change = msgspec.structs.replace(work.change, entry=row.id)


def _compare(work: Work, problem: tuple[str, str, str] | None) -> None:
    if problem is not None:
        field, sent, stored = problem
        work.refuse("The shop stored something else than it was told.", field, sent, f"stored: {stored}")


def _noted(work: Work) -> str:
    """The note as it was found."""
    there = work.account.note if work.account is not None else None
    return there.text if there is not None else ""


def _note_call(work: Work) -> Call:
    account = work.account
    assert account is not None
    if account.note is not None:
        fields = {"noteId": account.note.id, "note": work.note()}
        return Call("updateCustomerNote", {"input": ("UpdateCustomerNoteInput!", fields)}, "id data")
    private = {"id": account.id, "note": work.note(), "isPublic": False}
    return Call("addNoteToCustomer", {"input": ("AddNoteToCustomerInput!", private)}, f"id {NOTES}")


def _stored_note(work: Work, raw: msgspec.Raw) -> str:
    assert work.account is not None
    if work.account.note is not None:
        return msgspec.json.decode(raw, type=Note).text
    there = msgspec.json.decode(raw, type=Buyer).note
    return there.text if there is not None else ""
