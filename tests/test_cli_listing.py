"""`webupdate orders` and `queue` on a real store."""

from __future__ import annotations

from tests.firmdesk import NAME, FirmDesk, firmdesk
from tests.store.making import TOKEN, put
from tests.sync.judging import line
from tests.test_cli import NAME as FIRM
from tests.test_cli import NOBODY, Shell, firm, refused, shell
from webupdate.report import Exit
from webupdate.store import board, companies, queue, rows
from webupdate.store.db import Store
from webupdate.store.rows import Row

__all__ = ["firm", "firmdesk", "shell"]  # fixtures

HOSTILE = "Eve\x1b[31m\u202e[red]"


def ordered(firmdesk: FirmDesk) -> None:
    """Order 1 is written, 2 waits for an item."""
    with firmdesk.opened() as desk:
        desk.receive()
        desk.write()
        desk.receive(lines=(line("CHAI"),))


def test_all_orders_newest_first(firmdesk: FirmDesk) -> None:
    assert firmdesk.shell("orders").out == "No such order.\n"
    ordered(firmdesk)
    ran = firmdesk.shell("orders", NAME)
    assert ran.code == Exit.FINE
    newest, oldest = ran.out.splitlines()
    assert newest.startswith("⚠ 2      #100014      shop  Maria Anders  ")
    assert "  waits  since 20" in newest
    assert oldest.startswith("  1      #100013      shop  Maria Anders  27.75  ")
    assert "  SO-shop-100013.csv  since 20" in oldest


def test_orders_as_json_and_only_some(firmdesk: FirmDesk) -> None:
    ordered(firmdesk)
    both = firmdesk.shell("orders", "--json").json
    assert [(one["id"], one["number"], one["way"], one["site"], one["file_name"]) for one in both] == [
        (2, "100014", "waits", "shop", ""), (1, "100013", "written", "shop", "SO-shop-100013.csv"),
    ]  # fmt: skip
    for words, numbers in {
        ("-n", "1"): [2],
        ("-n", "0"): [],
        ("--state", "waits"): [2],
        ("--find", "ALFKI@"): [2, 1],
        ("--find", " mARIA "): [2, 1],
        ("--find", "100013", "--state", "waits"): [],
        ("--site", "shop"): [2, 1],
    }.items():
        assert [one["id"] for one in firmdesk.shell("orders", "--json", *words).json] == numbers, words
    assert refused(firmdesk.shell("orders", "--site", "b2b"), "has no site 'b2b'", "shop")
    assert firmdesk.shell("orders", "--state", "lost").code == Exit.USAGE


def test_what_a_buyer_typed_is_shown_harmlessly(firmdesk: FirmDesk) -> None:
    ordered(firmdesk)
    with firmdesk.opened() as desk:
        desk.store.sql("UPDATE inbox SET buyer = ?, error = ? WHERE id = 2", HOSTILE, HOSTILE)
    for ran in (firmdesk.shell("orders"), firmdesk.shell("orders", "--json")):
        assert all(text.isprintable() for text in ran.out.splitlines())
    assert firmdesk.shell("orders", "--json").json[0]["buyer"] == HOSTILE


def fill(firm: Shell) -> None:
    """Item A is refused, its price waits for it, B was saved last."""
    with firm.opened() as store:
        records = [put("A"), put("A", entity="prices", parent="A"), put("B")]
        queue.observe(store, 1, 1, records, 1.0)
        queue.refuse(store, item(store, "A"), "UPC: the shop wants 13 digits")


def item(store: Store, key: str, site: int = 1) -> Row:
    return rows.rows_of(store, site, "items", [key])[0]


def test_what_waits_is_told_with_its_reason(firm: Shell) -> None:
    ran = firm("queue")
    assert (ran.code, ran.out) == (Exit.FINE, "✔ Nothing waits to be sent.\n")
    fill(firm)
    ran = firm("queue", FIRM)
    assert ran.code == Exit.NEEDS_PERSON
    first, *others = ran.out.splitlines()
    assert first == "⚠ shop  items A  Refused: UPC: the shop wants 13 digits"
    assert sorted(others) == [
        "· shop  items B  Waits: it is to be sent; what was saved last goes first.",
        "· shop  prices A  Waits: after items A, which is not in the shop or goes again itself.",
    ]
    assert firm("queue", "-n", "1").out.splitlines()[1:] == ["2 more wait; -n 3 shows them, too."]


def test_the_queue_as_json_and_only_one_kind(firm: Shell) -> None:
    fill(firm)
    (entry,) = firm("queue", "--entity", "prices", "--json").json
    assert (entry["site"], entry["entity"], entry["key"], entry["op"]) == ("shop", "prices", "A", "put")
    assert (entry["state"], entry["tries"], entry["since"] > 0) == ("waits", 0, True)
    assert firm("queue", "--entity", "prices").code == Exit.FINE
    assert firm("queue", "-n", "0", "--json").json == []


def test_what_holds_a_whole_site_is_the_reason(firm: Shell) -> None:
    fill(firm)
    with firm.opened() as store:
        board.set_health(store, 1, 1, "waiting", "It answers nothing.", now=1.0)
        queue.put_off(store, item(store, "B"), 4e9)
    assert "items B  Waits: the shop takes nothing now. It answers nothing." in firm("queue").out
    with firm.opened() as store:
        board.set_health(store, 1, 1, "ok", now=1.0)
    assert "items B  Waits: next try at" in firm("queue").out
    firm("pause")
    assert f"items B  Waits: {FIRM} is paused." in firm("queue").out


def test_what_needs_a_person_comes_first_of_all_sites(firm: Shell) -> None:
    fill(firm)
    words = ("site=b2b", f"address={NOBODY}", f"token={TOKEN}")
    assert firm("companies", "add-site", FIRM, *words).code == Exit.FINE
    with firm.opened() as store:
        site = companies.company(store, FIRM).site("b2b")
        queue.observe(store, 1, site.id, [put("C")], 2.0)
        queue.refuse(store, item(store, "C", site.id), "no")
    assert [one["site"] for one in firm("queue", "--json", "-n", "2").json] == ["shop", "b2b"]
    assert [one["key"] for one in firm("queue", "--json", "--site", "b2b").json] == ["C"]
