"""`webupdate mappings`: what was learnt is listed, changed, written to a file and read back exactly."""

from __future__ import annotations

import csv
import getpass
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.firmdesk import NAME, FirmDesk, firmdesk
from tests.sync.judging import line
from tests.test_cli import refused, shell
from webupdate.report import Exit
from webupdate.store import mappings
from webupdate.store.mappings import Remembered
from webupdate.sync import mappingfile, topics
from webupdate.sync.mappingfile import HEADER
from webupdate.sync.text import starts_formula

__all__ = ["firmdesk", "shell"]  # fixtures

# What a store can hold: no lone surrogates.
TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("|\\=+-@ \t\r\n,\"';xun0"))
# What a spreadsheet would run, or what looks as if its blank was ours.
FORMULA = st.builds(lambda blanks, text: " " * blanks + "=" + text, st.integers(0, 3), TEXT)
WORD = TEXT | FORMULA


def entry(topic: str = "item", web: str = "CHAI", value: str = "CHAI-01", by: str = "anna") -> Remembered:
    return Remembered(id=1, topic=topic, web=web, value=value, made_by=by, made_at=1.76e9, used=3, used_at=None)


def kept(firm: FirmDesk) -> dict[tuple[str, str], tuple[str, str]]:
    with firm.opened() as desk:
        return {(one.topic, one.web): (one.value, one.made_by) for one in mappings.remembered(desk.store, 1)}


def learn(firm: FirmDesk, *learnt: tuple[str, str, str]) -> None:
    with firm.opened() as desk:
        for topic, web, value in learnt:
            mappings.remember(desk.store, 1, topic, web, value, "anna", 1.76e9)


def save(firm: FirmDesk, *rows: str, head: str = "topic,web,value") -> str:
    path = firm.shell.root / "mappings.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return str(path)


@given(st.lists(st.tuples(WORD, WORD, WORD, WORD), max_size=5))
def test_a_file_is_read_back_exactly_and_runs_nothing(words: list[tuple[str, str, str, str]]) -> None:
    entries = [entry("unit", topics.key(sku, unit), value, by) for sku, unit, value, by in words]
    text = mappingfile.written(entries)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert not any(starts_formula(cell) for row in csv.reader(io.StringIO(text)) for cell in row)
    lines, faults = mappingfile.read(text)
    assert faults == []
    assert [(one.topic, one.web, one.value) for one in lines] == [(one.topic, one.web, one.value) for one in entries]
    assert [one.number for one in lines] == list(range(2, len(entries) + 2))


@given(TEXT)
def test_any_text_is_read_or_told_never_a_crash(text: str) -> None:
    lines, faults = mappingfile.read(f"topic,web,value\n{text}")
    assert all(fault.message for fault in faults)
    assert all(number >= 2 for number in [*(one.number for one in lines), *(fault.line for fault in faults)])


@pytest.mark.parametrize("word", ["\\d", "a\\", "\\ud800", "\\U00110000", "\\x4"])
def test_an_escape_that_means_nothing_is_told(word: str) -> None:
    _, (fault,) = mappingfile.read(f"topic,web,value\nitem,{word},CHAI-01\n")
    assert fault.line == 2 and "means nothing" in fault.message


def test_a_file_for_people() -> None:
    lines = mappingfile.written([entry(), entry("unit", "A|B\tKG", "=1+1")]).splitlines()
    assert lines[0] == ",".join(HEADER)
    assert lines[1] == "item,CHAI,CHAI-01,anna,2025-10-09T08:53:20+00:00,3"
    assert lines[2].startswith("unit,A\\|B|KG, =1+1,anna,")


def test_the_list(firmdesk: FirmDesk) -> None:
    assert "Nothing was learnt yet" in firmdesk.shell("mappings", "list").out
    learn(firmdesk, ("item", "CH\x1b[31mAI", "CHAI-01"), ("unit", "CHAI-01\tKG", "EA"))
    ran = firmdesk.shell("mappings", "list", NAME)
    assert ran.code == Exit.FINE
    assert "1     web SKU → item: CH\\x1b[31mAI = CHAI-01  (anna, 2025-10-09 " in ran.out
    assert "CHAI-01 · KG = EA" in ran.out and "used 0 times)" in ran.out
    assert [one["web"] for one in firmdesk.shell("mappings", "list", "--json").json] == ["CH\x1b[31mAI", "CHAI-01\tKG"]


def test_what_was_exported_is_imported_elsewhere(firmdesk: FirmDesk) -> None:
    learn(firmdesk, ("item", "CHAI", "CHAI-01"), ("state", "US\tPennsylvania", "PA"), ("accept", "13\tALFKI", "yes"))
    before = kept(firmdesk)
    file = str(firmdesk.shell.root / "all.csv")
    assert "3 mappings written" in firmdesk.shell("mappings", "export", file).out
    assert firmdesk.shell("mappings", "export").out == Path(file).read_text(encoding="utf-8")
    assert "0 mappings taken, 3 known already" in firmdesk.shell("mappings", "import", NAME, file).out
    assert kept(firmdesk) == before
    for number in ("1", "2", "3"):
        assert firmdesk.shell("mappings", "remove", NAME, number).code == Exit.FINE
    assert kept(firmdesk) == {}
    assert "3 mappings taken, 0 known" in firmdesk.shell("mappings", "import", file).out  # there is one company
    assert {place: value for place, (value, _) in kept(firmdesk).items()} == {
        place: value for place, (value, _) in before.items()
    }
    assert {by for _, by in kept(firmdesk).values()} == {getpass.getuser()}


def test_nothing_is_taken_of_a_file_with_a_wrong_line(firmdesk: FirmDesk) -> None:
    rows = (
        "item,CHAI,CHAI-01", "itme,X,CHAI-01", "price,1,18.00", "item,Y,CHAI-99", "item,CHAI,CHANG-02", "unit,KG,EA",
        "item,,CHAI-01", "item,Z", "dance,a,b", "item,W,\\q",
    )  # fmt: skip
    file = save(firmdesk, *rows)
    ran = firmdesk.shell("mappings", "import", NAME, file)
    assert refused(ran, "9 lines are wrong; nothing was taken.", "--skip-wrong")
    for words in (
        "line 3: There is no topic 'itme'. Did you mean item?",
        "line 4: price (price of a line) is said of one order",
        "line 5: 'CHAI-99' is no ID of inventory.csv",
        "line 6: Line 2 says already what 'CHAI' is.",
        "line 7: 'KG' is no SKU and unit: SKU|unit is needed.",
        "line 8: '' is no web",
        "line 9: It has 2 cells, the first line 3.",
        "line 10: There is no topic 'dance'. Topics: item, unit,",
        "line 11: \\q means nothing",
    ):
        assert words in ran.err
    assert kept(firmdesk) == {}
    ran = firmdesk.shell("mappings", "import", NAME, file, "--skip-wrong")
    assert ran.code == Exit.NEEDS_PERSON and "1 mapping taken, 0 known" in ran.out
    assert list(kept(firmdesk)) == [("item", "CHAI")]


def test_what_is_no_such_file_is_refused(firmdesk: FirmDesk) -> None:
    root = firmdesk.shell.root
    (root / "latin.csv").write_bytes(b"topic,web,value\nitem,\xff,CHAI-01\n")
    assert refused(firmdesk.shell("mappings", "import", NAME, str(root / "latin.csv")), "is no UTF-8", "CSV UTF-8")
    assert refused(firmdesk.shell("mappings", "import", NAME, str(root / "none.csv")), "can't be read")
    assert refused(firmdesk.shell("mappings", "import", NAME, save(firmdesk, head="web;value")), "no heading topic")
    assert refused(firmdesk.shell("mappings", "export", NAME, str(root / "no" / "x.csv")), "can't be written")
    assert refused(firmdesk.shell("mappings", "export", "Nobody"), "Nobody")


def test_orders_that_wait_go_on_with_what_is_imported(firmdesk: FirmDesk) -> None:
    with firmdesk.opened() as desk:
        for sku in ("CHAI", "CHAI", "CHANG"):
            desk.receive(lines=(line(sku),))
    ran = firmdesk.shell("mappings", "import", NAME, save(firmdesk, "item,CHAI,CHAI-01", head="\ufefftopic,web,value"))
    assert "3 orders judged anew, 2 of them can be written now" in ran.out
    assert sorted(firmdesk.files()) == ["SO-shop-100013.csv", "SO-shop-100014.csv"]
    with firmdesk.opened() as desk:
        assert any(text.startswith("Learnt: web SKU → item: CHAI = CHAI-01 (") for text in desk.log())
    assert "used 2 times" in firmdesk.shell("mappings", "list").out


def test_set_and_remove(firmdesk: FirmDesk) -> None:
    with firmdesk.opened() as desk:
        desk.receive(lines=(line("CHAI"),))
    ran = firmdesk.shell("mappings", "set", NAME, "item", "CHAI", "CHAI-01")
    assert ran.code == Exit.FINE and "1 order judged anew, 1 of them" in ran.out
    assert list(firmdesk.files()) == ["SO-shop-100013.csv"]
    assert "is known already" in firmdesk.shell("mappings", "set", NAME, "item", "CHAI", "CHAI-01").out
    firmdesk.shell("mappings", "set", NAME, "unit", "CHAI-01|KG", "EA")
    assert kept(firmdesk)["unit", "CHAI-01\tKG"][0] == "EA"
    ran = firmdesk.shell("mappings", "remove", NAME, "1")
    assert "Forgotten: web SKU → item: CHAI = CHAI-01" in ran.out
    assert list(kept(firmdesk)) == [("unit", "CHAI-01\tKG")]
    assert refused(firmdesk.shell("mappings", "remove", NAME, "1"), "Northwind has no mapping 1.")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("item", "CHAI", "CHAI-99"), "is no ID of inventory.csv"),
        (("price", "1", "18"), "is said of one order"),
        (("customer", "Jan@firma.cz", "ALFKI"), "in small letters: jan@firma.cz"),
        (("unit", "KG", "EA"), "SKU|unit is needed"),
        (("item", "\\q", "CHAI-01"), "means nothing"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(
    firmdesk: FirmDesk, words: tuple[str, str, str], message: str
) -> None:
    assert refused(firmdesk.shell("mappings", "set", NAME, *words), message)
    assert kept(firmdesk) == {}


def test_what_is_imported_all_the_same_is_learnt_only_from_who_may_say_so(
    firmdesk: FirmDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    firmdesk.shell("companies", "set", NAME, "may_accept=carla")
    monkeypatch.setattr("webupdate.store.commands.getpass.getuser", lambda: "bob")
    ran = firmdesk.shell("mappings", "set", NAME, "accept", "13|ALFKI", "yes")
    assert ran.code == Exit.USAGE
    assert "bob may not import an order all the same." in ran.err
    monkeypatch.setattr("webupdate.store.commands.getpass.getuser", lambda: "carla")
    assert firmdesk.shell("mappings", "set", NAME, "accept", "13|ALFKI", "yes").code == Exit.FINE
