"""`webupdate customers`: web customers that wait for a person, and the answers."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from webupdate.cli.acting import act
from webupdate.cli.common import Arguments, Commands, Opened, command, json_text, say
from webupdate.errors import UsageError
from webupdate.report import Exit
from webupdate.store import accounts, companies
from webupdate.store.accounts import Question, WebCustomer
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.sync.text import visible

_EPILOG = """answers:
  resolve N --link ID            the account is this customer of EBMS
  resolve N --new                make a new customer of it
  resolve N --take ebms          EBMS's values count, the shop gets them
  resolve N --take web           the web's values count, EBMS gets them as a file
  resolve N --take ADDRESS1=web --take PHONE=ebms
"""


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "customers", "web customers that wait for an answer, and the answers", _run)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    parser.add_argument("company")
    parser.add_argument("verb", nargs="?", choices=("resolve",), help="answer the question of customer N")
    parser.add_argument("number", nargs="?", type=int, metavar="N")
    parser.add_argument("--take", action="append", metavar="SIDE", help="ebms, web, or FIELD=ebms, FIELD=web")
    parser.add_argument("--link", metavar="ID", help="link the account to this customer")
    parser.add_argument("--new", action="store_true", help="make a new customer")
    parser.add_argument("--json", action="store_true", help="the list as JSON")


def _run(arguments: Arguments) -> int:
    with Opened(arguments) as store:
        info = companies.company(store, arguments.company)
        if arguments.verb:
            take, link, new = _answer(arguments)
            say(act(arguments, store, info, "customer", number=arguments.number, take=take, link=link, new=new))
            return Exit.FINE
        if arguments.take or arguments.link or arguments.new:
            raise UsageError(
                "An answer needs the customer's number.", f"As in: customers {info.name!r} resolve 1 --new"
            )
        waiting = _waiting(store, info)
    if arguments.json:
        say(json_text([_public(site, account) for site, account in waiting]))
    else:
        say("\n".join(line for site, account in waiting for line in _lines(site, account)) or "No customer waits.")
    return Exit.NEEDS_PERSON if waiting else Exit.FINE


def _waiting(store: Store, info: CompanyInfo) -> list[tuple[str, WebCustomer]]:
    return [(site.name, account) for site in info.sites for account in accounts.needing(store, site.id)]


def _answer(arguments: Arguments) -> tuple[str | dict[str, str] | None, str | None, bool]:
    """The one answer that was given: take, link or new. Raises UsageError."""
    take, link, new = _take(arguments.take), arguments.link, arguments.new
    if arguments.number is None or sum(map(bool, (take, link, new))) != 1:
        raise UsageError("Give the customer's number and one answer.", "--link ID, --new, or --take ebms or web.")
    return take, link, new


def _take(words: list[str] | None) -> str | dict[str, str] | None:
    if not words:
        return None
    if len(words) == 1 and "=" not in words[0]:
        return words[0]
    return {field.upper(): side for field, _, side in (word.partition("=") for word in words)}


def _public(site: str, account: WebCustomer) -> dict[str, object]:
    return {
        "number": account.id,
        "site": site,
        "account": account.shop_id,
        "customer": account.key,
        "name": account.name,
        "email": account.email,
        "error": account.error,
        "question": account.question,
    }


def _lines(site: str, account: WebCustomer) -> Iterator[str]:
    name = " · ".join(visible(text) for text in (account.name, account.email, account.key) if text)
    yield f"{account.id}  {site}  {name or account.shop_id}"
    if account.error:
        yield f"   ✖ {account.error}"
    if account.question:
        yield from _asked(account.question)


def _asked(question: Question) -> Iterator[str]:
    yield f"   {question.message} {question.hint}"
    for candidate in question.candidates:
        parts = (candidate.id, candidate.name, candidate.email, candidate.phone, candidate.city)
        yield "     " + "  ".join(visible(part) for part in parts if part)
    for clash in question.clashes:
        values = ("before", clash.base), ("EBMS", clash.ebms), ("web", clash.web)
        yield f"     {clash.column:<10}" + "  ".join(f"{whose} “{visible(value)}”" for whose, value in values)
