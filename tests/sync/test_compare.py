"""What a shop holds beside what it should hold: by meaning, so that no shop's own way of writing is an alarm."""

from __future__ import annotations

import msgspec
import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webupdate.sync import meaning
from webupdate.sync.compare import Field, differing, is_shown, shown
from webupdate.sync.htmllines import as_lines
from webupdate.sync.shops.base import Abilities, Category, Item, PayOption, Price, Record, ShipBand, ShipMethod, Stock
from webupdate.sync.shops.oscar import OSCAR
from webupdate.sync.shops.woocommerce import WOOCOMMERCE


def fields(entity: str, held: Record, wanted: Record, *, able: Abilities = OSCAR) -> tuple[Field, ...]:
    return differing(entity, msgspec.json.encode(held), msgspec.json.encode(wanted), able)


def item(**values: object) -> Item:
    return Item(**{"category": "1", "title": "Chai", **values})  # type: ignore[arg-type]


def price(text: str) -> Price:
    return Price(item="CHAI-01", level="Retail", unit="EA", price=text)


def rates(*rate: str) -> ShipMethod:
    return ShipMethod(name="UPS", bands=tuple(ShipBand(rate_type="FLAT", rate=one) for one in rate))


@pytest.mark.parametrize(
    ("entity", "held", "wanted"),
    [
        ("prices", price("18.00"), price("18")),
        ("items", item(weight="0.50"), item(weight="0.5")),
        ("items", item(title="Chai  tea"), item(title=" Chai tea")),
        ("items", item(short="a &amp; b"), item(short="a & b")),
        ("items", item(related=("A", "B")), item(related=("A", "B"))),
        ("shipping", rates("9.75"), rates("9.750")),
        ("stock", Stock(item="A", quantity="7"), Stock(item="A", quantity="7.9")),
        ("stock", Stock(item="A", quantity="0"), Stock(item="A", quantity="-3")),
    ],
)
def test_what_means_the_same_does_not_differ(entity: str, held: Record, wanted: Record) -> None:
    assert fields(entity, held, wanted) == ()


@pytest.mark.parametrize(
    ("entity", "held", "wanted", "found"),
    [
        ("prices", price("17.99"), price("18.00"), Field("price", "17.99", "18.00")),
        ("items", item(shown=False), item(), Field("shown", "no", "yes")),
        ("items", item(category="2"), item(), Field("category", "2", "1")),
        ("items", item(related=("A",)), item(related=("A", "B")), Field("related", "A", "A; B")),
        ("items", item(long="<b>x</b>"), item(long="x"), Field("long", "<b>x</b>", "x")),
        ("items", item(short='<a href="/b">x</a>'), item(short='<a href="/a">x</a>'), None),
        ("categories", Category(parent=None, title="A"), Category(parent="1", title="A"), Field("parent", "", "1")),
        ("shipping", rates("9.75", "1"), rates("9.75"), Field("bands", "FLAT 9.75; FLAT 1", "FLAT 9.75")),
        ("stock", Stock(item="A", quantity="6"), Stock(item="A", quantity="7.9"), Field("quantity", "6", "7.9")),
    ],
)
def test_what_differs_is_named(entity: str, held: Record, wanted: Record, found: Field | None) -> None:
    (seen,) = fields(entity, held, wanted)
    assert seen == (found or seen)


CLEANED = [
    ("<p>One</p><p>Two</p>", "One\n\nTwo"),
    ("Warm<br>Dry", "Warm\nDry"),
    ("<h2>Tea</h2><ul><li>black</li><li><p>green</p></li></ul>Milk", "Tea\n\n- black\n- green\n\nMilk"),
    ('<u>A</u> <img src="/a.png"><a href="/b">b</a> <strong>c</strong>', 'A <a href="/b">b</a> <strong>c</strong>'),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
]


@pytest.mark.parametrize(("wanted", "held"), CLEANED)
def test_a_shop_that_keeps_lines_only_holds_the_same(wanted: str, held: str) -> None:
    assert as_lines(wanted) == held
    kept, sent = (Category(parent=None, title="A", long=text) for text in (held, wanted))
    assert fields("categories", kept, sent, able=WOOCOMMERCE) == ()
    assert fields("categories", sent, sent, able=WOOCOMMERCE) == ()
    joined = msgspec.structs.replace(kept, long=held.replace("\n", ""))
    assert ("\n" in held) == bool(fields("categories", joined, sent, able=WOOCOMMERCE))


def test_only_a_shop_that_counts_so_rounds_stock() -> None:
    able = msgspec.structs.replace(OSCAR, whole_pieces=False)
    assert len(fields("stock", Stock(item="A", quantity="7"), Stock(item="A", quantity="7.9"), able=able)) == 1


def test_a_hidden_option_has_no_field_of_its_own() -> None:
    wanted = msgspec.json.encode(PayOption(name="Net 30", method="CHARGE"))
    held = wanted[:-1] + b',"shown":false}'
    assert differing("payments", held, wanted, OSCAR) == (Field("shown", "no", "yes"),)
    assert (is_shown(held), is_shown(wanted), is_shown(b'{"active":false}')) == (False, True, False)


def test_what_is_no_record_differs_and_breaks_nothing() -> None:
    wanted = msgspec.json.encode(price("18.00"))
    found = differing("prices", b'{"price": [1, {"a": null}], "odd\\u001b": "\\u001b[31m"}', wanted, OSCAR)
    assert {field.name for field in found} >= {"price", "odd\x1b"}
    assert shown("\x1b[31m\n") == "\\x1b[31m\\n"


_TAGS = "<b> </b> <p> </p> <br> <i> </i> <ul> <li> </ul> </a> <h2> </h2> <hr> <td> <div> <form> <script> <b <svg>"
_TEXTS = "&amp; &lt;b&gt; & &nbsp; &copy a<b <3 hello é <script>a()</script> <style>p{}</style> <table><tr><td>"
_SPACED = (" ", "\n", '<img src="/x.png">', "<!-- c -->")
_LINKS = ('<a href="http://x.example/?a=1&b=2">', "<a href='javascript:x()'>")
_PIECES = st.sampled_from([*_TAGS.split(), *_TEXTS.split(), *_SPACED, *_LINKS])


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_cleaning_changes_no_meaning(html: str) -> None:
    assert meaning.same(nh3.clean(html, url_schemes={"http", "https", "mailto"}), html)


@pytest.mark.parametrize("other", ["Tea with mik", "Tea with <b>milk</b>", "Tea", "", '<a href="/x">Tea with milk</a>'])
def test_another_text_has_another_meaning(other: str) -> None:
    assert not meaning.same(other, "Tea with milk")


def test_of_a_shop_that_has_no_place_for_all_of_it_only_what_it_has_is_compared() -> None:
    wanted = msgspec.json.encode(PayOption(name="Check", method="CHECK", terms="1"))
    assert differing("payments", b'{"name":"Check"}', wanted, OSCAR) == ()
    (field,) = differing("payments", b'{"name":"Cheque"}', wanted, OSCAR)
    assert field == Field("name", "Cheque", "Check")


@pytest.mark.parametrize(("held", "wanted", "same"), [("US", "USA", True), ("GB", "usa", False), ("Oz", "oz ", False)])
def test_a_country_is_one_however_it_is_written(held: str, wanted: str, same: bool) -> None:
    bands = [ShipMethod(name="UPS", bands=(ShipBand(rate_type="FLAT", country=text),)) for text in (held, wanted)]
    assert (fields("shipping", *bands) == ()) is same
