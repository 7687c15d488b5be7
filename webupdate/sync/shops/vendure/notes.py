"""What a customer of the shop carries of EBMS: a private note, whose first line people may write too.

`EBMS id: ALFKI`, and below it, written by this program, what an unmodified Vendure has no field for, as JSON.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec

from webupdate.sync.shops.base import Customer
from webupdate.sync.shops.vendure.facts import CUSTOMER_NOTE

# Of a customer, for orders too: `user` is missing for a guest. The newest first: a chatty staff does not hide ours.
NOTES = """history(options: {filter: {type: {eq: "CUSTOMER_NOTE"}}, sort: {createdAt: DESC}, take: 50}) {
  items { id data isPublic } }"""


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the shop has no field for. `sent`: the hash of the record sent last; `made`: by this program.

    `gone`: EBMS has no such customer any more, and the account is the buyer's alone. `address`: the id of the one
    address that is ours, "" for none.
    """

    record: Customer | None = None
    sent: str = ""
    made: bool = False
    hidden: bool = False
    gone: bool = False
    address: str = ""


class Note(msgspec.Struct):
    """A note on a customer."""

    id: str = ""
    data: Any = None

    @property
    def text(self) -> str:
        """What it says."""
        text = self.data.get("note") if isinstance(self.data, dict) else ""
        return text if isinstance(text, str) else ""


class Notes(msgspec.Struct, frozen=True):
    """The notes on a customer, the newest first."""

    items: list[Note] = []


class Buyer(msgspec.Struct, rename="camel", dict=True):
    """A customer of the shop, with an account if there is a user."""

    id: str
    email_address: str = ""
    phone_number: str | None = None
    user: Any = None
    history: Notes = Notes()

    @cached_property
    def note(self) -> Note | None:
        """The newest note that says what EBMS calls it."""
        mark = CUSTOMER_NOTE.strip()
        return next((note for note in self.history.items if note.text.lstrip().startswith(mark)), None)

    @property
    def ebms_id(self) -> str:
        """What EBMS calls it, "" if it does not know it."""
        first = self.note.text.strip().splitlines()[0] if self.note is not None else ""
        return first.removeprefix(CUSTOMER_NOTE.strip()).strip()

    @cached_property
    def kept(self) -> Kept:
        """What is kept of it; nothing where a person wrote the note."""
        text = self.note.text if self.note is not None else ""
        try:
            return msgspec.json.decode(text.partition("\n")[2], type=Kept)
        except (msgspec.DecodeError, RecursionError):
            return Kept()


def note_of(key: str, kept: Kept) -> str:
    """The note's text. `key` "": EBMS knows the customer no more."""
    return f"{CUSTOMER_NOTE}{key}\n{msgspec.json.encode(kept).decode()}"
