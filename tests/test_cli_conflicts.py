"""`webupdate conflicts`, `conflict`, `resolve` and `retry` on a real store, while no engine runs."""

from __future__ import annotations

import shlex
from pathlib import Path

import msgspec
import pytest

from tests.firmdesk import NAME, FirmDesk, firmdesk
from tests.sync.desks import FINE, Desk
from tests.sync.folders import Exports
from tests.sync.judging import line
from tests.test_cli import Ran, refused, shell
from webupdate.report import Exit
from webupdate.store import answers, companies, inbox, mappings
from webupdate.store.answers import Answer
from webupdate.store.db import open_store
from webupdate.store.inbox import Finding
from webupdate.sync.shops.base import WebOrder

__all__ = ["firmdesk", "shell"]  # fixtures

HOSTILE = "CHAI\x1b[31m[red]"


@pytest.fixture
def waits(firmdesk: FirmDesk) -> FirmDesk:
    """Order 1 is fine, 2 and 4 wait for an item, 3 for an item and a ship via."""
    with firmdesk.opened() as desk:
        desk.receive()
        desk.receive(lines=(line("CHAI"), line("CHAI-01")))
        desk.receive(lines=(line("CHANG"),), ship_code="UPS", ship_name="UPS® Ground")
        desk.receive(lines=(line("CHAI"),))
    return firmdesk


def resolve(firm: FirmDesk, number: str, *words: str) -> Ran:
    return firm.shell("resolve", number, *words)


def put(firm: FirmDesk, number: int, *problems: Finding) -> None:
    """Problems that a judge would find."""
    with firm.opened() as desk:
        order = inbox.order(desk.store, number)
        assert order is not None
        inbox.judged(desk.store, order, problems, ())


def finding(field: str, topic: str = "", web: str = "", line: int = 0, subject: str = "", kind: int = 1) -> Finding:
    return Finding(
        kind=kind, field=field, seen="x", expected="y", message="It is x.", topic=topic, web=web, line=line,
        subject=subject,
    )  # fmt: skip


def test_nothing_waits(firmdesk: FirmDesk) -> None:
    ran = firmdesk.shell("conflicts")
    assert (ran.code, ran.out.strip()) == (Exit.FINE, "No order waits.")
    assert firmdesk.shell("conflicts", NAME, "--json").json == []


def test_the_list_says_what_waits_and_with_how_many(waits: FirmDesk) -> None:
    ran = waits.shell("conflicts")
    assert ran.code == Exit.NEEDS_PERSON
    assert "2      #100014  shop  Maria Anders  " in ran.out and "  since 2025-" in ran.out
    assert "✖ 1 Unknown SKU  INVEN.1  “CHAI”  (1 more wait with it)" in ran.out
    assert "✖ 14 Ship via unknown  SHIP_VIA  “UPS® Ground”\n" in ran.out
    entries = waits.shell("conflicts", NAME, "--site", "shop", "--json").json
    assert [(one["number"], one["order"], len(one["problems"])) for one in entries] == [
        (2, "100014", 1), (3, "100015", 2), (4, "100016", 1),
    ]  # fmt: skip
    assert entries[0]["problems"][0]["alike"] == 1
    assert refused(waits.shell("conflicts", NAME, "--site", "other"), "other")


def test_what_was_answered_and_not_confirmed_is_told(waits: FirmDesk) -> None:
    with waits.opened() as desk:
        answers.keep_draft(desk.store, 2, [Answer(topic="item", web="CHAI", value="CHAI-01")])
    assert "… 1 answered, not confirmed" in waits.shell("conflicts").out
    assert "… web SKU → item: CHAI = CHAI-01" in waits.shell("conflict", "2").out


def test_several_companies_must_be_named(waits: FirmDesk) -> None:
    assert waits.shell.add(order_folder=str(waits.shell.root) + "-other").code == Exit.FINE
    for words in (["conflicts"], ["retry"], ["mappings", "list"]):
        assert refused(waits.shell(*words), "Which company?", NAME)


def test_each_answer_stands_there_with_its_command_and_the_command_works(waits: FirmDesk) -> None:
    ran = waits.shell("conflict", "2", "--history")
    assert ran.code == Exit.NEEDS_PERSON
    for text in ("INVEN.1: 1 Unknown SKU", "web   “CHAI”", "is no item of EBMS", "received, Pending", "--alike"):
        assert text in ran.out
    told = waits.shell("conflict", "2", "--json").json
    (problem,) = told["order"]["problems"]
    commands = [way["command"] for way in problem["answers"]]
    assert commands[0] in ran.out
    words = shlex.split(commands[0])
    assert words[:2] == ["webupdate", "--data"] and words[3:] == ["resolve", "2", "--set", "INVEN.1=CHAI-01"]
    assert any(command.endswith("--skip-line 1") for command in commands)
    assert any(command.endswith("--decide close") for command in commands)
    assert waits.shell(*words[3:]).code == Exit.FINE


def test_a_judgement_of_several_things_is_told_line_by_line(waits: FirmDesk) -> None:
    lines = waits.shell("conflict", "3", "--history").out.splitlines()
    (place,) = [number for number, text in enumerate(lines) if "  judged   " in text]
    first = lines[place].partition("judged   ")
    assert first[2].startswith(("Ship via", "Line 1"))
    assert lines[place + 1].startswith(" " * (len(first[0]) + len(first[1])) + "Line 1: web SKU")


def test_an_order_without_problems_is_shown_as_ebms_gets_it(waits: FirmDesk) -> None:
    told = waits.shell("conflict", "#100013", "--json").json
    assert [row["kind"] for row in told["rows"]] == ["header", "line", "payment"]
    assert told["rows"][0]["values"]["SHIP_VIA"] == "Federal Shipping"
    assert told["rows"][1]["values"]["INVEN"] == "CHAI-01"
    ran = waits.shell("conflict", "100013", "--received")
    assert ran.code == Exit.FINE
    assert "  SHIP_VIA   Federal Shipping" in ran.out and '"number": "100013"' in ran.out


@pytest.mark.parametrize("number", ["99", "#2", "-1", "x", "9" * 30, "²"])
def test_an_order_that_is_not_here(waits: FirmDesk, number: str) -> None:
    assert waits.shell("conflict", "--", number).code == Exit.USAGE


def test_a_number_that_two_shops_gave_is_asked(waits: FirmDesk) -> None:
    assert waits.shell.add(site="other", order_folder=str(waits.shell.root) + "-other").code == Exit.FINE
    with waits.opened() as desk:
        other = companies.company(desk.store, "Northwind Traders").sites[0]
        order = inbox.order(desk.store, 2)
        assert order is not None
        desk.store.sql("UPDATE inbox SET site_id = ? WHERE id = 4", other.id)
        desk.store.sql("UPDATE inbox SET number = ? WHERE id = 4", order.number)
    assert refused(waits.shell("conflict", "#100014"), "Several orders have the number", "4, 2")
    assert waits.shell("conflict", "2").code == Exit.NEEDS_PERSON


def test_an_answer_lets_the_order_go_and_lays_down_its_file(waits: FirmDesk) -> None:
    ran = resolve(waits, "2", "--set", "inven.1=CHAI-01")
    assert ran.code == Exit.FINE
    assert "order #100014: it is written now" in ran.out and "SO-shop-100014.csv is in" in ran.out
    assert waits.order(2).state == "written" and waits.order(4).state == "conflict"
    assert waits.files()["SO-shop-100014.csv"].count(b",CHAI-01,") == 2


def test_what_is_left_is_told(waits: FirmDesk) -> None:
    ran = resolve(waits, "#100015", "--set", "INVEN.1=CHANG-02")
    assert ran.code == Exit.NEEDS_PERSON
    assert "1 problem left" in ran.out and "✖ SHIP_VIA: Ship via is not known" in ran.out
    assert resolve(waits, "3", "--set", "SHIP_VIA=United Package").code == Exit.FINE


def test_alike_answers_all_that_wait_and_always_those_to_come(waits: FirmDesk) -> None:
    assert "1 more order with it" in resolve(waits, "2", "--set", "INVEN.1=CHAI-01", "--alike").out
    assert waits.order(4).state == "written"
    assert resolve(waits, "3", "--set", "INVEN.1=CHANG-02", "--always").code == Exit.NEEDS_PERSON
    with waits.opened() as desk:
        (learnt,) = mappings.remembered(desk.store, 1)
        assert (learnt.web, learnt.value) == ("CHANG", "CHANG-02")
    assert "not allowed with" in resolve(waits, "3", "--set", "SHIP_VIA=Pickup", "--alike", "--always").err


def test_what_is_said_of_one_line_is_not_said_alike(waits: FirmDesk) -> None:
    ran = resolve(waits, "2", "--skip-line", "1", "--alike")
    assert (ran.code, ran.out) == (Exit.USAGE, "") and "is said of one order only" in ran.err
    assert waits.order(2).state == waits.order(4).state == "conflict"


def test_a_problem_without_a_value_names_what_solves_it(waits: FirmDesk) -> None:
    with waits.opened() as desk:
        desk.receive(id="99", number="100099", lines=(line("CHAI-01"),) * 300)
    ran = resolve(waits, "#100099", "--set", "ID=ALFKI")
    assert refused(ran, "No value of ID solves this: Credit", "--accept ID")


def test_skip_line_accept_and_decide_become_answers(waits: FirmDesk) -> None:
    assert resolve(waits, "2", "--skip-line", "1").code == Exit.FINE
    assert b",CHAI," not in waits.files()["SO-shop-100014.csv"]
    assert refused(resolve(waits, "4", "--skip-line", "1"), "Line 1 can't be left out.", "No line of this order can")
    put(waits, 3, finding("ID", "customer", "a@b.de"), finding("ID", subject="ALFKI", kind=13))
    with waits.opened() as desk:
        before = answers.in_force(desk.store, 3)
    assert before == ()
    resolve(waits, "3", "--accept", "id", "--decide", "close")
    with waits.opened() as desk:
        given = answers.in_force(desk.store, 3)
        order = inbox.order(desk.store, 3)
    assert [(one.topic, one.web, one.value) for one in given] == [("accept", "13\tALFKI", "yes")]
    assert all(one.by and one.at for one in given)
    assert order is not None and order.state == "closed"


def test_a_question_about_the_whole_order_is_decided(waits: FirmDesk) -> None:
    put(waits, 3, finding("SHIP_VIA", "ship_via", "UPS"), finding("document", "decision", "29", kind=29))
    assert refused(resolve(waits, "3", "--set", "document=close"), "no value of a field", "--decide close")
    resolve(waits, "3", "--decide", "close")
    with waits.opened() as desk:
        order = inbox.order(desk.store, 3)
    assert order is not None and order.state == "closed"


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        ((), "No answer was given.", ""),
        (("--set", "INVEN"), "'INVEN' is not FIELD=VALUE.", "INVEN.2=CHAI-01"),
        (("--set", "INVEN.2=CHAI-01"), "Nothing is asked at 'INVEN.2'. Did you mean INVEN.1?", "SHIP_VIA, INVEN.1"),
        (("--set", "INVEN.1=CHAI-99"), "'CHAI-99' is no ID of inventory.csv", ""),
        (("--accept", "INVEN.1"), "Nothing is asked at 'INVEN.1'.", "Nothing of this order can be answered so."),
        (("--skip-line", "7"), "Line 7 can't be left out.", ""),
        (("--decide", "again"), "can't be decided of this order now", "What can be decided: close"),
        (("--decide", "close", "--always"), "is said of one order", "without --always"),
    ],
)
def test_what_can_not_be_answered_is_refused_and_changes_nothing(
    waits: FirmDesk, words: tuple[str, ...], message: str, hint: str
) -> None:
    assert refused(resolve(waits, "3", *words), message, hint)
    assert waits.order(3).state == "conflict"


def test_fields_are_found_by_all_their_names(waits: FirmDesk) -> None:
    def names() -> list[str]:
        return [one["name"] for one in waits.shell("conflict", "3", "--json").json["order"]["problems"]]

    put(
        waits, 3,
        finding("ACCOUNT", "account", "Discount"), finding("ACCOUNT", "account", "Gift=wrap"),
        finding("ACCOUNT", "account", "Gift"),
        finding("C_STATE", "text", "STATE\tBayern"), finding("IDCHARGE", "terms", "Net 30"),
        finding("UNIT_MEAS, line 1", "unit", "CHANG\tKG", line=1),
    )  # fmt: skip
    assert names() == ["ACCOUNT.Discount", "ACCOUNT.Gift=wrap", "ACCOUNT.Gift", "C_STATE", "IDCHARGE", "UNIT_MEAS.1"]
    assert refused(resolve(waits, "3", "--set", "ACCOUNT=41000"), "ACCOUNT stands at several places", "ACCOUNT.Gift")
    ran = resolve(
        waits, "3", "--set", "ACCOUNT.Gift=wrap=41000", "--set", "STATE=BY", "--set", "terms=N30", "--set",
        "unit_meas=EA",
    )  # fmt: skip
    assert "problem" in ran.out
    with waits.opened() as desk:
        given = {one.place: one.value for one in answers.in_force(desk.store, 3)}
    assert given == {
        ("account", "Gift=wrap"): "41000",
        ("text", "STATE\tBayern"): "BY",
        ("terms", "Net 30"): "N30",
        ("unit", "CHANG\tKG"): "EA",
    }


def test_hostile_words_are_shown_harmlessly(firmdesk: FirmDesk) -> None:
    with firmdesk.opened() as desk:
        desk.receive(lines=(line(HOSTILE, title="\u202e\x00"),), note="\x1b]0;x\x07", number="\x1b1")
    for words in (["conflicts"], ["conflict", "1", "--received", "--history"], ["resolve", "1", "--set", "ID\x1b=x"]):
        ran = firmdesk.shell(*words)
        assert "\x1b" not in ran.out + ran.err and "\u202e" not in ran.out and "\x00" not in ran.out
    assert "[red]" in firmdesk.shell("conflicts").out


def test_an_order_of_very_many_lines_is_told(firmdesk: FirmDesk) -> None:
    with firmdesk.opened() as desk:
        cheap = {"title": "Chai", "unit_price": "0.50", "total": "0.50"}  # within the credit limit
        desk.receive(lines=tuple(line(f"CHAI-{number}", **cheap) for number in range(100, 1100)))
    assert "… and 990 more: webupdate conflict 1" in firmdesk.shell("conflicts").out
    problems = firmdesk.shell("conflict", "1", "--json").json["order"]["problems"]
    assert len(problems) == 1000
    offered = [any(way["command"].endswith("=CHAI-01") for way in one["answers"]) for one in problems]
    assert offered == [True] * 50 + [False] * 950


def test_retry_judges_anew_and_tries_records_again(waits: FirmDesk) -> None:
    with waits.opened() as desk:
        mappings.remember(desk.store, 1, "item", "CHAI", "CHAI-01", "anna", 1.0)
    ran = waits.shell("retry")
    assert ran.code == Exit.NEEDS_PERSON
    assert "0 records are tried again" in ran.out
    assert "3 orders judged anew, 2 of them can be written now" in ran.out
    assert sorted(waits.files()) == [f"SO-shop-1000{number}.csv" for number in (13, 14, 16)]
    assert resolve(waits, "3", "--set", "INVEN.1=CHANG-02", "--set", "SHIP_VIA=United Package").code == Exit.FINE
    ran = waits.shell("retry", NAME)
    assert ran.code == Exit.FINE and "no order waits" in ran.out


def test_a_folder_that_is_away_loses_no_answer(waits: FirmDesk) -> None:
    (waits.shell.root / "orders").rmdir()
    ran = resolve(waits, "2", "--set", "INVEN.1=CHAI-01")
    assert ran.code == Exit.FINE and "writes its file at its next turn" in ran.out
    assert "can't be written" in waits.shell("status").out
    (waits.shell.root / "orders").mkdir()
    waits.shell("retry")
    assert "SO-shop-100014.csv" in waits.files()


def test_a_paused_company_keeps_the_answer(waits: FirmDesk) -> None:
    waits.shell("companies", "pause", NAME)
    ran = resolve(waits, "2", "--set", "INVEN.1=CHAI-01")
    assert ran.code == Exit.FINE and "Northwind is paused" in ran.out
    assert waits.files() == {}


def test_the_file_is_the_same_as_with_the_same_answers_from_elsewhere(waits: FirmDesk, tmp_path: Path) -> None:
    order: WebOrder = msgspec.json.decode(waits.order(3).content, type=WebOrder)
    assert order.lines[0].sku == "CHANG" and order.id != FINE.id
    given = ("--set", "INVEN.1=CHANG-02", "--set", "SHIP_VIA=United Package")
    assert resolve(waits, "3", *given).code == Exit.FINE
    (tmp_path / "twin").mkdir()
    store = open_store(tmp_path / "twin" / "store.sqlite3")
    twin = Desk(Exports(store, tmp_path / "twin"))
    twin.exports.save_northwind()
    twin.exports.look()
    twin.give(order)
    other = twin.judge()
    twin.answer(other, ("item", "CHANG", "CHANG-02"), ("ship_via", "UPS® Ground", "United Package"))
    assert twin.write()["SO-shop-100015.csv"] == waits.files()["SO-shop-100015.csv"]
    store.close()
