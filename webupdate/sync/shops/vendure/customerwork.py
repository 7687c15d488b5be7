"""One customer's part of a request: what is known of the account, and what is to be written of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from webupdate.sync.shops.base import Customer, Part, Result, sent_hash
from webupdate.sync.shops.records import email_of, record_of, refused
from webupdate.sync.shops.vendure.account import Account, Change, changes
from webupdate.sync.shops.vendure.notes import Kept, note_of
from webupdate.sync.shops.vendure.places import Places

# What the shop takes for an e-mail; anything else it would store as a login that can get no mail.
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_LONGEST_EMAIL = 254


class Work:
    """One customer's part, and what became of it."""

    def __init__(self, part: Part) -> None:
        self.part = part
        record = record_of(part)
        self.record = record if isinstance(record, Customer) else None
        self.result: Result | None = None
        self.account: Account | None = None
        self.known = False  # the account carried the EBMS id before
        self.made = False  # by this request
        self.change = Change({}, {})

    @property
    def key(self) -> str:
        """The EBMS id."""
        return self.part.key

    @property
    def keys(self) -> tuple[str, ...]:
        """The EBMS ids that its account may carry, "" among them."""
        return ("", self.key, self.part.was) if self.part.was else ("", self.key)

    @property
    def email(self) -> str:
        """The customer's e-mail as the shop writes it, "" for one who leaves."""
        return "" if self.record is None else email_of(self.record).lower()

    def refuse(self, message: str, field: str = "", seen: str = "", expected: str = "") -> None:
        """Nothing became of it."""
        self.result = refused(self.part, message, field, seen, expected)

    def close(self, status: Any, number: str | None = None) -> None:
        """What became of it."""
        self.result = Result(entity="customers", key=self.key, status=status, remote_id=number)

    def check(self, places: Places) -> None:
        """Refuse what the shop can't hold, or would store otherwise without a word."""
        record = self.record
        if record is None:
            return
        email = email_of(record)
        if not email:
            self.refuse("Vendure has no account without an e-mail.", "email", record.email, "an e-mail address")
        elif not _EMAIL.fullmatch(email) or len(email) > _LONGEST_EMAIL:
            text = "This is no e-mail address: the shop would store it as a login to which no mail can go."
            self.refuse(text, "email", email, "an e-mail address, as maria@example.com")
        elif places.country(record.country) is None:
            self.refuse(
                "The shop has no such country, and holds no address without one.", "country", record.country,
                "a country of the shop (Settings, Countries) by its name or two letters, as Germany or DE",
            )  # fmt: skip

    def refuse_owner(self) -> bool:
        """Whether its account is another customer's, which is said then."""
        account = self.account
        if account is None or account.ebms_id in self.keys:
            return False
        text = f"This account of the shop is that of customer {account.ebms_id}."
        self.refuse(text, "email", account.email_address, "another e-mail")
        return True

    def plan(self, places: Places) -> None:
        """Find out what is to be written."""
        assert self.account is not None
        assert self.record is not None
        self.change = changes(self.account, self.record, places)

    def note(self) -> str:
        """The note as it is to be."""
        assert self.account is not None
        kept = self.account.kept
        if self.part.op == "hide":
            return note_of(self.account.ebms_id, msgspec.structs.replace(kept, hidden=True))
        if self.record is None:
            return note_of("", Kept(made=kept.made, gone=True, address=kept.address))
        assert self.part.data is not None
        sent = sent_hash(self.part.data)
        made = kept.made or self.made
        return note_of(self.key, Kept(self.record, sent, made=made, address=self.change.entry))

    def done(self) -> None:
        """All of it is written."""
        assert self.account is not None
        if self.record is None:
            self.close("hidden" if self.part.op == "hide" else "deleted", self.account.id)
        else:
            self.close("updated" if self.known else "created", self.account.id)


def refuse_shared(works: Iterable[Work]) -> None:
    """Customers of one e-mail would get one account: the first has it, and the next would write over that."""
    first: dict[str, str] = {}
    for work in works:
        if work.record is None or work.result is not None or (work.account is not None and work.account.ebms_id):
            continue
        if (key := first.setdefault(work.email, work.key)) != work.key:
            work.refuse(f"Customer {key} has the same e-mail.", "email", work.email, "an e-mail that nobody has")
