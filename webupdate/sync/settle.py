"""What an order's words mean in EBMS: by what the exports hold, what was answered, and what was learnt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from webupdate.store.answers import Answer
from webupdate.sync import topics
from webupdate.sync.known import Known
from webupdate.sync.ordercells import cents, decimal_of
from webupdate.sync.orderrules import OrderRules
from webupdate.sync.shops.base import Address, OrderLine, Payment, WebOrder

# METHOD of the payments file -> TYPE of a payment, TERMS code of the order (source: ARINV).
METHODS: dict[str, tuple[str, str]] = {
    "CASH": ("Cash", "1"),
    "CHECK": ("Check", "1"),
    "CREDITCARD": ("Credit", "1"),
    "PAYPAL": ("PayPal", "1"),
    "GIFTCARD": ("Gift Card", "1"),
    "CHARGE": ("Charge", "2"),
    "COD": ("COD", "3"),
}

# What these METHODs state is still owed.
OWED = frozenset(("CHARGE", "COD"))

# What the customer of every order without login is called: one word, so that an answer may be for all of them. No
# e-mail and no ID looks so, and what a buyer types decides nothing.
GUEST = "guest order"

# The names of rows that this program makes of the difference between a line's total and its price.
DISCOUNT, DIFFERENCE = "Discount", "Price difference"


class Given:
    """Answers to one order and what was remembered; the order's own come first. `used` collects what served it."""

    def __init__(self, answers: Sequence[Answer] = (), remembered: Mapping[tuple[str, str], Answer] | None = None):
        self._answers = {answer.place: answer for answer in answers}
        self._remembered = remembered or {}
        self.used: set[tuple[str, str]] = set()

    def find(self, topic: str, web: str) -> Answer | None:
        """The answer to this word of the web, None if nobody gave one."""
        if (own := self._answers.get((topic, web))) is not None:
            return own
        found = self._remembered.get((topic, web))
        if found is not None:
            self.used.add(found.place)
        return found

    def value(self, topic: str, web: str, default: str) -> str:
        """What the answer says, `default` without one."""
        found = self.find(topic, web)
        return default if found is None else found.value


class Settled(Struct, frozen=True, kw_only=True):
    """EBMS's names for what the order names in the shop's terms; "" where nothing is settled.

    `customer_id` "" is a guest, or nobody yet. `items` maps the word of a line's item to its ID, `units` that word and
    the web's unit to the unit of measure. `terms_id` is the IDCHARGE, `terms` its TERMS code ("" = by the method).
    `methods` maps payment codes to METHOD, `accounts` the names of rows that are no product to G/L accounts (EBMS
    refuses an order with such a row without one: QUIRKS). By number of the line (from 1): `prices`, `quantities`,
    `skipped`. `texts` maps a field (without C_) and the web's text to the text that is written. `day`: INV_DATE as a
    person has set it (MM/DD/YYYY).
    """

    customer_id: str = ""
    ship_via: str = ""
    terms_id: str = ""
    terms: str = ""
    level: str = ""
    items: dict[str, str]
    units: dict[tuple[str, str], str] = {}
    methods: dict[str, str] = {}
    accounts: dict[str, str] = {}
    prices: dict[int, str] = {}
    quantities: dict[int, str] = {}
    skipped: frozenset[int] = frozenset()
    texts: dict[tuple[str, str], str] = {}
    day: str = ""

    def item(self, line: OrderLine) -> str:
        """The ID of a line's item, "" for none."""
        return self.items.get(item_word(line), "")

    def unit(self, line: OrderLine) -> str:
        """The unit of measure of a line, "" for the item's own."""
        return self.units.get((item_word(line), line.unit), line.unit)

    def quantity(self, number: int, line: OrderLine) -> str:
        """The quantity of a line, by its number from 1."""
        return self.quantities.get(number, line.quantity)

    def price(self, number: int, line: OrderLine) -> str:
        """The unit price of a line, by its number from 1."""
        return self.prices.get(number, line.unit_price)

    def text(self, field: str, value: str) -> str:
        """A text of an address as it is written."""
        return self.texts.get((field, value), value)


def settle(order: WebOrder, known: Known, given: Given, rules: OrderRules) -> Settled:
    """What can be settled of an order; what can't is told by judging (sync/judge)."""
    customer = customer_of(order, known, given)
    code = order.payments[0].code if order.payments else ""
    terms_id = given.value("due", "", given.value("terms", payment_word(order), code))
    option = known.payment(terms_id) if terms_id else None
    lines = list(enumerate(order.lines, 1))
    return Settled(
        customer_id=customer,
        ship_via=ship_via_of(order, known, given),
        terms_id=terms_id if option is not None else "",
        terms=(option or {}).get("TERMS", ""),
        level=(known.customer(customer) or {}).get("IN_LEVEL", "") if customer else "",
        items={item_word(line): given.value("item", item_word(line), line.sku) for line in order.lines},
        units={(item_word(line), line.unit): _unit(line, given) for line in order.lines},
        methods=_methods(order, known, given, (option or {}).get("METHOD", "").upper()),
        accounts={name: given.value("account", name, rules.charge_account) for name in charge_names(order)},
        prices=_by_line(given, "price", len(lines)),
        quantities=_by_line(given, "quantity", len(lines)),
        skipped=frozenset(_by_line(given, "line", len(lines))),
        texts=dict(_texts(order, given)),
        day=given.value("day", "", ""),
    )


def customer_word(order: WebOrder) -> str:
    """What an order's customer is called in a question: the e-mail, else the shop's or EBMS's id of the account. Guests
    are one word together: they go to one customer, and whose e-mail a guest gives nobody has checked."""
    return GUEST if is_guest(order) else order.email.casefold() or order.customer or order.account


def is_guest(order: WebOrder) -> bool:
    """Placed without a login: the buyer's address stands on the order, the customer is the one for guests."""
    return not order.account and not order.customer


def customer_of(order: WebOrder, known: Known, given: Given) -> str:
    """The customer: as answered, by the EBMS id that the order carries, by what its account was linked to since, by
    e-mail, by phone and name. "" for a guest, for nobody and for several."""
    if (answer := given.find("customer", customer_word(order))) is not None:
        return answer.value
    if is_guest(order):
        return ""
    account = known.account(order.account) if order.account else None
    if carried := order.customer or (account.customer if account else ""):
        return carried
    if account is not None and (account.file_name or account.asked):
        return ""  # who it becomes is being settled: to guess here could make a customer twice
    fitting = known.customers_like(order)
    return fitting[0].id if len(fitting) == 1 else ""


def item_word(line: OrderLine) -> str:
    """What the web calls the item of a line: its SKU, or the title of one without, so that no two are taken for one."""
    return line.sku or line.title


def unit_word(line: OrderLine) -> str:
    """What the web calls the unit of a line: a unit belongs to its item."""
    return topics.key(item_word(line), line.unit)


def ship_via_of(order: WebOrder, known: Known, given: Given) -> str:
    """The ship via: as answered, else by its code, else by its title as EBMS spells it."""
    if (answer := given.find("ship_via", ship_word(order))) is not None:
        return answer.value
    if known.ship_via(order.ship_code) is None and known.ship_via(order.ship_name) is not None:
        return order.ship_name
    return order.ship_code


def ship_word(order: WebOrder) -> str:
    """What the web calls the way of shipping."""
    return order.ship_name or order.ship_code


def payment_word(order: WebOrder) -> str:
    """What the web calls the way of paying; "" = nothing is said of a payment."""
    return pay_word(order.payments[0]) if order.payments else ""


def pay_word(payment: Payment) -> str:
    """What the web calls one of several payments."""
    return payment.name or payment.code


def terms_code(order: WebOrder, settled: Settled) -> str:
    """TERMS of the order: as the payments file says, else by the method; "" where neither is known."""
    if settled.terms or not order.payments:
        return settled.terms
    return METHODS.get(settled.methods.get(order.payments[0].code, ""), ("", ""))[1]


def charge_names(order: WebOrder) -> tuple[str, ...]:
    """The names of an order's rows that are no product, each once."""
    names = [charge_name(charge.name, charge.code) for charge in order.charges]
    names += [name for line in order.lines if (name := rest_name(line))]
    return tuple(dict.fromkeys(names))


def charge_name(name: str, code: str) -> str:
    """A discount, fee or coupon as its row calls it."""
    return (name if not code else f"{name} ({code})") or "Charge"


def rest_name(line: OrderLine) -> str:
    """What the row is called that takes up what a line's total differs from its price; "" if it does not."""
    quantity, price, total = (decimal_of(text) for text in (line.quantity, line.unit_price, line.total))
    if quantity is None or price is None or total is None:
        return ""
    rest = cents(total) - cents(quantity * cents(price))
    return "" if not rest else DISCOUNT if rest < 0 else DIFFERENCE


def _by_line(given: Given, topic: str, lines: int) -> dict[int, str]:
    found = {number: given.find(topic, str(number)) for number in range(1, lines + 1)}
    return {number: answer.value for number, answer in found.items() if answer is not None}


def _unit(line: OrderLine, given: Given) -> str:
    return given.value("unit", unit_word(line), line.unit)


def _methods(order: WebOrder, known: Known, given: Given, of_terms: str) -> dict[str, str]:
    """The METHOD of each payment. `of_terms` is that of the order's: with what is owed it is owed so, if a person has
    said on which terms; what was taken stays taken."""
    found: dict[str, str] = {}
    for payment in order.payments:
        code = given.value("terms", pay_word(payment), payment.code)
        method = (known.payment(code) or {}).get("METHOD", "").upper()
        due = given.find("due", "") is not None and {method, of_terms} <= OWED
        found[payment.code] = of_terms if due else method
    return found


def _texts(order: WebOrder, given: Given) -> Iterator[tuple[tuple[str, str], str]]:
    for address in filter(None, (order.bill_to, order.ship_to)):
        for field, value in address_fields(address, order.email).items():
            if (answer := given.find(*text_topic(field, value, address))) is not None:
                yield (field, value), answer.value


def text_topic(field: str, value: str, address: Address) -> tuple[str, str]:
    """Topic and word of the question how EBMS spells a text of an address. Spellings of states and countries are
    remembered; a state belongs to its country. What is missing is no spelling."""
    if not value.strip():
        return "text", topics.key(field, value)
    if field == "STATE":
        return "state", topics.key(address.country or address.country_code, value)
    if field == "COUNTRY":
        return "country", value
    return "text", topics.key(field, value)


def address_fields(address: Address, email: str) -> dict[str, str]:
    """An address by EBMS's fields (without the C_ of the ship-to), as the web sent it."""
    return {
        "NAME": address.name or address.company,
        "ADDRESS1": address.address1,
        "ADDRESS2": address.address2,
        "CITY": address.city,
        "STATE": address.state,
        "ZIP": address.zip,
        "COUNTRY": address.country or address.country_code,
        "PHONE": address.phone,
        "EMAIL": address.email or email,
    }
