"""Explain against a real shop: each answer to "why does the web show this?", as a person gets it."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator

import pytest

from tests.firm import Firm
from tests.webshop.running import Api, Checkout, running_shop
from webupdate import cli
from webupdate.store import companies, inbox, search
from webupdate.sync import connect, telling
from webupdate.sync.explain import Explanation, explain


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """A firm in step with its shop, but for what is wrong with four of its items and one customer."""
    folder = tmp_path_factory.mktemp("explain")
    with running_shop(folder / "shop") as shop:
        firm = Firm(folder, shop)
        firm.change("prices", "CHANG-02,Retail,EA,19.00", "CHANG-02,Retail,EA,19.005")
        firm.cycle()
        firm.number = Checkout(shop).buy([("GEITOST-33", 1)])  # type: ignore[attr-defined]
        firm.cycle()
        yield firm
        firm.close()


def ask(firm: Firm, text: str, kind: str = "items", *, online: bool = True) -> Explanation:
    hits = [hit for hit in search.find(firm.store, firm.company.id, text) if hit.kind == kind]
    look = connect.looker(firm.vault) if online else None
    company = companies.company(firm.store, firm.company.name)
    return explain(firm.store, company, hits[0], time.time(), look)


def answer(firm: Firm, text: str, kind: str = "items", *, online: bool = True) -> tuple[str, str]:
    ((_, found),) = ask(firm, text, kind, online=online).verdicts
    return found.state, found.text


def drift(firm: Firm, entity: str, key: str, **data: object) -> None:
    """Another program changes a record in the shop."""
    api = Api(firm.shop)
    api.rev = firm.store.one("SELECT rev FROM queue WHERE entity = ? AND key = ?", entity, key) - 1
    api.put(entity, key, **data)


def test_in_step_is_what_the_shop_itself_says(firm: Firm) -> None:
    state, text = answer(firm, "alfreds futter", "customers")
    assert state == "ok"
    assert text.startswith("In step: the shop shows what EBMS exported at ")


def test_without_the_shop_it_says_what_was_acknowledged(firm: Firm) -> None:
    state, text = answer(firm, "ALFKI@EXAMPLE", "customers", online=False)
    assert state == "ok"
    assert text.startswith("In step as far as is known: the shop acknowledged at ")


def test_a_shop_that_can_t_be_reached_is_told(firm: Firm) -> None:
    firm.store.sql("UPDATE site SET settings = json_set(settings, '$.address', 'https://127.0.0.1:1')")
    try:
        explained = ask(firm, "GEITOST-33")
    finally:
        firm.store.sql("UPDATE site SET settings = json_set(settings, '$.address', ?)", firm.shop.url)
    assert explained.verdicts[0][1].text.startswith("In step as far as is known")
    assert "can't be reached" in explained.trouble[0][1]


def test_a_refused_price_is_the_answer_for_its_item(firm: Firm) -> None:
    explained = ask(firm, "CHANG-02")
    state, text = explained.verdicts[0][1].state, explained.verdicts[0][1].text
    assert state == "needs"
    assert text.startswith("Refused: prices CHANG-02 Retail EA: price is not a decimal number")
    assert text.endswith("(prices Retail EA)")
    assert any(line.level == "error" and line.entity == "prices" for line in explained.history)


def test_another_program_changed_it(firm: Firm) -> None:
    drift(firm, "items", "TOFU-14", category=None, title="cheap tofu")
    state, text = answer(firm, "TOFU-14")
    assert state == "differs"
    assert text.startswith("Differs: the shop shows ")
    assert "another program changed it?" in text
    (title,) = [value for value in ask(firm, "TOFU-14").records[0].values if value.name == "title"]
    assert (title.wanted, title.acked, title.shows) == ("Tofu", "Tofu", "cheap tofu")


def test_hidden_by_show_web_names_the_line(firm: Firm) -> None:
    path = firm.export / "inventory.csv"
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("cp1252"), newline="")))
    next(row for row in rows if row[0].strip() == "PAVLOVA-16")[rows[0].index("SHOW_WEB")] = "F"
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode("cp1252"))
    firm.cycle()
    assert answer(firm, "PAVLOVA-16") == ("hidden", f"Hidden: SHOW_WEB is F in inventory.csv line {line_of(firm)}.")


def line_of(firm: Firm) -> int:
    return int(firm.store.one("SELECT line FROM exportrow WHERE file = 'inventory' AND key = 'PAVLOVA-16'"))


def test_what_left_the_export_is_found_and_hidden(firm: Firm) -> None:
    firm.change("customers", "WOLZA,", "WOLZX,")
    firm.cycle()
    assert answer(firm, "WOLZA", "customers") == ("hidden", "Hidden: it has left the export.")


def test_what_is_saved_but_not_sent_waits(firm: Firm) -> None:
    companies.set_paused(firm.store, firm.company, True)
    key = "CHAI-01\tRetail\tEA"
    firm.store.sql("UPDATE queue SET sent = '?' WHERE entity = 'prices' AND key = ?", key)
    try:
        state, text = answer(firm, "CHAI-01")
    finally:
        firm.store.sql("UPDATE queue SET sent = seen WHERE entity = 'prices' AND key = ?", key)
        companies.set_paused(firm.store, firm.company, False)
    assert (state, text) == ("waits", f"Waits: {firm.company.name} is paused. (prices Retail EA)")


def test_an_order_tells_its_way(firm: Firm) -> None:
    number: str = firm.number  # type: ignore[attr-defined]
    explained = ask(firm, "šimůNEK", "orders")
    assert explained.order is not None
    assert (explained.key, explained.order.state) == (number, "acked")
    assert explained.verdicts[0][1].text.startswith(f"Done: it was written as SO-shop-{number}.csv at ")
    assert explained.order.lines == ("1 × GEITOST-33 Geitost",)
    assert [hit.key for hit in search.find(firm.store, firm.company.id, "guest@")] == [number]


def test_an_order_that_waits_says_for_what(firm: Firm) -> None:
    order = inbox.recent(firm.store, firm.company.id, 1)[0]
    finding = inbox.Finding(kind=4, field="SHIP_VIA", seen="x", expected="y", message="Ship via is not known to EBMS.")
    inbox.judged(firm.store, order, [finding], ())
    try:
        assert answer(firm, order.number, "orders") == (
            "needs",
            "Waits for an answer: Ship via is not known to EBMS.",
        )
    finally:
        firm.store.sql("UPDATE inbox SET state = 'acked', problems = '[]'")


def test_hostile_names_are_harmless(firm: Firm) -> None:
    firm.store.sql(
        "UPDATE exportrow SET facts = json_set(facts, '$.DESCR_1', ?) WHERE key = 'IKURA-10'", "\x1b[31m[red]I\u202e"
    )
    lines = telling.as_text(ask(firm, "IKURA-10", online=False))
    assert all(line.isprintable() for line in lines)
    assert any("\\x1b[31m[red]I" in line for line in lines)


def run(firm: Firm, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = cli.main(["--data", str(firm.paths.data), "explain", firm.company.name, *arguments])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_the_command_says_the_verdict_in_its_first_lines(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    firm.store.close()  # one store is open at a time in a process
    code, out = run(firm, capsys, "GEITOST-33")
    first, second, *_ = out.splitlines()
    assert (code, first) == (0, "Item GEITOST-33  Geitost")
    assert second.startswith("In step: the shop shows what EBMS exported at ")


def test_several_hits_are_a_list_to_choose_from(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(firm, capsys, "cha")
    assert code == 2
    assert "CHAI-01" in out
    assert "CHARTREUSE-VERTE-39" in out
    assert "Several records are meant." in out


def test_nothing_found_says_what_to_do(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(firm, capsys, "no-such-thing")
    assert code == 2
    assert "has 'no-such-thing' in its id, name, e-mail or number." in out
