"""For each kind of problem: an order that exactly this stops, the keys and the words that put it right, and the file.

The expected files are in tests/data/orders, made by hand from domain.md section 8.
"""

from __future__ import annotations

from msgspec.structs import replace

from tests.orderkinds import scenes
from tests.orderkinds.making import KindCase, order, typed
from tests.orderkinds.scenes import FILE, OTHER, SECOND, alfki, export, in_turn, properties, refused
from tests.sync.judging import BERLIN, line
from webupdate.sync.shops.base import Charge, Payment

CHANG = line("CHANG-02", title="Chang", unit_price="19.00", total="19.00")
CARD = Payment(code="CC", name="Credit card", amount="27.75")

GUARANA = line("GUARANA-FANTASTICA-24", title="Guaraná Fantástica", unit_price="4.50", total="4.50")
CYRILLIC = "Мария Андерс"
LONG = "Obere Straße 57, Hinterhaus, 3. Stock links"
NOBODY = {"customer": "", "email": "m.anders@example.com"}


CASES = (
    KindCase(
        kind=1,
        order=order(lines=(line("CHAI", quantity="2", total="36.00"), CHANG)),
        keys=("1",),
        words=("--set", "INVEN.1=CHAI-01"),
    ),
    KindCase(
        kind=2,
        order=order(lines=(GUARANA, CHANG)),
        keys=typed("CHAI-01"),
        words=("--set", "INVEN.1=CHAI-01"),
    ),
    KindCase(
        kind=2,
        about="left-out",
        order=order(lines=(GUARANA, CHANG)),
        keys=("5",),
        words=("--skip-line", "1"),
    ),
    KindCase(
        kind=3,
        order=order(lines=(line("CHAI-01", unit="each"),)),
        keys=("1",),
        words=("--set", "UNIT_MEAS.1=EA"),
    ),
    KindCase(
        kind=4,
        order=order(lines=(line("CHAI-01", unit_price="17.50", total="17.50"),)),
        scene=properties(kinds="4 block"),
        keys=("2",),
        words=("--accept", "UNIT_VIS.1"),
    ),
    KindCase(
        kind=4,
        about="nothing",
        order=order(lines=(line("CHAI-01", unit_price="0.00", total="0.00"), CHANG)),
        keys=("1",),
        words=("--set", "UNIT_VIS.1=18.00"),
    ),
    KindCase(
        kind=5,
        order=order(lines=(line("CHANG-02", title="Chang", quantity="20", unit_price="19.00", total="380.00"),)),
        scene=properties(kinds="5 block"),
        keys=("2",),
        words=("--accept", "M_QUAN_VIS.1"),
    ),
    KindCase(
        kind=6,
        order=order(lines=(line("CHAI-01", quantity="1 pc"),)),
        keys=typed("1"),
        words=("--set", "M_QUAN_VIS.1=1"),
    ),
    KindCase(
        kind=7,
        order=order(**NOBODY),
        keys=("1",),
        words=("--set", "ID=ALFKI"),
    ),
    KindCase(
        kind=8,
        order=order(customer=""),
        scene=export("customers", ("anatr@example.com", "alfki@example.com")),
        keys=("1",),
        words=("--set", "ID=ALFKI"),
    ),
    KindCase(
        kind=9,
        order=order(customer=""),
        scene=scenes.account_on_its_way,
        keys=("1",),
        words=("--set", "ID=ALFKI"),
    ),
    KindCase(
        kind=10,
        order=order(customer="ALFKO"),
        scene=scenes.customer_deleted,
        keys=("1",),
        words=("--set", "ID=ALFKI"),
    ),
    KindCase(
        kind=10,
        about="renamed",
        order=order(),
        scene=scenes.customer_renamed,
        keys=("1",),
        words=("--set", "ID=ALFRED"),
    ),
    KindCase(
        kind=11,
        order=order(),
        scene=alfki("F,T", "T,T"),
        keys=("6",),
        words=("--accept", "ID"),
    ),
    KindCase(
        kind=12,
        order=order(),
        scene=in_turn(properties(approval="wait"), alfki("F,T", "F,F")),
        keys=("1",),
        words=("--accept", "ID"),
    ),
    KindCase(
        kind=13,
        order=order(lines=(line("CHAI-01", quantity="300", total="5400.00"),)),
        keys=("1",),
        words=("--accept", "ID"),
    ),
    KindCase(
        kind=13,
        about="abort",
        order=order(),
        later=refused("Custom message of customer ALFKI: call Anna first. Abort"),
        keys=("1",),
        words=("--decide", "again"),
        file=SECOND,
    ),
    KindCase(
        kind=14,
        order=order(ship_code="ups", ship_name="UPS® Ground (3–5 days)"),
        keys=("4",),
        words=("--set", "SHIP_VIA=United Package"),
    ),
    KindCase(
        kind=15,
        order=order(shipping="12.00"),
        scene=properties(kinds="15 block"),
        keys=("1",),
        words=("--accept", "FREIGHT"),
    ),
    KindCase(
        kind=16,
        order=order(payments=(Payment(code="invoice", name="On invoice", amount="27.75"),)),
        keys=("1",),
        words=("--set", "IDCHARGE=N30"),
    ),
    KindCase(
        kind=16,
        about="not-allowed",
        order=order(),
        scene=alfki("T,T,N30", "T,F,N30"),
        keys=("3",),
        words=("--set", "IDCHARGE=COD"),
    ),
    KindCase(
        kind=17,
        order=order(payments=(replace(CARD, amount="20.00"), Payment(code="gc", name="Gift card", amount="7.75"))),
        keys=("1",),
        words=("--set", "TYPE=CC"),
    ),
    KindCase(
        kind=17,
        about="deposit",
        order=order(payments=(replace(CARD, amount="20.00"),)),
        keys=("1",),
        words=("--set", "AMOUNT=N30"),
    ),
    KindCase(
        kind=17,
        about="not-paid",
        order=order(payments=(replace(CARD, amount="20.00"),)),
        keys=("4",),
        words=("--accept", "AMOUNT"),
    ),
    KindCase(
        kind=18,
        order=order(lines=(line("CHAI-01", tax="1.50"),), tax="1.26"),
        scene=properties(kinds="18 block"),
        keys=("1",),
        words=("--accept", "TAX"),
    ),
    KindCase(
        kind=19,
        order=order(total="30.00"),
        keys=("1",),
        words=("--accept", "TOTAL_SO"),
    ),
    KindCase(
        kind=20,
        order=order(ship_to=replace(BERLIN, city="")),
        keys=("1",),
        words=("--set", "C_CITY=Berlin"),
    ),
    KindCase(
        kind=21,
        order=order(ship_to=replace(BERLIN, address1=LONG)),
        keys=("2",),
        words=("--set", "C_ADDRESS1=Obere Straße 57, Hinterhaus, 3."),
    ),
    KindCase(
        kind=22,
        order=order(bill_to=replace(BERLIN, name=CYRILLIC)),
        keys=typed("Maria Anders"),
        words=("--set", "NAME=Maria Anders"),
    ),
    KindCase(
        kind=23,
        order=order(),
        scene=scenes.number_used_before,
        keys=("1",),
        words=("--decide", "close"),
        file="",
    ),
    KindCase(
        kind=23,
        about="another",
        order=order(),
        scene=scenes.number_used_before,
        keys=("2",),
        words=("--accept", "EXTERNALID"),
    ),
    KindCase(
        kind=23,
        about="refused",
        order=order(),
        later=refused("EXTERNALID 100012 already exists."),
        keys=("1",),
        words=("--decide", "close"),
        file="",
    ),
    KindCase(
        kind=24,
        order=order(),
        later=scenes.changed_later,
        keys=("1",),
        words=("--decide", "replace"),
        file=SECOND,
    ),
    KindCase(
        kind=25,
        order=order(),
        later=refused("Document 100012 is locked by user ANNA."),
        keys=("1",),
        words=("--decide", "again"),
        file=SECOND,
    ),
    KindCase(
        kind=26,
        order=order(charges=(Charge(name="Voucher", code="WELCOME", amount="-2.00"),)),
        keys=typed("41000"),
        words=("--set", "ACCOUNT=41000"),
    ),
    KindCase(
        kind=27,
        order=order(),
        scene=properties(first_day="2026-12-01"),
        keys=("1",),
        words=("--set", "INV_DATE=12/01/2026"),
    ),
    KindCase(
        kind=28,
        order=order(),
        later=scenes.another_in_the_way,
        keys=("1",),
        words=("--decide", "again"),
        file=SECOND,
        beside={FILE: OTHER},
    ),
    KindCase(
        kind=29,
        order=order(lines=()),
        keys=("1",),
        words=("--decide", "close"),
        file="",
    ),
    KindCase(
        kind=29,
        about="refused",
        order=order(),
        later=refused("Error 1007"),
        keys=("1",),
        words=("--decide", "again"),
        file=SECOND,
    ),
)
