"""Files with other headings: what they mean, what is proposed, and what becomes of it in the queue."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.exports import THINGS
from tests.sync.folders import Exports
from tests.sync.workbooks import json_lines, workbook
from webupdate.errors import UsageError
from webupdate.store.columnmaps import OWN_NAMES, ColumnMap, column_map, set_column_map
from webupdate.store.exports import file_state
from webupdate.sync import columns
from webupdate.sync.entities import FILES
from webupdate.sync.header import DuplicateColumn, MissingColumn, read_header
from webupdate.sync.proposal import SYNONYMS, propose

HEADINGS = ["Item no.", "Product group", "Name", "Show on web", "Colour"]
FOREIGN = "Item no.,Product group,Name,Show on web,Colour\r\nCHAI-01,1,Chai,yes,red\r\n"
PRICES = "SKU,Unit price\r\nCHAI-01,18.00\r\n"


def give(folder: Exports, file: str, mapping: ColumnMap) -> None:
    set_column_map(folder.store, folder.company.id, file, mapping)


@pytest.mark.parametrize(
    ("file", "headings", "expected"),
    [
        ("inventory", "SKU;Category;Description;Show on Web;Qty", "ID TREE_ID DESCR_1 SHOW_WEB T_AVAIL"),
        ("inventory", "Item No.;FOLDER;item_name;Online;On hand;MPN", "ID TREE_ID DESCR_1 SHOW_WEB T_ON_HAND MFG_PART"),
        ("inventory", "Product Code;Group;Title;Visible;EAN;Weight (kg)", "ID TREE_ID DESCR_1 SHOW_WEB UPC WEIGHT"),
        ("inventory", "ID;tree id;descr 1;show-web", "ID TREE_ID DESCR_1 SHOW_WEB"),
        ("inventory", "Discription;Manufacturers", "DESCR_1 MFG"),  # misspelt, but near enough
        ("prices", "Article number;Price Level;Unit Price;UoM", "ID LEVEL PRICE UNIT"),
        ("customers", "Customer No;Company;E-mail;Zip Code;Price list", "ID L_NAME EMAIL ZIP IN_LEVEL"),
        ("categories", "Category ID;Parent;Category name;Path", "TREE_ID PARENT_ID TREE_DESCR TREE_PATH"),
        ("shipping", "Carrier;Name;Type;From;Up to;Cost", "SHIP_VIA DESCR RATE_TYPE MIN_VALUE MAX_VALUE RATE"),
        ("payments", "Code;Name;Payment method;Days", "IDCHARGE CHARGE METHOD DUE_DAYS"),
        ("prices", "Colour;Piece;Note;Pice", ""),
    ],
)  # fmt: skip
def test_usual_headings_are_recognised(file: str, headings: str, expected: str) -> None:
    found = propose(headings.split(";"), FILES[file])
    assert list(found.values()) == [
        name for name, heading in zip(expected.split(), headings.split(";"), strict=False) if heading != name
    ]


@pytest.mark.parametrize("file", FILES)
def test_every_synonym_leads_to_its_column(file: str) -> None:
    known = {column.name for column in FILES[file].columns}
    assert SYNONYMS[file].keys() <= known
    names = [(name.strip(), column) for column, text in SYNONYMS[file].items() for name in text.split(",")]
    assert [
        (name, column) for name, column in names if propose([name], FILES[file]).get(name, name.upper()) != column
    ] == []


def test_ebms_own_names_need_no_proposal_and_are_not_proposed_twice() -> None:
    assert propose(["ID", "Item no.", "SKU"], FILES["inventory"]) == {}
    assert list(propose(["SKU", "Item no."], FILES["inventory"]).values()) == ["ID"]


def test_a_missing_column_names_the_command_that_helps() -> None:
    mapping = ColumnMap(company="Acme Inc")
    with pytest.raises(MissingColumn) as caught:
        read_header(HEADINGS, FILES["inventory"], "inventory.csv", mapping)
    assert "webupdate columns 'Acme Inc' inventory --accept" in caught.value.hint
    with pytest.raises(MissingColumn) as caught:
        read_header(["SKU", "Unit price"], FILES["prices"], "prices.csv", mapping)
    assert "LEVEL" in caught.value.message and "one value for all rows" in caught.value.hint


def test_a_given_column_wins_over_a_heading_of_its_name() -> None:
    mapping = OWN_NAMES.with_columns({" art. no ": "ID"})
    header = read_header(["ID", "Art. No", "Note"], THINGS, "things.csv", mapping)
    assert (header.columns, header.names, header.unknown) == (("ID", "NOTE"), ("", "ID", "NOTE"), ())
    with pytest.raises(DuplicateColumn):
        read_header(["ID", "id ", "Note"], THINGS, "things.csv", mapping)


def test_an_ignored_heading_is_as_if_it_was_not_there() -> None:
    mapping = OWN_NAMES.with_columns({"price": ""})
    header = read_header(["ID", "NOTE", "PRICE"], THINGS, "things.csv", mapping)
    assert (header.columns, header.unknown) == (("ID", "NOTE"), ())
    with pytest.raises(MissingColumn):
        read_header(["ID", "NOTE"], THINGS, "things.csv", OWN_NAMES.with_columns({"Note": ""}))


def test_a_constant_serves_where_the_column_is_missing_only() -> None:
    mapping = OWN_NAMES.with_constant("NOTE", "always")
    header = read_header(["ID"], THINGS, "things.csv", mapping)
    assert (header.columns, header.constants) == (("ID", "NOTE"), {"NOTE": "always"})
    assert read_header(["ID", "NOTE"], THINGS, "things.csv", mapping).constants == {}


def test_a_mapping_is_kept_per_file_and_forgotten(folder: Exports) -> None:
    mapping = OWN_NAMES.with_columns({"Art. No": "ID", "Colour": ""}).with_constant("LEVEL", "Retail")
    give(folder, "prices", mapping)
    kept = column_map(folder.store, folder.company.id, "prices")
    assert (kept.columns, kept.constants, kept.company) == (mapping.columns, mapping.constants, "Northwind")
    assert not column_map(folder.store, folder.company.id, "inventory")
    give(folder, "prices", kept.with_columns({"ART. NO": None, "colour": None}).with_constant("LEVEL", ""))
    assert not column_map(folder.store, folder.company.id, "prices")


@pytest.mark.parametrize("suffix", ["csv", "txt", "xlsx", "jsonl"])
def test_foreign_headings_lead_to_the_same_records(folder: Exports, suffix: str) -> None:
    rows = [line.split(",") for line in FOREIGN.split("\r\n")[:-1]]
    contents = {
        "csv": FOREIGN.encode(),
        "txt": FOREIGN.replace(",", "\t").encode(),
        "xlsx": workbook(rows),
        "jsonl": json_lines([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]),
    }
    folder.restart(once=True)
    folder.save(f"inventory.{suffix}", contents[suffix])
    folder.look()
    (complaint,) = folder.complaints("inventory")
    assert "webupdate columns 'Northwind' inventory --accept" in complaint.hint
    seen = columns.sample(folder.company, "inventory")
    give(folder, "inventory", columns.accepted(seen, OWN_NAMES))
    assert folder.look(30).read == ("inventory",)  # by itself: the file was not saved again
    assert folder.complaints() == []
    assert folder.dirty() == [("items", "CHAI-01")]
    assert b'"title":"Chai"' in folder.payload("items", "CHAI-01")
    folder.upload()
    assert folder.look(30).read == ()


def test_a_changed_mapping_reads_one_file_once(folder: Exports) -> None:
    folder.save("prices.csv", "ID,LEVEL,PRICE,LIST\r\nCHAI-01,Retail,18.00,20.00\r\n")
    folder.save("inventory.csv", "ID,TREE_ID,DESCR_1,SHOW_WEB\r\nCHAI-01,1,Chai,T\r\n")
    folder.look()
    folder.upload()
    give(folder, "prices", OWN_NAMES.with_columns({"List": "PRICE"}))
    assert folder.look(30).read == ("prices",)
    assert b'"price":"20.00"' in folder.payload("prices", "CHAI-01\tRetail\t")
    give(folder, "prices", column_map(folder.store, folder.company.id, "prices"))  # the same again is no news
    assert not file_state(folder.store, folder.company.id, "prices").forced
    assert folder.look(30).read == ()


def test_messages_name_the_files_own_heading(folder: Exports) -> None:
    folder.save("prices.csv", PRICES.replace("18.00", "many"))
    give(
        folder, "prices", OWN_NAMES.with_columns({"SKU": "ID", "Unit price": "PRICE"}).with_constant("LEVEL", "Retail")
    )
    folder.look()
    (complaint,) = folder.complaints("prices")
    assert 'prices.csv, row 2, CHAI-01 / Retail: PRICE (Unit price) is "many", expected a number' in complaint.message


def test_a_preview_shows_the_first_rows_as_they_would_be_read(folder: Exports) -> None:
    folder.save("prices.csv", PRICES + "CHANG-02,many\r\n")
    seen = columns.sample(folder.company, "prices")
    mapping = columns.accepted(seen, OWN_NAMES).with_constant("LEVEL", "Retail")
    first = columns.preview(seen, mapping)
    assert (first.columns, first.rows) == (("ID", "PRICE", "LEVEL"), (("CHAI-01", "18.00", "Retail"),))
    assert "row 3, CHANG-02 / Retail: PRICE (Unit price)" in first.wrong[0]
    assert columns.missing(seen, OWN_NAMES) == ["ID", "LEVEL", "PRICE"] and columns.missing(seen, mapping) == []
    assert [(one.heading, one.column, one.state) for one in columns.meanings(seen, OWN_NAMES)] == [
        ("SKU", "ID", "proposed"),
        ("Unit price", "PRICE", "proposed"),
    ]


def test_a_missing_or_unreadable_file_has_no_headings(folder: Exports, tmp_path: Path) -> None:
    assert columns.sample(folder.company, "prices").headings == ()
    folder.save("prices.csv", "")
    assert columns.sample(folder.company, "prices").headings == ()


def test_only_known_columns_and_files_can_be_meant(folder: Exports) -> None:
    seen = columns.sample(folder.company, "prices")
    assert columns.checked(seen, "SKU", " id ") == "ID"
    with pytest.raises(UsageError, match="'DESCR_1' is no column of prices, so 'SKU' can't feed it"):
        columns.checked(seen, "SKU", "DESCR_1")
    assert columns.spec_named("Inventory.csv").name == "inventory"
    with pytest.raises(UsageError, match="no export file 'orders'"):
        columns.spec_named("orders")
