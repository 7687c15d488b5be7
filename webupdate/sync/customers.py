"""Customers both ways for one site: new accounts are matched, known ones merged, files laid down for EBMS."""

from __future__ import annotations

from pathlib import Path

import msgspec

from webupdate.errors import NeedsPerson, WebUpdateError
from webupdate.store import accounts, board, exports, queue, rows
from webupdate.store.accounts import Fields, Question, WebCustomer
from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.db import Store
from webupdate.sync import place, questions
from webupdate.sync.customerfile import CustomerFile, CustomerRules, build_change, build_new, mark_of
from webupdate.sync.mapping import Mapped, account_of
from webupdate.sync.matching import Customers
from webupdate.sync.merge import as_held, base_now, fields_of, first_base, fits, same, three_way
from webupdate.sync.orders import was_used
from webupdate.sync.reader import Row
from webupdate.sync.shops.base import Account, Customer
from webupdate.sync.sieve import Sieve
from webupdate.sync.text import one_line, visible

FILE = "customers"


class CustomerDesk:
    """Matching, merging and writing for one site. Nothing here talks to the shop."""

    def __init__(self, store: Store, company: CompanyInfo, site: SiteInfo, now: float) -> None:
        self.store = store
        self.company = company
        self.site = site
        self.now = now
        self.folder = Path(company.values["order_folder"]).expanduser()
        self.sieve = Sieve(store, company, site, {})
        self._customers: Customers | None = None
        self.rules = CustomerRules(
            site=site.name,
            time_zone=company.values["time_zone"],
            category=site.values["customer_category"],
            level=site.values["price_level"],
            approved=site.values["approval"] != "wait",
        )

    @property
    def customers(self) -> Customers:
        """The last good export, read once and only when an account has to be matched."""
        if self._customers is None:
            guest = self.company.values["guest_customer"]
            self._customers = Customers(exports.all_facts(self.store, self.company.id, FILE), guest)
        return self._customers

    def look(self, *, again: bool) -> bool:
        """Match and merge what came down; `again` also what waits, since the customers export has changed.

        Returns whether an account was linked, for which orders may wait.
        """
        linked = False
        # Until customers were exported nobody can say that an account has none.
        known = exports.has_file(self.store, self.company.id, FILE)
        for account in accounts.waiting(self.store, self.site.id, again=again) if known else ():
            if account.state in ("writing", "staged"):
                continue
            with self.store.writing():
                if not account.key:
                    account = self._match(account)
                    linked |= bool(account.key)
                if account.key:
                    self._merge(account)
                elif account.state != "received":
                    accounts.change(self.store, account, due=False)
        return linked

    # --- new accounts ---------------------------------------------------------------------------------------

    def _match(self, account: WebCustomer) -> WebCustomer:
        """Find the customer of a new account, or say that EBMS gets a new one, or ask."""
        content = self._content(account)
        made = self.customers.by_mark(mark_of(self.site.name, account.shop_id))
        offered = questions.offered(account)
        found = made or [key for key in self.customers.find(content.customer) if key not in offered]
        if len(found) == 1 and not (holder := self.holder(account, found[0])):
            return self.link(account, found[0])
        if len(found) == 1:
            return self._ask(account, questions.taken(self.customers, found[0], holder))
        if found:
            return self._ask(account, questions.several(self.customers, found))
        asked = account.question if account.make_new else None
        if account.files:  # its file was written: a second one would be a second customer
            return accounts.change(self.store, account, state="written", question=asked)
        if not account.make_new and (question := questions.unfit(content)):
            return self._ask(account, question)
        return accounts.change(self.store, account, state="ready", question=asked)

    def holder(self, account: WebCustomer, key: str) -> str:
        """The login of another account that this customer has at the shop, "" if none."""
        known = accounts.of_keys(self.store, self.site.id, [key]).get(key)
        if known is not None and known.id != account.id:
            return known.email or known.shop_id
        (row,) = rows.rows_of(self.store, self.site.id, FILE, [key]) or (None,)
        if row is None or row.remote_id in (None, account.shop_id) or row.seen is None:
            return ""
        return f"{key} (account {row.remote_id})"

    def link(self, account: WebCustomer, key: str) -> WebCustomer:
        """The account is this customer's: the shop learns it with the customer's next record."""
        self._log(account, f"is customer {visible(key)}")
        return accounts.change(self.store, account, key=key, state="linked", question=None, error=None, due=True)

    def _ask(self, account: WebCustomer, question: Question) -> WebCustomer:
        question = accounts.asked(account, question, self.now)
        if account.question != question:
            self._log(account, f"needs you: {question.message}", "warning", question.hint)
        return accounts.change(self.store, account, state="conflict", question=question, due=False)

    # --- known customers ------------------------------------------------------------------------------------

    def _merge(self, account: WebCustomer) -> None:
        """Compare both sides of a linked account and say what is to be done."""
        ebms = self.ebms_record(account)
        if ebms is None:  # EBMS has it no more, or not yet: nothing to compare with
            accounts.change(self.store, account, due=account.base is None)
            return
        ours = fields_of(ebms)
        base = self._first(account, ours) if account.base is None else base_now(account.base, account.told, ours)
        outcome = three_way(ours, base, account.web)
        question = None
        if outcome.clashes:
            question = accounts.asked(account, questions.clash(account.key, outcome.clashes, outcome.unfit), self.now)
        if question is not None and question != account.question:
            self._log(account, f"needs you: {question.message}", "warning", question.hint)
        open_ones = {name: as_held(name, value) for name, value in outcome.follows.items()}
        news = any(account.told.get(name) != value for name, value in open_ones.items())
        account = accounts.change(
            self.store, account, base=outcome.base, question=question, due=False,
            state="ready" if news else "conflict" if question else "linked",
            told={name: value for name, value in account.told.items() if not same(name, ours[name], value)},
        )  # fmt: skip
        self._hold(account, ebms)

    def _first(self, account: WebCustomer, ours: Fields) -> Fields:
        base = first_base(ours, account.web)
        for name in [name for name, value in account.web.items() if value and base[name] == value != ours[name]]:
            text = f"has {name} “{visible(account.web[name])}” in the shop, EBMS has “{visible(ours[name])}”"
            self._log(account, text, "warning", "They met for the first time: EBMS's value counts.")
        return base

    def ebms_record(self, account: WebCustomer) -> Customer | None:
        """The customer as EBMS has it, None if the export does not. One without e-mail has the account's login."""
        facts = exports.facts(self.store, self.company.id, FILE, account.key)
        if facts is None:
            return None
        email = one_line(facts.get("EMAIL", ""))
        content = self._content(account).customer
        login = one_line(facts.get("WEB_USER", "")) or email.lower() or content.login or content.email
        return account_of(Row(0, account.key, facts), login, email)

    def _hold(self, account: WebCustomer, ebms: Customer) -> None:
        """Write what the site should hold of this customer now; what the web changed itself it holds already."""
        entry = Mapped(entity="customers", key=account.key, record=ebms, hidden=not ebms.active)
        self.sieve.observe([entry], {}, self.now)
        for row in rows.rows_of(self.store, self.site.id, FILE, [account.key]):
            if row.remote_id is None:
                accounts.adopt(self.store, self.site.id, account.key, account.shop_id)
            elif row.seen != row.sent and _is_there(self.store, row, account.web):
                queue.ack(self.store, row, created=False, remote_id=row.remote_id, now=self.now)

    # --- files ----------------------------------------------------------------------------------------------

    def write_ready(self) -> int:
        """Write every file that is ready or on its way; returns how many were laid down."""
        written = 0
        for account in accounts.in_states(self.store, self.site.id, "ready", "writing", "staged", limit=5000):
            try:
                written += self._write(account)
            except WebUpdateError as error:
                self._failed(account, error)
            except OSError as error:
                raise place.folder_error(self.folder, error) from error
        return written

    def _write(self, account: WebCustomer) -> bool:
        if account.state != "staged":
            if account.state == "ready" and self._lies_there(account):
                return False  # EBMS is to take what was changed first before what was changed then
            account, file = self._stage(account)
            for warning in file.warnings:
                self._log(account, warning, "warning")
        folder = Path(account.folder or self.folder)
        place.check_folder(folder, used=was_used(self.store, folder))
        try:
            place.place(folder, account.temporary or "", account.file_name or "")
        except FileExistsError:
            raise NeedsPerson(
                f"Customer {visible(account.email)} can't be written: {folder / (account.file_name or '')} is there "
                "already with other content.",
                "Find out what that file is and move it away; the customer is then written by itself.",
                record=account.email,
            ) from None
        with self.store.writing():
            accounts.change(
                self.store, account, state="linked" if account.key else "written", written_at=self.now,
                temporary=None, error=None, due=True,
            )  # fmt: skip
            board.tally(self.store, self.site.id, "accounts", 1, self.now)
            self._log(account, f"written as {account.file_name}")
        return True

    def _lies_there(self, account: WebCustomer) -> bool:
        return account.file_name is not None and (Path(account.folder or self.folder) / account.file_name).exists()

    def _stage(self, account: WebCustomer) -> tuple[WebCustomer, CustomerFile]:
        """Write the temporary file, then commit `staged` with what the file says."""
        place.check_folder(self.folder, used=was_used(self.store, self.folder))
        file, told = self._build(account)
        account = accounts.change(
            self.store, account, state="writing", file_name=file.name, folder=str(self.folder),
            temporary=f"account-{account.id}.tmp", error=None,
        )  # fmt: skip
        place.stage(self.folder, account.temporary or "", file.content)
        base = account.base if account.key else told
        return accounts.change(
            self.store, account, state="staged", told=told, base=base, files=account.files + 1
        ), file  # fmt: skip

    def _build(self, account: WebCustomer) -> tuple[CustomerFile, Fields]:
        """The file, and by field what EBMS is told."""
        nth = account.files + 1
        if not account.key:
            told = {name: value if fits(name, value) else "" for name, value in account.web.items()}
            return build_new(self._content(account), nth, self.rules), told
        ebms = self.ebms_record(account)
        base = account.base or account.web
        follows = three_way(fields_of(ebms), base, account.web).follows if ebms is not None else {}
        told = {name: as_held(name, value) for name, value in follows.items()}
        return build_change(account.shop_id, account.key, follows, nth, self.rules), told

    def _failed(self, account: WebCustomer, error: WebUpdateError) -> None:
        if account.error != str(error):
            accounts.change(self.store, account, error=str(error))
            self._log(account, str(error), "error", error.hint)

    def _content(self, account: WebCustomer) -> Account:
        return msgspec.json.decode(account.content, type=Account)

    def _log(self, account: WebCustomer, text: str, level: str = "info", hint: str = "") -> None:
        board.log(
            self.store,
            f"Customer {visible(account.email or account.shop_id)} {text}",
            level=level,
            hint=hint,
            company_id=self.company.id,
            site_id=self.site.id,
            entity="accounts",
            key=account.key or account.shop_id,
            now=self.now,
        )


def _is_there(store: Store, row: rows.Row, web: Fields) -> bool:
    """Whether the shop holds a record already: what it acknowledged last, with what the web has changed since."""
    last = rows.last_acked(store, row)
    if last is None or row.sent in (None, queue.AGAIN) or row.payload is None:
        return False
    held = msgspec.structs.replace(msgspec.json.decode(last, type=Customer), **web)
    return held == msgspec.json.decode(row.payload, type=Customer)
