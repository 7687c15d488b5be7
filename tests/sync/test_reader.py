"""Reading exports: what is good comes through unchanged, what is bad stops itself alone."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from tests.sync.exports import THINGS, Got, northwind, read
from webupdate.errors import NeedsPerson
from webupdate.sync import reader as reader_module
from webupdate.sync.entities import FILES
from webupdate.sync.lines import RECORD_LIMIT
from webupdate.sync.reader import (
    CELL_LIMIT,
    BadEncoding,
    DuplicateColumn,
    ExportError,
    MissingColumn,
    NotEnded,
    TooLong,
)

HEAD = "ID,NOTE,SHOWN,PRICE,COUNT,MADE\r\n"


@pytest.mark.parametrize(
    ("name", "rows", "skipped"),
    [
        ("categories", 9, 0),
        ("inventory", 77, 1),
        ("prices", 154, 0),
        ("customers", 92, 0),
        ("shipping", 4, 0),
        ("payments", 4, 0),
    ],
)
def test_northwind(name: str, rows: int, skipped: int) -> None:
    got = northwind(name)
    assert (len(got.rows), got.bad, got.reading.skipped) == (rows, [], skipped)
    assert got.reading.unknown == ()


def test_northwind_values() -> None:
    inventory = northwind("inventory")
    frankfurter = inventory.rows[-1]
    assert frankfurter.key == "ORIGINAL-FRANKFURTER-77"
    assert frankfurter.values["TREE_ID"] == "12"
    assert frankfurter.values["DESCR_1"] == "Original Frankfurter grüne Soße"
    assert frankfurter.values["WEB_DESCR3"].endswith("12 boxes.\r\nSupplied by Plutzer Lebensmittelgroßmärkte AG.")
    # The second item's row starts after two physical lines of the first.
    assert [row.line for row in inventory.rows[:3]] == [3, 5, 7]


def test_a_compound_key_has_its_parts(tmp_path: Path) -> None:
    prices = FILES["prices"]
    assert read(tmp_path, "ID,LEVEL,UNIT,PRICE\nA, Retail ,EA,1.00\n", prices).keys == ["A\tRetail\tEA"]
    assert read(tmp_path, "ID,LEVEL,PRICE\nA,Retail,1.00\n", prices).keys == ["A\tRetail\t"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    got = read(tmp_path, f'ID,NOTE{end}A,"x{end}y"{end}B,z{end}')
    assert [(row.line, row.key, row.values["NOTE"]) for row in got.rows] == [
        (2, "A", f"x{end}y"),
        (4, "B", "z"),
    ]


def test_mixed_line_ends_and_blank_lines(tmp_path: Path) -> None:
    assert read(tmp_path, "ID,NOTE\rA,1\r\n\r\nB,2\n\nC,3\r\n\n").keys == ["A", "B", "C"]


def test_a_crlf_across_two_blocks_is_one_line_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for block in range(1, 12):
        monkeypatch.setattr("webupdate.sync.lines._BLOCK", block)
        got = read(tmp_path, 'ID,NOTE\r\nA,"1\r\n2"\r\nB,2\r\n')
        assert [(row.line, row.key) for row in got.rows] == [(2, "A"), (4, "B")]


def test_header_names_are_trimmed_and_upper_cased(tmp_path: Path) -> None:
    got = read(tmp_path, " id ,Note,colour\nA,x,red\n")
    assert got.reading.columns == ("ID", "NOTE")
    assert got.reading.unknown == ("COLOUR",)
    assert got.rows[0].values == {"ID": "A", "NOTE": "x"}


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        *(("SHOWN", raw, "T") for raw in ("T", "t", "Y", "yes", "true", "1")),
        *(("SHOWN", raw, "F") for raw in ("F", "n", "No", "False", "0", "", "?")),
        ("PRICE", "18.00", "18.00"),
        ("PRICE", " 007.5 ", "7.5"),
        ("PRICE", ".5", "0.5"),
        ("PRICE", "5.", "5"),
        ("PRICE", "+5", "5"),
        ("PRICE", "-0.00", "0.00"),
        ("PRICE", "-12.50", "-12.50"),
        ("PRICE", "1.2E+3", "1200"),
        ("PRICE", "", ""),
        ("COUNT", "+07", "7"),
        ("COUNT", "", ""),
        ("MADE", "01/15/2020", "2020-01-15"),
        ("MADE", "20241127", "2024-11-27"),
        ("MADE", "/  /", ""),
    ],
)
def test_values_have_one_form(tmp_path: Path, column: str, raw: str, value: str) -> None:
    assert read(tmp_path, f"ID,NOTE,{column}\nA,x,{raw}\n").rows[0].values[column] == value


@pytest.mark.parametrize(
    ("column", "raw"),
    [
        ("SHOWN", "maybe"),
        *(("PRICE", raw) for raw in ("1.234.50", '"1,234.50"', "NaN", "Infinity", "1e400", "0E999", "$5", "½")),
        *(("PRICE", raw) for raw in ("1000000000000", "0.00000000001", "1_000")),
        *(("COUNT", raw) for raw in ("2.5", "many", "99999999999")),
        *(("MADE", raw) for raw in ("13/01/2020", "2020-01-15", "00000000", "02/30/2020")),
    ],
)
def test_a_bad_cell_stops_its_row_alone(tmp_path: Path, column: str, raw: str) -> None:
    got = read(tmp_path, f"ID,NOTE,{column}\nA,x,{raw}\nB,y,\n")
    assert got.keys == ["B"]
    (bad,) = got.bad
    assert (bad.line, bad.key, bad.column) == (2, "A", column)
    assert "things.csv, row 2, A" in bad.message and "expected" in bad.message and bad.hint


@pytest.mark.parametrize(
    ("row", "key", "column", "words"),
    [
        ("A,x,1,2", None, "", "4 columns, expected 2"),
        ("A", None, "", "1 columns, expected 2"),
        (",x", None, "ID", "ID is empty"),
        ("ABCDEFGHI,x", None, "ID", "9 characters, expected at most 8"),
        ("A\x1b[2J,x", None, "ID", r'"A\x1b[2J"'),
        ('"A\tB",x', None, "ID", "control characters"),
        ("A,\x9d", "A", "NOTE", "byte 9D in line 2"),
        ("A\x81,x", None, "ID", "byte 81 in line 2"),
        ('A,"say "hi" now"', None, "", "broken quoting"),
        (f"A,{'x' * (CELL_LIMIT + 1)}", "A", "NOTE", "1,048,577 characters"),
    ],
)
def test_a_bad_row_says_why(tmp_path: Path, row: str, key: str | None, column: str, words: str) -> None:
    got = read(tmp_path, f"ID,NOTE\n{row}\nB,y\n".encode("latin-1"))
    assert got.keys == ["B"]
    (bad,) = got.bad
    assert (bad.line, bad.key, bad.column) == (2, key, column)
    assert words in bad.message
    assert len(bad.message) < 400 and bad.message.isprintable()


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_an_undecodable_byte_is_found_in_its_line(tmp_path: Path, byte: int) -> None:
    got = read(tmp_path, b'ID,NOTE,COLOUR\nA,"x\ny' + bytes([byte]) + b'",red\nB,y,\n')
    assert got.keys == ["B"]
    assert got.bad[0].key == "A"
    assert f"row 2, A: NOTE holds the byte {byte:02X} in line 3" in got.bad[0].message


def test_the_defined_windows_characters_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, "ID,NOTE\nA,€ “Šimunek”\n").rows[0].values["NOTE"] == "€ “Šimunek”"


def test_default_rows_are_skipped_and_counted(tmp_path: Path) -> None:
    got = read(tmp_path, "ID,NOTE,PRICE\n($)   24,x,wrong\nA,y,\n")
    assert (got.keys, got.bad, got.reading.skipped, got.reading.count) == (["A"], [], 1, 1)


def test_a_tab_file_takes_quotes_only_where_they_are_meant(tmp_path: Path) -> None:
    text = 'ID\tNOTE\nA\t24" pipe\nB\t"a\tb\nc"\nC\t"Best" pipe\nD\t"24"" pipe"\nE\t"open\nF\tz "q"\nG\t"end"\n'
    got = read(tmp_path, text, suffix=".txt")
    assert got.bad == []
    assert {row.key: row.values["NOTE"] for row in got.rows} == {
        "A": '24" pipe',
        "B": "a\tb\nc",
        "C": '"Best" pipe',
        "D": '24" pipe',
        "E": '"open',
        "F": 'z "q"',
        "G": "end",
    }


def test_a_stray_quote_costs_one_record(tmp_path: Path) -> None:
    got = read(tmp_path, 'ID,NOTE\nA,"open\nB,"two"\nC,3\n')
    assert got.keys == ["B", "C"]
    assert [bad.line for bad in got.bad] == [2]


def test_the_lines_of_a_damaged_record_are_reported_once(tmp_path: Path) -> None:
    got = read(tmp_path, 'ID,NOTE,COUNT\nA,"one\nsaid "hi"\nthree",1\nB,y,2\n')
    assert got.keys == ["B"]
    assert [bad.line for bad in got.bad] == [2]
    at_the_end = read(tmp_path, 'ID,NOTE,COUNT\nB,y,2\nA,"one\nsaid "hi"\nthree",1\n')
    assert at_the_end.keys == ["B"]


def test_an_open_quote_does_not_swallow_a_big_file(tmp_path: Path) -> None:
    line = "B,nothing is quoted in here at all\n"
    many = RECORD_LIMIT // len(line) + 10
    got = read(tmp_path, 'ID,NOTE\nA,"open\n' + line * many)
    assert len(got.rows) == many
    assert "4 MiB" in got.bad[0].message


@pytest.mark.parametrize(
    ("content", "words", "line", "records"),
    [
        ("", "is empty", 0, 0),
        ("\n\n", "blank lines only", 2, 0),
        ("ID,NO", "in the middle of a line", 1, 0),
        ("ID,NOTE\nA,x", "in the middle of a line", 2, 0),
        ("ID,NOTE\nA,x\nB,y\nC,", "in the middle of a line", 4, 2),
        ("ID,NOTE\nA,x\nB\n", "fewer columns", 3, 1),
        ('ID,NOTE\nA,x\nB,"y\nz\n', "begins in row 3", 4, 1),
    ],
)
def test_a_file_that_is_cut_off(tmp_path: Path, content: str, words: str, line: int, records: int) -> None:
    with pytest.raises(NotEnded, match=words) as caught:
        read(tmp_path, content)
    error = caught.value
    assert (error.file, error.size, error.line, error.records) == ("things.csv", len(content), line, records)
    assert isinstance(error, NeedsPerson) and error.hint


def test_a_header_alone_is_an_export_without_rows(tmp_path: Path) -> None:
    got = read(tmp_path, "ID,NOTE\r\n")
    assert (got.rows, got.bad, got.reading.count) == ([], [], 0)


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"\xef\xbb\xbfID,NOTE\nA,x\n", BadEncoding, "things.csv, row 1, column 1: the file is UTF-8"),
        ("ID,NOTE\nA,x\n".encode("utf-16"), BadEncoding, "UTF-16"),
        ("ID,NOTE\nA,x\n".encode("utf-16-le"), BadEncoding, "UTF-16"),
        ("ID,NOTE\nA,grüne Soße für Käse\n".encode(), BadEncoding, 'UTF-8 .it holds "ü"'),
        (b"ID,NOTE,A\x81\nA,x,\n", BadEncoding, "column 3"),
        (b"ID,NOTE,id\nA,x,\n", DuplicateColumn, "ID more than once"),
        (b"ID,SHOWN\nA,T\n", MissingColumn, 'column NOTE is missing; the header holds "ID, SHOWN"'),
        (b"ID;NOTE\nA;T\n", MissingColumn, "separated otherwise"),
        (b"ID,NOTE\n" + b"x" * (RECORD_LIMIT + 1024 * 1024), TooLong, "4 MiB"),
    ],
)
def test_what_stops_the_whole_file(tmp_path: Path, content: bytes, kind: type[ExportError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        read(tmp_path, content)
    assert caught.value.record == "things.csv" and caught.value.hint


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "things.csv"
    path.write_text("ID,NOTE\n" + "".join(f"K{n},{'x' * 200}\n" for n in range(20_000)), "cp1252")
    tracemalloc.start()
    with reader_module.open_export(path, THINGS, "csv", path.name) as reading:
        assert sum(1 for _ in reading) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 4_000_000 > peak


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Got(tmp_path / "things.csv", THINGS)
