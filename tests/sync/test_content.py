"""What is taken for a picture or PDF: real files of each kind, and what is broken, huge or something else."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from webupdate.errors import ContentChanged
from webupdate.sync.content import Examined, Limits, examine
from webupdate.sync.filenames import figures_of

LIMITS = Limits(picture=1_000_000, pixels=1_000_000, document=1_000_000)
PDF = b"%PDF-1.4\n" + b"x" * 5000 + b"\n%%EOF\n"


def picture(kind: str, *, frames: int = 1) -> bytes:
    stream = io.BytesIO()
    images = [Image.new("RGB", (32, 32), (number, 90, 30)) for number in range(frames)]
    extra = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
    images[0].save(stream, kind, **extra)
    return stream.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is very large."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def examined(folder: Path, data: bytes, entity: str = "images") -> Examined:
    path = folder / "file"
    path.write_bytes(data)
    return examine(entity, path, figures_of(path.stat()), LIMITS)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (picture("GIF", frames=3), "image/gif"),
        (picture("WEBP", frames=3), "image/webp"),
    ],
)
def test_pictures_are_pictures(tmp_path: Path, data: bytes, kind: str) -> None:
    assert examined(tmp_path, data) == Examined(hashlib.sha256(data).hexdigest(), kind)


def test_a_pdf_is_a_pdf(tmp_path: Path) -> None:
    found = examined(tmp_path, PDF, "documents")
    assert (found.media_type, found.problem) == ("application/pdf", "")
    assert examined(tmp_path, b"\xef\xbb\xbf junk before\n" + PDF, "documents").problem == ""


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no picture"),
        (picture("BMP"), "is no picture"),
        (picture("TIFF"), "is no picture"),
        (PDF, "is no picture"),
        (picture("JPEG")[:-80], "is a broken picture"),
        (picture("PNG")[:60], "is a broken picture"),
        (bomb(1500), "has 1500 x 1500 pixels, more than 1 million"),
        (bomb(12_000), "the limit in Properties"),
        (bomb(60_000), "has more than 1 megapixels"),
        (b"\0" * 1_000_001, "has 1.0 MB, more than 1.0 MB, the limit"),
    ],
)
def test_what_is_no_sound_picture_has_a_reason(tmp_path: Path, data: bytes, problem: str) -> None:
    assert problem in examined(tmp_path, data).problem


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (picture("JPEG"), "is no PDF"),
        (b"x" * 1025 + PDF, "is no PDF"),
        (PDF[:-10], "is a cut-off PDF"),
        (b"", "is no PDF"),
    ],
)
def test_what_is_no_whole_pdf_has_a_reason(tmp_path: Path, data: bytes, problem: str) -> None:
    assert problem in examined(tmp_path, data, "documents").problem


def test_a_file_changed_since_it_was_seen_is_not_judged(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(picture("PNG"))
    figures = figures_of(path.stat())
    path.write_bytes(picture("JPEG"))
    with pytest.raises(ContentChanged):
        examine("images", path, figures, LIMITS)
