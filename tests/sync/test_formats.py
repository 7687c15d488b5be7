"""Workbooks and JSON lines: the same records as from text, and clear words where a cell has lost its value."""

from __future__ import annotations

import csv
import datetime
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.sync.exports import NORTHWIND, Got, northwind, read
from tests.sync.folders import Exports
from tests.sync.workbooks import by_hand, json_lines, saved, sheet_rows, workbook
from webupdate.sync.entities import FILES
from webupdate.sync.reader import CELL_LIMIT, ExportError, NotEnded
from webupdate.sync.sheets import plain

HEAD = ["ID", "NOTE", "SHOWN", "PRICE", "COUNT", "MADE"]


def sheet(folder: Path, *rows: list[object], **more: object) -> Got:
    return read(folder, workbook([HEAD, *rows], more=more), suffix=".xlsx")


def lines(folder: Path, *texts: str) -> Got:
    return read(folder, "".join(f"{text}\n" for text in texts).encode(), suffix=".jsonl")


def original(name: str) -> list[list[str]]:
    with (NORTHWIND / f"{name}.csv").open(encoding="cp1252", newline="") as stream:
        return list(csv.reader(stream))


def typed(cell: str) -> object:
    """What Excel makes of a cell when it opens a CSV file; not of ids with leading zeros, which it spoils."""
    if cell.startswith("0") and cell != "0" and not cell.startswith("0."):
        return cell
    try:
        return float(cell)
    except ValueError:
        return cell


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("suffix", [".xlsx", ".jsonl"])
def test_northwind_is_the_same_in_every_format(tmp_path: Path, name: str, suffix: str) -> None:
    head, *rows = original(name)
    if suffix == ".xlsx":
        content = workbook([head, *rows])
    else:
        content = json_lines([dict(zip(head, row, strict=True)) for row in rows])
    got = read(tmp_path, content, FILES[name], suffix)
    expected = northwind(name)
    assert [row.key for row in got.rows] == expected.keys
    for mine, theirs in zip(got.rows, expected.rows, strict=True):
        assert {name: value.replace("\r\n", "\n") for name, value in mine.values.items()} == {
            name: value.replace("\r\n", "\n") for name, value in theirs.values.items()
        }
    assert got.reading.skipped == expected.reading.skipped


def test_prices_that_excel_made_numbers_have_the_same_value(tmp_path: Path) -> None:
    head, *rows = original("prices")
    got = read(tmp_path, workbook([head, *([typed(cell) for cell in row] for row in rows)]), FILES["prices"], ".xlsx")
    mine = {row.key: Decimal(row.values["PRICE"]) for row in got.rows}
    assert mine == {row.key: Decimal(row.values["PRICE"]) for row in northwind("prices").rows}


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("NOTE", 5901234123457, "5901234123457"),
        ("NOTE", 39400000000001.0, "39400000000001"),
        ("NOTE", "007", "007"),
        ("NOTE", 0.1 + 0.2, "0.3"),
        ("NOTE", 1e-7, "0.0000001"),
        ("NOTE", True, "T"),
        ("NOTE", "3.94E+13", "3.94E+13"),
        ("SHOWN", True, "T"),
        ("SHOWN", False, "F"),
        ("SHOWN", 1, "T"),
        ("PRICE", 18, "18"),
        ("PRICE", 18.5, "18.5"),
        ("PRICE", None, ""),
        ("COUNT", 7.0, "7"),
        ("MADE", datetime.date(2026, 1, 2), "2026-01-02"),
        ("MADE", datetime.datetime(2026, 1, 2, 3, 4), "2026-01-02"),
        ("MADE", "01/02/2026", "2026-01-02"),
        ("MADE", 20260102, "2026-01-02"),
    ],
)
def test_cells_become_what_ebms_would_write(tmp_path: Path, column: str, cell: object, value: str) -> None:
    row: list[object] = ["A", "x", None, None, None, None]
    row[HEAD.index(column)] = cell
    got = sheet(tmp_path, row)
    assert got.bad == []
    assert got.rows[0].values[column] == value


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("ID", 1234567890123456, "ID holds the number 1234567890123456, of which Excel keeps 15 digits only."),
        ("ID", datetime.date(2026, 1, 2), "ID holds the date or time 2026-01-02."),
        ("NOTE", datetime.time(1, 2), "NOTE holds the date or time 01:02:00."),
        ("PRICE", datetime.timedelta(hours=30), "PRICE holds the date or time 1 day, 6:00:00."),
        ("PRICE", "=1/0", "PRICE holds a formula that was never calculated."),
        ("ID", "3.94E+13", 'ID is "3.94E+13", expected an id'),
        ("PRICE", "1,5", 'PRICE is "1,5", expected a number'),
        ("COUNT", 2.5, 'COUNT is "2.5", expected a whole number'),
    ],
)
def test_a_cell_that_lost_its_value_stops_its_row(tmp_path: Path, column: str, cell: object, words: str) -> None:
    row: list[object] = ["A", "x", None, None, None, None]
    row[HEAD.index(column)] = cell
    got = sheet(tmp_path, row, ["B", "y"])
    (bad,) = got.bad
    assert words in bad.message and "things.xlsx, row 2" in bad.message
    assert bad.hint and bad.column == column
    assert bad.key == (None if column == "ID" else "A")  # a damaged id names no record
    assert got.keys == ["B"]


def test_an_error_of_a_formula_is_no_empty_cell(tmp_path: Path) -> None:
    row = '<row r="3"><c r="A3" t="inlineStr"><is><t>A</t></is></c><c r="B3" t="e"><f>X()</f><v>#N/A</v></c></row>'
    got = read(tmp_path, by_hand(sheet_rows(["ID", "NOTE"]) + row), suffix=".xlsx")
    assert [bad.message for bad in got.bad] == ["things.xlsx, row 3, A: NOTE holds the error #N/A of a formula."]


def test_a_formula_that_gives_an_empty_text_is_empty(tmp_path: Path) -> None:
    row = '<row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c><c r="B2" t="str"><f>""</f><v></v></c></row>'
    got = read(tmp_path, by_hand(sheet_rows(["ID", "NOTE"]) + row), suffix=".xlsx")
    assert [(row.key, row.values["NOTE"]) for row in got.rows] == [("A", "")]


def test_what_is_wrong_in_an_ignored_column_does_not_matter(tmp_path: Path) -> None:
    when = datetime.date(2026, 1, 2)
    got = read(tmp_path, workbook([["ID", "NOTE", "WHEN"], ["A", "x", when], ["B", "y", 10**17]]), suffix=".xlsx")
    assert (got.keys, got.bad) == (["A", "B"], [])
    assert lines(tmp_path, '{"ID":"A","NOTE":"x","TAGS":["a"]}').keys == ["A"]


def test_rows_are_numbered_as_in_the_sheet(tmp_path: Path) -> None:
    """Also where the table stands further down and to the right."""
    cells: dict[str, object] = {"C3": "ID", "D3": "NOTE", "C5": "A", "D5": "x", "C9": "B", "D9": "=1/0", "F9": None}
    got = read(tmp_path, workbook([], more=cells), suffix=".xlsx")
    assert [(row.line, row.key) for row in got.rows] == [(5, "A")]
    assert [(bad.line, bad.key, bad.column) for bad in got.bad] == [(9, "B", "NOTE")]


def test_a_cell_beyond_the_header_is_told(tmp_path: Path) -> None:
    got = read(tmp_path, workbook([["ID", "NOTE"], ["A", "x", "stray"], ["B", "y"]]), suffix=".xlsx")
    assert [bad.message for bad in got.bad] == [
        'things.xlsx, row 2: 3 columns, expected 2 as in the header. The row begins "A | x | stray".'
    ]
    assert got.keys == ["B"]


def test_the_sheet_called_like_the_file_is_read_else_the_first(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title, key in (("Cover", "C"), (" Things", "T")):
        page = book.create_sheet(title)
        page.append(["ID", "NOTE"])
        page.append([key, "x"])
    del book["Sheet"]
    assert read(tmp_path, saved(book), suffix=".xlsx").keys == ["T"]
    book.remove(book[" Things"])
    assert read(tmp_path, saved(book), suffix=".xlsx").keys == ["C"]


def test_a_workbook_beyond_the_limit_is_not_read(folder: Exports) -> None:
    folder.set(largest_workbook="1")
    with zipfile.ZipFile(folder.folder / "prices.xlsx", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/media/photo.jpg", b"x" * 1_100_000)
    folder.look()
    (complaint,) = folder.complaints("prices")
    assert "expected at most 1,048,576" in complaint.message and "Largest workbook" in complaint.hint


def test_a_sheet_that_spans_the_world_is_refused_before_it_takes_the_memory(tmp_path: Path) -> None:
    stray = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    content = by_hand(sheet_rows(["ID", "NOTE"], ["A", "x"]) + stray)
    with pytest.raises(ExportError, match="spans 1,048,576 rows and 16,384 columns"):
        read(tmp_path, content, suffix=".xlsx")
    blank = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'  # formatted, but empty: no part of the table
    assert read(tmp_path, by_hand(sheet_rows(["ID", "NOTE"], ["A", "x"]) + blank), suffix=".xlsx").keys == ["A"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"ID":"A","NOTE":"x","PRICE":18.50}', "18.50"),
        ('{"ID":"A","NOTE":"x","PRICE":"18.50"}', "18.50"),
        ('{"ID":"A","NOTE":"x","PRICE":null}', ""),
        ('{"ID":"A","PRICE":1e3,"NOTE":""}', "1000"),
    ],
)
def test_json_numbers_keep_their_digits(tmp_path: Path, text: str, value: str) -> None:
    assert lines(tmp_path, text).rows[0].values["PRICE"] == value


_IDS = (
    '{"id":39400001,"NOTE":"é 中"}',
    "",
    '{"SHOWN":true,"NOTE":"y","id":"B"}',
    '{"id":39400000000001234,"NOTE":"z"}',
)


def test_json_ids_are_text_or_numbers_and_keys_may_be_missing(tmp_path: Path) -> None:
    got = lines(tmp_path, *_IDS)
    assert [(row.line, row.key, row.values["SHOWN"]) for row in got.rows] == [(1, "39400001", "F"), (3, "B", "T")]
    assert (got.rows[0].values["NOTE"], got.bad[0].line) == ("é 中", 4)
    assert "17 characters, expected at most 8" in got.bad[0].message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_json_line_ends(tmp_path: Path, end: str) -> None:
    content = end.join(['{"ID":"A","NOTE":"x"}', "", '{"ID":"B","NOTE":"y"}'])
    got = read(tmp_path, content.encode("utf-8-sig"), suffix=".jsonl")
    assert [(row.line, row.key) for row in got.rows] == [(1, "A"), (3, "B")]  # the last brace ends the last line


def test_a_huge_cell_is_told_in_every_format(tmp_path: Path) -> None:
    huge = "x" * (CELL_LIMIT + 1)
    for got in (
        read(tmp_path, by_hand(sheet_rows(["ID", "NOTE"], ["A", huge], ["B", "y"])), suffix=".xlsx"),
        lines(tmp_path, f'{{"ID":"A","NOTE":"{huge}"}}', '{"ID":"B","NOTE":"y"}'),
    ):
        assert "NOTE holds 1,048,577 characters" in got.bad[0].message
        assert got.keys == ["B"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('ID,NOTE\r\nA,x\r\nB,"y\r\nC,z\r\n', "a quote that is never closed"),
        ("ID,NOTE\r\nA,x\r\nB", "1 columns, expected 2"),
    ],
)
def test_a_cut_file_that_was_accepted_is_read_to_its_end(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(NotEnded):
        read(tmp_path, content)
    got = read(tmp_path, content, accept_cut=True)
    assert words in got.bad[0].message and got.bad[0].key is None
    assert got.keys[0] == "A"


def test_a_last_line_without_an_end_counts_if_it_is_whole(tmp_path: Path) -> None:
    assert read(tmp_path, "ID,NOTE\nA,x\nB,y", accept_cut=True).keys == ["A", "B"]
    assert read(tmp_path, "ID,NOTE\nA,x\nB,y\nC,z\n", accept_cut=True).keys == ["A", "B", "C"]


def test_a_cut_json_line_that_was_accepted_is_a_bad_row(tmp_path: Path) -> None:
    cut = b'{"ID":"A","NOTE":"x"}\n{"ID":"B","NO'
    with pytest.raises(NotEnded, match="in the middle of a line"):
        read(tmp_path, cut, suffix=".jsonl")
    got = read(tmp_path, cut, suffix=".jsonl", accept_cut=True)
    assert got.keys == ["A"] and "things.jsonl, row 2: no record: no JSON" in got.bad[0].message


def test_a_cut_workbook_holds_nothing(tmp_path: Path) -> None:
    whole = workbook([["ID", "NOTE"], ["A", "x"]])
    for size in (0, 4, 100, len(whole) - 1):
        with pytest.raises(NotEnded):
            read(tmp_path, whole[:size], suffix=".xlsx", accept_cut=True)


def test_the_newest_of_several_formats_counts(folder: Exports) -> None:
    folder.save("prices.csv", "ID,LEVEL,PRICE\nA,Retail,1.00\n")
    folder.save("prices.jsonl", json_lines([{"ID": "A", "LEVEL": "Retail", "PRICE": 3}]), mtime=folder.now - 60)
    folder.save("Prices.XLSX", workbook([["ID", "LEVEL", "PRICE"], ["A", "Retail", 2]]), mtime=folder.now + 1)
    folder.look(5)
    assert b'"price":"2"' in folder.payload("prices", "A\tRetail\t")
    folder.save("prices.jsonl", json_lines([{"ID": "A", "LEVEL": "Retail", "PRICE": 3}]))
    folder.look(5)
    assert b'"price":"3"' in folder.payload("prices", "A\tRetail\t")


def test_plain_numbers() -> None:
    assert [plain(value) for value in (1e14, -0.5, 123456.789, 1e300 * 0 + 2)] == [
        "100000000000000", "-0.5", "123456.789", "2",
    ]  # fmt: skip
