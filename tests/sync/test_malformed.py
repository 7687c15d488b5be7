"""Malformed exports, each through a real look: what is said of them, and that no wrong record is queued."""

from __future__ import annotations

import io
import zipfile
from typing import TypeAlias

import pytest

from tests.sync.folders import Exports
from tests.sync.workbooks import by_hand, json_lines, sheet_rows, workbook

HEAD = "ID,TREE_ID,DESCR_1,SHOW_WEB,T_AVAIL,UPC,WEB_DESCR3\r\n"
CHAI = "CHAI-01,1,Chai,T,39,5901234123457,\r\n"
CHANG = "CHANG-02,1,Chang,T,17,,\r\n"
SYRUP = "SYRUP-03,2,Aniseed Syrup,T,13,,\r\n"
TEA = "TEA-04,1,Tea,T,5,,\r\n"  # not in the good export: what is whole in a damaged file goes on
ITEMS = HEAD + CHAI + CHANG + SYRUP
PRICES = "ID,LEVEL,PRICE\r\nCHAI-01,Retail,18.00\r\nCHANG-02,Retail,19.00\r\nSYRUP-03,Retail,10\r\n"
CUSTOMERS = "ID,L_NAME,EMAIL,E_DATE\r\nALFKI,Futterkiste,alfki@example.com,01/15/2020\r\n"

Changes: TypeAlias = frozenset[tuple[str, str]]
NEW_TEA: Changes = frozenset({("items", "TEA-04"), ("stock", "TEA-04")})
NONE: Changes = frozenset()
ROWS = [line.split(",") for line in ITEMS.split("\r\n")[:-1]]
OBJECTS = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
ALL = "ID, TREE_ID, DESCR_1, SHOW_WEB"  # the required columns


class Case:
    """A file, what must be said of it (each word in one complaint), and the records that it may change."""

    def __init__(
        self,
        file: str,
        content: str | bytes,
        *words: str,
        line: int = 0,
        field: str = "",
        changes: Changes = NONE,
    ) -> None:
        self.file, self.content, self.words = file, content, words
        self.line, self.field, self.changes = line, field, changes


def items(*rows: str, head: str = HEAD) -> str:
    return head + "".join(rows)


def zipped(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def sheet(place: int, **cells: object) -> bytes:
    """The good items and the new tea as a workbook; in row `place` (from 0) some cells are others."""
    rows: list[list[object]] = [[*row] for row in (*ROWS, TEA.strip().split(","))]
    for name, value in cells.items():
        rows[place][ROWS[0].index(name)] = value
    return workbook(rows)


def lines(*texts: str | bytes) -> bytes:
    """Chai, the given lines, then the syrup and the new tea."""
    tea = dict(zip(ROWS[0], TEA.strip().split(","), strict=True))
    middle = b"".join((text.encode() if isinstance(text, str) else text) + b"\n" for text in texts)
    return json_lines(OBJECTS[:1]) + middle + json_lines([OBJECTS[2], tea])


def chang(more: str) -> str:
    """A line of JSON."""
    return f'{{"ID":"CHANG-02","TREE_ID":"1",{more}}}'


BOMB = by_hand(sheet_rows(["ID"]), **{"xl/media/zeros.bin": bytes(260_000_000)})
ERROR = '<row r="2"><c r="A2" t="inlineStr"><is><t>CHAI-01</t></is></c><c r="C2" t="e"><v>#REF!</v></c></row>'
_book = bytearray(workbook(ROWS))
_book[-6:-2] = (10_000_000).to_bytes(4, "little")  # where its list of parts begins
MISPLACED = bytes(_book)
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><workbook>&c;</workbook>'

CASES: dict[str, Case] = {
    # the shape of rows
    "too few columns": Case(
        "inventory.csv",
        items(CHAI, "CHANG-02,1,Chang\r\n", SYRUP, TEA),
        "3 columns, expected 7",
        'begins "CHANG-02,1,Chang"',
        line=3,
        changes=NEW_TEA,
    ),
    "an unquoted comma": Case(
        "inventory.csv",
        items(CHAI, "CHANG-02,1,Chang, strong,T,17,,\r\n", SYRUP, TEA),
        "8 columns, expected 7",
        "quotes",
        line=3,
        changes=NEW_TEA,
    ),
    "an open quote": Case(
        "inventory.csv",
        items(CHAI, 'CHANG-02,1,"Chang,T,17,,\r\n', SYRUP, TEA),
        "ends inside of a quoted cell that begins in row 3",
        line=5,
    ),
    "text after a quote": Case(
        "inventory.csv",
        items(CHAI, 'CHANG-02,1,"Chang" x,T,17,,\r\n', SYRUP, TEA),
        "broken quoting: text after a closing quote",
        line=3,
        changes=NEW_TEA,
    ),
    "every line end there is": Case(
        "inventory.csv",
        items(CHAI[:-1].replace("\n", ""), CHANG.replace("\r\n", "\n"), SYRUP[:-1], "\n\n\r", TEA),
        changes=NEW_TEA,
    ),
    "cut in the middle of a line": Case(
        "inventory.csv", ITEMS[:-9], "ends in the middle of a line", "2 records read", line=4
    ),
    "cut before a row was whole": Case(
        "inventory.csv", ITEMS + "TEA-04,1\r\n", "fewer columns than the header", line=5
    ),
    "empty": Case("inventory.csv", "", "inventory.csv is empty: 0 bytes"),
    "blank lines": Case("inventory.csv", "\r\n\r\n", "holds blank lines only", line=2),
    "header only": Case(
        "inventory.csv", HEAD, "3 of 3 records are missing from inventory.csv", "release", field="inventory"
    ),
    # the header
    "separated by semicolons": Case(
        "inventory.csv", ITEMS.replace(",", ";"), "columns ID, TREE_ID", "separated otherwise", field=ALL
    ),
    "tabs in a .csv": Case("inventory.csv", ITEMS.replace(",", "\t"), "separated otherwise", field=ALL),
    "commas in a .txt": Case("inventory.txt", ITEMS, "separated otherwise", field=ALL),
    "a required column is missing": Case(
        "inventory.csv",
        ITEMS.replace("DESCR_1", "DESCR_9"),
        "required column DESCR_1 is missing",
        "DESCR_9",
        field="DESCR_1",
    ),
    "a column stands twice": Case(
        "inventory.csv", ITEMS.replace("UPC", " id"), "names the column ID more than once", field="ID"
    ),
    "a blank header": Case("inventory.csv", ITEMS.replace(HEAD, ",,,,,,\r\n"), "required columns ID", field=ALL),
    "the header twice": Case(
        "inventory.csv",
        items(HEAD, CHAI, CHANG, SYRUP, TEA),
        'SHOW_WEB is "SHOW_WEB", expected T or F',
        line=2,
        field="SHOW_WEB",
        changes=NEW_TEA,
    ),
    # characters
    "a NUL byte in a text": Case(
        "inventory.csv",
        items(CHAI, "CHANG-02,1,Ch\0ang,T,17,,\r\n", SYRUP, TEA),
        "row 3, CHANG-02: DESCR_1 holds the byte 00 in line 3",
        "Ch\\x00ang",
        line=3,
        field="DESCR_1",
        changes=NEW_TEA,
    ),
    "a NUL byte in an id": Case(
        "inventory.csv",
        items(CHAI, "CHANG\0-02,1,Chang,T,17,,\r\n", SYRUP, TEA),
        "ID holds the byte 00",
        line=3,
        field="ID",
        changes=NEW_TEA,
    ),
    "NUL bytes all over": Case("inventory.csv", bytes(4000), "UTF-16 or no text"),
    "UTF-16": Case("inventory.csv", ITEMS.encode("utf-16"), "UTF-16", "row 1, column 1"),
    "UTF-16 without a mark": Case("inventory.csv", ITEMS.encode("utf-16-le"), "UTF-16"),
    "UTF-8 with a mark": Case(
        "inventory.csv", ITEMS.encode("utf-8-sig"), "the file is UTF-8 (it begins with the bytes EF BB BF)"
    ),
    "UTF-8": Case("inventory.csv", ITEMS.replace("Chai", "Thé aöü").encode(), 'UTF-8 (it holds "é" as several bytes)'),
    "a byte that Windows-1252 lacks": Case(
        "inventory.csv",
        items(CHAI, CHANG, SYRUP).encode().replace(b"Chang", b"Ch\x81ng") + TEA.encode(),
        "DESCR_1 holds the byte 81 in line 3",
        "Ch\\x81ng",
        line=3,
        field="DESCR_1",
        changes=NEW_TEA,
    ),
    "binary rubbish": Case("inventory.csv", bytes(range(1, 256)) * 40, "required columns ID", field=ALL),
    "a zip called .csv": Case("inventory.csv", zipped(a=b"x"), "an Excel or zip file"),
    "a workbook called .csv": Case("inventory.csv", workbook(ROWS), "an Excel or zip file"),
    "escape codes in an id": Case(
        "inventory.csv",
        items(CHAI, "CHANG\x1b[2J,1,Chang,T,17,,\r\n", SYRUP, TEA),
        'ID is "CHANG\\x1b[2J", expected no control characters',
        line=3,
        field="ID",
        changes=NEW_TEA,
    ),
    # ids
    "an id twice after trimming": Case(
        "inventory.csv",
        items(CHAI, CHANG, SYRUP, " CHAI-01 ,1,Chai forged,T,1,,\r\n", TEA),
        "ID CHAI-01 stands in line 2 already",
        line=5,
        field="ID",
        changes=NEW_TEA,
    ),
    "no id": Case(
        "inventory.csv",
        items(CHAI, CHANG, SYRUP, " ,1,Nothing,T,1,,\r\n", TEA),
        "ID is empty",
        line=5,
        field="ID",
        changes=NEW_TEA,
    ),
    "an id that is too long": Case(
        "inventory.csv",
        items(CHAI, CHANG, SYRUP, "X" * 25 + ",1,Long,T,1,,\r\n", TEA),
        "25 characters, expected at most 24",
        line=5,
        field="ID",
        changes=NEW_TEA,
    ),
    "an id that a spreadsheet shortened": Case(
        "inventory.csv",
        items(CHAI, "3.94E+13,1,Chang,T,17,,\r\n", SYRUP, TEA),
        'ID is "3.94E+13"',
        "spreadsheet",
        line=3,
        field="ID",
        changes=NEW_TEA,
    ),
    "a bar code that a spreadsheet shortened": Case(
        "inventory.csv",
        items(CHAI.replace("5901234123457", "5.90123E+12"), CHANG, SYRUP, TEA),
        'UPC is "5.90123E+12"',
        "spreadsheet",
        line=2,
        field="UPC",
        changes=NEW_TEA,
    ),
    # values
    "a cell of 2 MB": Case(
        "inventory.csv",
        items(CHAI, "CHANG-02,1,Chang,T,17,," + "x" * 2_000_000 + "\r\n", SYRUP, TEA),
        "WEB_DESCR3 holds 2,000,000 characters",
        line=3,
        field="WEB_DESCR3",
        changes=NEW_TEA,
    ),
    "a cell of 10 MB": Case(
        "inventory.csv",
        items(CHAI, "CHANG-02,1,Chang,T,17,," + "x" * 10_000_000 + "\r\n", SYRUP, TEA),
        "a line is longer than 4 MiB",
    ),
    "a quoted cell of 10 MB over many lines": Case(
        "inventory.csv",
        items(CHAI, 'CHANG-02,1,Chang,T,17,,"' + "x\r\n" * 2_000_000 + '"\r\n', SYRUP, TEA),
        "ends inside of a quoted cell",
        line=2_000_005,
    ),
    "a flag that is none": Case(
        "inventory.csv",
        items(CHAI, CHANG.replace(",T,", ",maybe,"), SYRUP, TEA),
        'CHANG-02: SHOW_WEB is "maybe", expected T or F',
        line=3,
        field="SHOW_WEB",
        changes=NEW_TEA,
    ),
    "text as a number": Case(
        "inventory.csv",
        items(CHAI, CHANG.replace("17", "many"), SYRUP, TEA),
        'T_AVAIL is "many", expected a number',
        line=3,
        field="T_AVAIL",
        changes=NEW_TEA,
    ),
    "an absurd number": Case(
        "inventory.csv",
        items(CHAI, CHANG.replace("17", "1e400"), SYRUP, TEA),
        'T_AVAIL is "1e400"',
        "below 1,000,000,000,000",
        line=3,
        field="T_AVAIL",
        changes=NEW_TEA,
    ),
    "a negative price": Case(
        "prices.csv",
        PRICES.replace("19.00", "-19.00"),
        'PRICE is "-19.00", expected a price of 0.00 or more',
        line=3,
        field="PRICE",
    ),
    "a decimal comma": Case(
        "prices.csv",
        PRICES.replace("19.00", '"19,00"'),
        'PRICE is "19,00", expected a number such as 1234.50',
        "point",
        line=3,
        field="PRICE",
    ),
    "a date that is none": Case(
        "customers.csv",
        CUSTOMERS.replace("01/15/2020", "02/30/2020"),
        'ALFKI: E_DATE is "02/30/2020", expected a date',
        line=2,
        field="E_DATE",
    ),
    # workbooks
    "a zip bomb": Case("inventory.xlsx", BOMB, "unpacks to far more"),
    "a text called .xlsx": Case("inventory.xlsx", ITEMS, "no Excel workbook: it begins with the bytes 49 44 2C 54"),
    "a workbook with a password": Case("inventory.xlsx", OLE, "protected by a password"),
    "a zip that is no workbook": Case("inventory.xlsx", zipped(a=b"x"), "can't be read as a workbook"),
    "a workbook whose parts lie elsewhere": Case("inventory.xlsx", MISPLACED, "its list of parts is wrong"),
    "a workbook with entities": Case("inventory.xlsx", zipped(**{"_rels/.rels": LAUGHS}), "it declares entities"),
    "a cut-off workbook": Case("inventory.xlsx", workbook(ROWS)[:-30], "is no whole workbook"),
    "a sheet without rows": Case("inventory.xlsx", workbook([]), "holds blank lines only, no header row"),
    "a sheet without the columns": Case(
        "inventory.xlsx", workbook([["Total", "Sum"], [1, 2]]), "required columns ID", 'holds "Total, Sum"', field=ALL
    ),
    "a stray cell far away": Case(
        "inventory.xlsx",
        by_hand(sheet_rows(ROWS[0]) + '<row><c r="XFD1048576"><v>1</v></c></row>'),
        "spans 1,048,576 rows and 16,384 columns",
    ),
    "a long number as id": Case(
        "inventory.xlsx",
        sheet(2, ID=1234567890123456),
        "ID holds the number 1234567890123456, of which Excel keeps 15 digits only",
        line=3,
        field="ID",
        changes=NEW_TEA,
    ),
    "a reference that is broken": Case(
        "inventory.xlsx",
        by_hand(sheet_rows(ROWS[0]) + ERROR + sheet_rows(*ROWS[2:])),
        "CHAI-01: DESCR_1 holds the error #REF! of a formula",
        line=2,
        field="DESCR_1",
    ),
    # JSON lines
    "a broken line": Case(
        "inventory.jsonl",
        lines('{"ID":"CHANG-02","TREE_ID":}'),
        "row 2: no record: no JSON, expecting value at character 28",
        line=2,
        changes=NEW_TEA,
    ),
    "two broken lines": Case(
        "inventory.jsonl", lines("{", "}"), "inventory.jsonl, row 3: no record", line=2, changes=NEW_TEA
    ),
    "a list": Case("inventory.jsonl", lines('["CHANG-02","1"]'), "no JSON object", line=2, changes=NEW_TEA),
    "nested values": Case(
        "inventory.jsonl",
        lines(chang('"DESCR_1":{"en":"Chang"},"SHOW_WEB":true')),
        "CHANG-02: DESCR_1 holds an object or a list",
        line=2,
        field="DESCR_1",
        changes=NEW_TEA,
    ),
    "nested without end": Case("inventory.jsonl", lines("[" * 100_000), "nested too deep", line=2, changes=NEW_TEA),
    "a name twice": Case(
        "inventory.jsonl",
        lines('{"ID":"CHANG-02","ID":"CHAI-01","TREE_ID":"1"}'),
        "ID holds two values in this line",
        line=2,
        field="ID",
        changes=NEW_TEA,
    ),
    "no number": Case(
        "inventory.jsonl",
        lines(chang('"DESCR_1":"Chang","SHOW_WEB":true,"T_AVAIL":NaN')),
        "T_AVAIL holds NaN",
        line=2,
        field="T_AVAIL",
        changes=NEW_TEA,
    ),
    "half a character": Case(
        "inventory.jsonl",
        lines(chang('"DESCR_1":"\\ud83d","SHOW_WEB":true')),
        'DESCR_1 holds "\\ud83d", which is no text',
        line=2,
        field="DESCR_1",
        changes=NEW_TEA,
    ),
    "Windows-1252 in UTF-8": Case(
        "inventory.jsonl",
        lines(chang('"DESCR_1":"Thé","SHOW_WEB":true').encode("cp1252")),
        'DESCR_1 holds "Th\\xe9"',
        line=2,
        field="DESCR_1",
        changes=NEW_TEA,
    ),
    "JSON in UTF-16": Case("inventory.jsonl", json_lines(OBJECTS).decode().encode("utf-16"), "UTF-16"),
    "a cut-off line": Case("inventory.jsonl", json_lines(OBJECTS)[:-20], "ends in the middle of a line", line=3),
    "one JSON list over all lines": Case(
        "inventory.jsonl",
        b'[\n{"ID": "CHAI-01",\n"TREE_ID": "1"}\n]\n',
        "line 1: no line is a JSON object",
        "one object a line",
    ),
}


@pytest.fixture
def good(folder: Exports) -> Exports:
    """A shop that has all of a good export."""
    folder.save("inventory.csv", ITEMS)
    folder.save("prices.csv", PRICES)
    folder.save("customers.csv", CUSTOMERS)
    folder.look()
    folder.upload()
    assert folder.complaints() == [] and folder.dirty() == []
    folder.restart(once=True)
    return folder


@pytest.mark.parametrize("name", CASES)
def test_it_ends_in_a_message_and_queues_nothing_wrong(good: Exports, name: str) -> None:
    case = CASES[name]
    good.now += 60
    good.save(case.file, case.content)
    good.look()
    stem = case.file.partition(".")[0]
    # The new tea has no price yet: that is right, and another matter.
    found = [one for one in good.complaints(stem) if one.key != "TEA-04"]
    said = "\n".join(f"{complaint.message} {complaint.hint}" for complaint in found)
    for word in case.words:
        assert word in said
    assert bool(case.words) == bool(found)
    assert said.replace("\n", "").isprintable() and len(said) < 3000
    if case.words:
        first = next(
            complaint for complaint in found if case.words[0] in complaint.message or case.line == complaint.line
        )
        assert (first.line, first.field) == (case.line, case.field)
        assert first.hint
    assert frozenset(good.dirty()) == case.changes
    assert good.status()[0] in ("failed", "done")


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.words])
def test_a_good_file_mends_it(good: Exports, name: str) -> None:
    case = CASES[name]
    good.now += 60
    good.save(case.file, case.content)
    good.look()
    good.now += 60
    stem = case.file.partition(".")[0]
    good.save(f"{stem}.csv", {"inventory": ITEMS, "prices": PRICES, "customers": CUSTOMERS}[stem])
    good.look()
    assert good.complaints() == []
    assert {key for _, key in good.dirty()} <= {"TEA-04"}  # it is gone again, if it was there
    assert good.status()[0] == "done"


@pytest.mark.parametrize(
    "title", ["=1+1", "+49 30 1234", "@SUM(A1)", "<b>bold</b> & co", "[red]{x}[/red]", "</script>"]
)
def test_formulas_and_markup_are_text(good: Exports, title: str) -> None:
    good.now += 60
    good.save("inventory.csv", ITEMS.replace("Chang", title))
    good.look()
    assert good.complaints() == [] and good.dirty() == [("items", "CHANG-02")]
    assert f'"title":"{title}"'.encode() in good.payload("items", "CHANG-02")


def test_escape_codes_never_reach_the_shop(good: Exports) -> None:
    good.now += 60
    good.save("inventory.csv", ITEMS.replace("Chang", "Ch\x1b[2Jang\x07"))
    good.look()
    assert b'"title":"Ch[2Jang"' in good.payload("items", "CHANG-02")
