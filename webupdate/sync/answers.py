"""What a person answered about a web customer, carried out by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webupdate.errors import UsageError
from webupdate.store import accounts, board
from webupdate.store.accounts import Question, WebCustomer
from webupdate.store.commands import Wish
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.sync.customers import CustomerDesk
from webupdate.sync.merge import decide
from webupdate.sync.text import visible


def answer_customer(store: Store, company: CompanyInfo, wish: Wish, now: float) -> str:
    """Carry out `customer`: arguments `number`, and one of `new`, `link` (an EBMS id), `take` (a side by field, or
    a side for all). Returns what was done in words; raises UsageError when it can't be."""
    account, site = _account(store, company, int(wish.arguments.get("number") or 0))
    given: dict[str, Any] = wish.arguments
    with store.writing():
        if given.get("link"):
            done = _link(CustomerDesk(store, company, site, now), account, str(given["link"]))
        elif given.get("new"):
            done = _make_new(store, account)
        else:
            done = _take(store, account, given.get("take"))
        accounts.change(store, account, answered_by=wish.asked_by, answered_at=now)
        text = f"Customer {visible(account.email or account.shop_id)}: {done} ({visible(wish.asked_by)})"
        board.log(store, text, company_id=company.id, site_id=site.id, entity="accounts", key=account.shop_id, now=now)
    return done


def _account(store: Store, company: CompanyInfo, number: int) -> tuple[WebCustomer, SiteInfo]:
    account = accounts.by_number(store, number)
    site = next((site for site in company.sites if account and site.id == account.site_id), None)
    if account is None or site is None:
        raise UsageError(
            f"{company.name} has no web customer number {number}.", f"See: webupdate customers {company.name!r}"
        )
    return account, site


def _link(desk: CustomerDesk, account: WebCustomer, key: str) -> str:
    if account.key or account.state not in ("conflict", "written"):
        raise _not_asked(account, "link it")
    if key not in desk.customers.facts:
        raise UsageError(f"customers.csv has no customer {visible(key)}.", "Give an ID as EBMS has it.")
    if holder := desk.holder(account, key):
        raise UsageError(
            f"Customer {visible(key)} has another account in the shop: {visible(holder)}.",
            "Close one of the two accounts in the shop, or make a new customer.",
        )
    desk.link(account, key)
    return f"linked to customer {visible(key)}"


def _make_new(store: Store, account: WebCustomer) -> str:
    _open_question(account, "new")
    accounts.change(store, account, make_new=True, state="written" if account.files else "received", due=True)
    return "waits for the customer of its file" if account.files else "a new customer is made"


def _take(store: Store, account: WebCustomer, take: object) -> str:
    question = _open_question(account, "ebms")
    sides = _sides(question, take)
    if "web" in sides.values() and "web" not in question.answers:
        raise UsageError("EBMS can't hold what the web has there.", question.hint)
    base = decide(account.base or {}, question.clashes, sides)
    accounts.change(store, account, base=base, question=None, due=True)
    parts = [
        f"{clash.column} from {'EBMS' if sides[clash.field] == 'ebms' else 'the web'}" for clash in question.clashes
    ]
    return f"takes {', '.join(parts)}"


def _sides(question: Question, take: object) -> Mapping[str, str]:
    """The side of each field that is asked about. Raises UsageError unless each has one."""
    names = {clash.column: clash.field for clash in question.clashes}
    if isinstance(take, str):
        take = dict.fromkeys(names, take)
    chosen = {names.get(str(name), str(name)): side for name, side in take.items()} if isinstance(take, dict) else {}
    if chosen.keys() != set(names.values()) or not set(chosen.values()) <= {"ebms", "web"}:
        raise UsageError(f"Choose ebms or web for each of {', '.join(names)}.", "As in: --take ebms")
    return chosen


def _open_question(account: WebCustomer, wanted: str) -> Question:
    if account.question is None or wanted not in account.question.answers or account.make_new:
        raise _not_asked(account, {"new": "make a new customer of it", "ebms": "choose a side"}[wanted])
    return account.question


def _not_asked(account: WebCustomer, deed: str) -> UsageError:
    name = visible(account.email or account.shop_id)
    return UsageError(
        f"Web customer {account.id} ({name}) does not wait for that: one can't {deed}.", "Look at what it waits for."
    )
