"""Properties of the reader: any table comes back, any cut is noticed, no bytes make it crash."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.sync.exports import Got, read
from tests.sync.workbooks import by_hand, json_lines, sheet_rows, workbook
from webupdate.errors import WebUpdateError
from webupdate.sync.reader import NotEnded

CP1252 = bytes(byte for byte in range(1, 256) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)).decode("cp1252")
KEYS = st.text(st.sampled_from([c for c in CP1252 if c.isprintable() and c not in " ($"]), min_size=1, max_size=8)
NOTES = st.text(st.one_of(st.sampled_from('",\t\r\n A'), st.sampled_from(CP1252)), max_size=30)
TABLES = st.lists(st.tuples(KEYS, NOTES), max_size=8)
ENDS = st.sampled_from(["\r\n", "\n", "\r"])


def _written(table: list[tuple[str, str]], delimiter: str, end: str) -> bytes:
    text = io.StringIO(newline="")
    # Python's writer takes only the characters of its own line end for ones that need quotes.
    if end == "\r\n":
        writer = csv.writer(text, delimiter=delimiter)
    else:
        writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("ID", "NOTE"), *table])
    content = text.getvalue().encode("cp1252")
    # What is UTF-8 to the last byte is refused as such; a table of "Â©" and the like is none of a firm's.
    assume(content.isascii() or not _is_utf8(content))
    return content


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read(content: bytes, suffix: str) -> Got:
    with tempfile.TemporaryDirectory() as folder:
        return read(Path(folder), content, suffix=suffix)


def _pairs(got: Got) -> list[tuple[str, str]]:
    return [(row.key, row.values["NOTE"]) for row in got.rows]


@settings(max_examples=120, deadline=None)
@given(TABLES, ENDS, st.sampled_from([(",", ".csv"), ("\t", ".txt")]))
def test_any_table_is_read_back(table: list[tuple[str, str]], end: str, form: tuple[str, str]) -> None:
    delimiter, suffix = form
    got = _read(_written(table, delimiter, end), suffix)
    assert got.bad == []
    assert _pairs(got) == [(key, note.strip()) for key, note in table]


@settings(max_examples=200, deadline=None)
@given(TABLES, ENDS, st.data())
def test_a_cut_file_is_noticed_or_cut_between_records(
    table: list[tuple[str, str]], end: str, data: st.DataObject
) -> None:
    content = _written(table, ",", end)
    cut = content[: data.draw(st.integers(0, len(content)))]
    assume(cut.isascii() or not _is_utf8(cut))
    try:
        got = _read(cut, ".csv")
    except NotEnded:
        return
    whole = [(key, note.strip()) for key, note in table]
    assert got.bad == []
    assert _pairs(got) == whole[: len(got.rows)]


HOSTILE = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from([b'"', b",", b"\t", b"\r", b"\n", b"\0", b"A", b"\x81", b'""', b"\xff\xfe"])).map(
        b"".join
    ),
)


@settings(max_examples=250, deadline=None)
@given(HOSTILE, st.booleans(), st.sampled_from([".csv", ".txt"]))
def test_no_bytes_crash_it(content: bytes, headed: bool, suffix: str) -> None:
    header = b"ID\tNOTE\n" if suffix == ".txt" else b"ID,NOTE\n"
    try:
        got = _read(header + content if headed else content, suffix)
    except WebUpdateError as error:
        assert error.message.isprintable()
    else:
        assert all(bad.message.isprintable() and bad.hint for bad in got.bad)


PLAIN = st.text(
    st.one_of(
        st.sampled_from("\n A中é\U0001f4a1"), st.characters(codec="utf-8", min_codepoint=32, max_codepoint=0xFFFD)
    ),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KEYS, PLAIN), max_size=8), st.sampled_from([".xlsx", ".jsonl"]))
def test_any_table_is_read_back_from_sheets_and_json(table: list[tuple[str, str]], suffix: str) -> None:
    if suffix == ".xlsx":
        content = by_hand(sheet_rows(("ID", "NOTE"), *((escape(key), escape(note)) for key, note in table)))
    else:
        content = json_lines([{"ID": key, "NOTE": note} for key, note in table])
        assume(table)  # without an object there are no names
    got = _read(content, suffix)
    assert got.bad == []
    assert _pairs(got) == [(key, note.strip()) for key, note in table]


NUMBERS = st.one_of(
    st.integers(-(10**12) + 1, 10**12 - 1), st.decimals(-(10**6), 10**6, places=4), st.decimals(0, 10**9, places=2)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(NUMBERS, max_size=8), st.sampled_from([".xlsx", ".jsonl"]))
def test_numbers_keep_their_value(numbers: list[int | Decimal], suffix: str) -> None:
    if suffix == ".xlsx":
        content = workbook([("ID", "NOTE", "PRICE"), *((f"K{n}", "x", float(v)) for n, v in enumerate(numbers))])
    else:
        rows = [f'{{"ID":"K{n}","NOTE":"x","PRICE":{v}}}\n' for n, v in enumerate(numbers)]
        content = "".join(rows).encode()
        assume(rows)
    got = _read(content, suffix)
    assert got.bad == []
    assert [Decimal(row.values["PRICE"]) for row in got.rows] == numbers


GOOD_BOOK = workbook([("ID", "NOTE"), ("A", "x"), ("B", "y")])


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_damage_of_a_workbook_or_of_json_crashes_it(data: st.DataObject) -> None:
    suffix = data.draw(st.sampled_from([".xlsx", ".jsonl"]))
    if suffix == ".xlsx":
        content = bytearray(GOOD_BOOK)
        for _ in range(data.draw(st.integers(1, 20))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    else:
        parts = st.sampled_from(
            [b'{"ID":"A",', b'"NOTE":', b'"x"}', b"\n", b"[", b"}", b"\xff", b"\\ud800", b"1e9999", b"\0"]
        )
        content = bytearray(b"".join(data.draw(st.lists(parts, max_size=12))))
    try:
        got = _read(bytes(content), suffix)
    except WebUpdateError as error:
        assert error.message.isprintable()
    else:
        assert all(bad.message.isprintable() and bad.hint for bad in got.bad)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "_rels/.rels"]), st.data())
def test_no_damage_inside_of_a_workbook_crashes_it(part: str, data: st.DataObject) -> None:
    """The parts are packed anew after the damage, so that no checksum tells of it."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD_BOOK)) as good, zipfile.ZipFile(content, "w") as bad:
        for name in good.namelist():
            text = bytearray(good.read(name))
            for _ in range(data.draw(st.integers(1, 6)) if name == part else 0):
                place = data.draw(st.integers(0, len(text) - 1))
                text[place : place + data.draw(st.integers(0, 3))] = data.draw(
                    st.sampled_from([b"", b"9", b'"', b"<", b"Z"])
                )
            bad.writestr(name, bytes(text))
    try:
        got = _read(content.getvalue(), ".xlsx")
    except WebUpdateError as error:
        assert error.message.isprintable()
    else:
        assert all(row.message.isprintable() and row.hint for row in got.bad)
