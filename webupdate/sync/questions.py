"""What a person is asked about a web customer."""

from __future__ import annotations

from webupdate.store.accounts import Clash, Question, WebCustomer
from webupdate.sync.matching import Customers
from webupdate.sync.merge import fits
from webupdate.sync.shops.base import Account
from webupdate.sync.text import visible


def offered(account: WebCustomer) -> set[str]:
    """The customers that a person said the account is none of."""
    known = account.question.candidates if account.make_new and account.question else ()
    return {candidate.id for candidate in known}


def several(customers: Customers, found: list[str]) -> Question:
    """More than one customer fits: never a guess."""
    return Question(
        message=f"{len(found)} customers of EBMS fit this account: {', '.join(map(visible, found[:5]))}.",
        hint="Link it to the right one, or make a new customer.",
        answers=("link", "new"),
        candidates=tuple(customers.candidate(key) for key in found[:20]),
    )


def taken(customers: Customers, key: str, holder: str) -> Question:
    """The one that fits has an account already: two of one customer the shop can't hold."""
    return Question(
        message=f"This account fits customer {visible(key)}, who has another account in the shop: {visible(holder)}.",
        hint="Make a new customer of it, or close one of the two accounts in the shop.",
        answers=("new",),
        candidates=(customers.candidate(key),),
    )


def unfit(content: Account) -> Question | None:
    """What of a new account EBMS can't take as it is; None if it can."""
    customer = content.customer
    if not (customer.login or customer.email):
        return Question(
            message="The account can't be read: what the shop sent has no login and no e-mail.",
            hint="Look at the account in the shop and at its sync plugin; what was received is kept.",
            answers=(),
        )
    if fits("email", customer.email):
        return None
    return Question(
        message=f"EMAIL “{visible(customer.email, 120)}” has {len(customer.email)} characters; EBMS holds 40 of its "
        "code page.",
        hint="Shorten it in the shop. A new customer gets no EMAIL; the address is its WEB_USER and stands in MEMO.",
        answers=("new", "link"),
    )


def clash(key: str, clashes: tuple[Clash, ...], unfit: frozenset[str]) -> Question:
    """Both sides changed, or EBMS can't hold what the web has."""
    names = ", ".join(clash.column for clash in clashes)
    if unfit == {clash.field for clash in clashes}:
        message = f"EBMS can't hold what the shop has in {names} of customer {visible(key)}."
        return Question(
            message=message, hint="Shorten it in the shop, or take EBMS's.", answers=("ebms",), clashes=clashes
        )
    return Question(
        message=f"{names} of customer {visible(key)} changed in EBMS and in the shop.",
        hint="Choose whose value counts; the other side gets it then.",
        answers=("ebms", "web"),
        clashes=clashes,
    )
