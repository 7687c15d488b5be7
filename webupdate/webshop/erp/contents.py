"""Takes the bytes of pictures and PDFs chunk by chunk, by the SHA-256 of the whole.

What is not whole yet lies in a folder that no page shows; what is whole is checked before anybody sees it.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from msgspec import Struct
from PIL import Image

from webupdate.webshop.erp.errors import Invalid, Refused
from webupdate.webshop.erp.models import PDF, Content

MAX_CHUNK = 2_000_000  # bytes
MAX_SIZE = 1_000_000_000
MAX_PIXELS = 80_000_000  # of a picture: it is decoded here, and again for each size that pages show
PICTURE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}

_writing = threading.Lock()  # two chunks of one file may arrive at once, when one was given up too early


class ContentHeld(Struct, frozen=True):
    """How many bytes of a content are here, and whether that is all of it."""

    held: int
    complete: bool


def held(digest: str) -> ContentHeld:
    """What is here of a content."""
    whole = Content.objects.filter(digest=digest).first()
    if whole is not None and whole.path.is_file():
        return ContentHeld(whole.size, complete=True)
    part = _part(digest)
    return ContentHeld(part.stat().st_size if part.exists() else 0, complete=False)


def append(digest: str, offset: int, size: int, read: Callable[[int], bytes]) -> ContentHeld:
    """Add a chunk, which `read` gives, at its place; with the last one the whole is checked and kept."""
    if not 0 < size <= MAX_SIZE:
        message = f"The file has {size} bytes, the shop takes from 1 to {MAX_SIZE}."
        raise Refused("content_too_large", message, field="size", seen=size, expected=f"at most {MAX_SIZE}")
    chunk = read(MAX_CHUNK + 1)
    if len(chunk) > MAX_CHUNK:
        raise Refused("too_large", f"The chunk has more than {MAX_CHUNK} bytes. Send smaller ones.")
    with _writing:
        here = held(digest)
        if here.complete:
            return here
        if offset != here.held:
            message = f"The shop holds {here.held} bytes of this file."
            raise Refused("wrong_offset", message, field="offset", seen=offset, expected=str(here.held))
        if not chunk:  # a client that died in the middle of its request: what is here stays good
            raise Invalid("The chunk is empty.", field="content", seen=0, expected="1 byte or more")
        if offset + len(chunk) > size:
            _part(digest).unlink(missing_ok=True)
            raise _wrong(digest, f"{offset + len(chunk)} bytes", f"{size} bytes")
        with _part(digest).open("ab") as stream:
            stream.write(chunk)
        if offset + len(chunk) < size:
            return ContentHeld(offset + len(chunk), complete=False)
        return _finish(digest, size)


def _part(digest: str) -> Path:
    folder: Path = settings.SHOP_FOLDER.incoming
    return folder / f"{digest}.part"


def _finish(digest: str, size: int) -> ContentHeld:
    part = _part(digest)
    try:
        with part.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
        if found != digest:
            raise _wrong(digest, found, digest)
        content = Content(digest=digest, size=size, media_type=_media_type(part))
        part.replace(content.path)
    finally:
        part.unlink(missing_ok=True)
    content.save(force_insert=not Content.objects.filter(digest=digest).exists())
    return ContentHeld(size, complete=True)


def _wrong(digest: str, seen: str, expected: str) -> Refused:
    message = f"The bytes sent are not those of {digest[:12]}…: the file changed while it was sent."
    return Refused("wrong_digest", message, field="content", seen=seen, expected=expected)


def _media_type(part: Path) -> str:
    with part.open("rb") as stream:
        if b"%PDF-" in stream.read(1024):
            return PDF
    try:
        with Image.open(part, formats=tuple(PICTURE_TYPES)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _no_file(f"{image.width} x {image.height} pixels")
            image.load()
            return PICTURE_TYPES[str(image.format)]
    except Refused:
        raise
    except Exception as error:  # decoders raise whatever they stumble over in a hostile file
        raise _no_file(type(error).__name__) from error


def _no_file(seen: str) -> Invalid:
    kinds = ", ".join((*PICTURE_TYPES, "PDF"))
    expected = f"a sound file of the kinds {kinds}, a picture with at most {MAX_PIXELS // 1_000_000} megapixels"
    return Invalid("The shop can't show this file.", field="content", seen=seen, expected=expected)
