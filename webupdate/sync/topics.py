"""What an answer can settle, as data: each topic is a question of the form "what is this word of the web in EBMS?"."""

from __future__ import annotations

from msgspec import Struct

from webupdate.keys import KEY_SEPARATOR
from webupdate.orderkinds import KINDS


class Topic(Struct, frozen=True, kw_only=True):
    """`label`: the question in people's words. `mapped`: an answer may be kept for all orders to come ("Always");
    `proposed`: that is proposed, since the same word means the same the next time."""

    name: str
    label: str
    mapped: bool = False
    proposed: bool = False

    @property
    def short(self) -> str:
        """What is asked for, for a narrow column."""
        return self.label.rpartition("→ ")[2].partition(" that ")[0]


_ALL = (
    Topic(name="item", label="web SKU → item", mapped=True, proposed=True),
    Topic(name="unit", label="web unit of an item → unit of measure", mapped=True, proposed=True),
    Topic(name="ship_via", label="web shipping title → ship via", mapped=True, proposed=True),
    Topic(name="terms", label="web payment title → terms", mapped=True, proposed=True),
    Topic(name="account", label="charge line → G/L account", mapped=True, proposed=True),
    Topic(name="state", label="state as the web spells it → STATE", mapped=True, proposed=True),
    Topic(name="country", label="country as the web spells it → COUNTRY", mapped=True, proposed=True),
    # An address may be shared and a firm has many customers: possible, but nobody's first choice.
    Topic(name="customer", label="web account (e-mail) → customer", mapped=True),
    Topic(name="accept", label="import all the same", mapped=True),
    Topic(name="text", label="text as the web sent it → text that EBMS holds"),
    # Others than the web's word means, as for a customer who must not buy on account. What was taken stays taken.
    Topic(name="due", label="terms of the order"),
    Topic(name="price", label="price of a line"),
    Topic(name="quantity", label="quantity of a line"),
    Topic(name="line", label="leave a line out"),
    Topic(name="day", label="date of the order"),
    Topic(name="decision", label="what becomes of the order"),
)

TOPICS: dict[str, Topic] = {topic.name: topic for topic in _ALL}

# What can be decided of an order as a whole (topic `decision`): the values of the answer.
AGAIN = "again"  # write its file again as it is
REPLACE = "replace"  # write a corrected file that says which one it replaces
LEAVE = "leave"  # the file that EBMS has stays as it is
CLOSE = "close"  # a person enters or changes it in EBMS by hand; no file is written


def key(*parts: str) -> str:
    """The web's word of a topic that needs several: an item and its unit, a kind and what it is accepted for."""
    return KEY_SEPARATOR.join(parts)


def parts(web: str) -> list[str]:
    """The parts of such a word."""
    return web.split(KEY_SEPARATOR)


def shown(web: str) -> str:
    """The web's word as a person reads it."""
    return " · ".join(part for part in parts(web) if part)


def words(topic: str, web: str) -> str:
    """The web's word of a topic as a person reads it: what is let pass names its kind, not the kind's number."""
    number, *subject = parts(web)
    if topic != "accept" or not number.isdecimal() or int(number) not in KINDS:
        return shown(web)
    return shown(key(KINDS[int(number)].name, *subject))
