"""Names in IMAGES and DOCUMENTS: none leads out of its folder, and the others find their file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webupdate.sync.filenames import FoundFile, look_below, look_up, refusal_of, split_cell


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../secret.jpg", "leaves the folder"),
        ("a/../../secret.jpg", "leaves the folder"),
        ("..", "leaves the folder"),
        ("/etc/passwd", "absolute path"),
        ("\\Windows\\win.ini", "absolute path"),
        ("\\\\server\\share\\x.jpg", "absolute path"),
        ("C:\\x.jpg", "names a drive"),
        ("c:x.jpg", "names a drive"),
        ("x.jpg:stream", "names a drive"),
        ("CON", "device"),
        ("nul.jpg", "device"),
        ("a/Com1.png", "device"),
        ("LPT³.txt", "device"),
        ("con .jpg", "device"),
        ("x.jpg.", "ends with a dot"),
        ("a /x.jpg", "begins or ends with a blank"),
        ("a//x.jpg", "empty part"),
        ("./x.jpg", "empty part"),
        ("a\x00.jpg", "control characters"),
        ("a\x1b[31m.jpg", "control characters"),
        ("a\u202egpj.exe", "control characters"),
        ("what?.jpg", "holds ?"),
        ("x" * 129, "129 characters, more than 128"),
    ],
)
def test_what_leads_elsewhere_is_refused(name: str, why: str) -> None:
    assert why in refusal_of(name)


@pytest.mark.parametrize("name", ["chai.jpg", "Tee/Süß & fein (1).PNG", "a\\b.pdf", "console.jpg", ".hidden", "a..b"])
def test_plain_names_are_not(name: str) -> None:
    assert refusal_of(name) == ""


@given(st.text(max_size=140))
def test_no_name_that_passes_leaves_its_folder(name: str) -> None:
    if refusal_of(name) == "":
        path = os.path.normpath(f"/base/folder/{name}".replace("\\", "/"))
        assert path.startswith("/base/folder/")


def test_a_cell_names_each_file_once_in_its_order() -> None:
    assert split_cell(" b.jpg; a\\c.jpg ;;B.JPG;a/c.jpg") == ["b.jpg", "a/c.jpg"]
    assert split_cell("") == []


def test_files_are_found_whatever_the_case(tmp_path: Path) -> None:
    (tmp_path / "Tee").mkdir()
    (tmp_path / "Tee" / "CHAI.Jpg").write_bytes(b"x")
    tree = look_below(tmp_path)
    assert list(tree.files) == ["tee/chai.jpg"]
    assert look_up(tmp_path, "TEE/chai.JPG").name == "CHAI.Jpg"


@pytest.mark.skipif(os.name == "nt", reason="making links needs a right there")
def test_links_out_of_the_folder_are_seen_as_such(tmp_path: Path) -> None:
    folder, outside = tmp_path / "images", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "x.jpg").write_bytes(b"x")
    (folder / "real.jpg").write_bytes(b"x")
    (folder / "inside.jpg").symlink_to(folder / "real.jpg")
    (folder / "out.jpg").symlink_to(outside / "x.jpg")
    (folder / "dir").symlink_to(outside)
    (folder / "dangling").symlink_to(folder / "nothing")
    tree = look_below(folder)
    assert set(tree.files) == {"real.jpg", "inside.jpg"}
    assert [tree.linked(name) for name in ("OUT.jpg", "dir/x.jpg", "dangling", "inside.jpg")] == [True] * 3 + [False]


def test_a_folder_that_is_not_there_is_trouble_and_nothing_is_gone(tmp_path: Path) -> None:
    tree = look_below(tmp_path / "images")
    assert tree.trouble is not None
    assert "can't be read" in tree.trouble.message


def test_the_mark_changes_with_any_file(tmp_path: Path) -> None:
    before = look_below(tmp_path).mark
    (tmp_path / "x").write_bytes(b"1")
    one = look_below(tmp_path)
    assert one.mark != before
    assert one.mark == look_below(tmp_path).mark
    # Put in its place with its size and time: another inode.
    (tmp_path / "y").write_bytes(b"2")
    os.utime(tmp_path / "y", ns=(one.files["x"].figures.mtime_ns,) * 2)
    (tmp_path / "y").replace(tmp_path / "x")
    two = look_below(tmp_path)
    assert isinstance(two.files["x"], FoundFile)
    assert two.mark != one.mark
