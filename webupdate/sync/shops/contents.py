"""Bytes of pictures and documents on their way into a shop that takes a file in one request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

from webupdate.errors import ContentChanged, NeedsPerson
from webupdate.sync.content import sound
from webupdate.sync.shops.base import Content

T = TypeVar("T")

BLOCK = 256 * 1024
ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
}


class _GivenUp(Exception):
    """The person or the engine wants to end: the request is cut off, and the shop keeps nothing of it."""


def sent_whole(
    content: Content,
    stream: BinaryIO,
    progress: Callable[[int], None],
    stopping: Callable[[], bool],
    upload: Callable[[str, str, Iterator[bytes]], T],
) -> T | None:
    """What `upload` gives for the name, type and bytes, which go in one request: what was cut off begins anew.

    None: it was given up. The name is the digest, by which the file is found again. Raises as `_looked_at`.
    """
    progress(0)
    if stopping():
        return None
    media_type = _looked_at(content, stream)
    try:
        return upload(
            f"{content.digest}.{ENDINGS[media_type]}", media_type, _blocks(content, stream, progress, stopping)
        )
    except _GivenUp:
        return None


def _looked_at(content: Content, stream: BinaryIO) -> str:
    """The type of the bytes. Raises ContentChanged when they are others by now, NeedsPerson for no such file."""
    stream.seek(0)
    digest = hashlib.sha256()
    while block := stream.read(BLOCK):
        digest.update(block)
    if stream.tell() != content.size or digest.hexdigest() != content.digest:
        raise ContentChanged(f"{content.name} is not what it was.", "It is read again by itself.")
    found = sound(stream, content.size)
    if found.problem:
        raise NeedsPerson(
            f"The shop takes no such thing: this file {found.problem}.",
            field="content", seen=content.name, expected="a PNG, JPEG, GIF or WebP picture, or a PDF",
        )  # fmt: skip
    return found.media_type


def _blocks(
    content: Content, stream: BinaryIO, progress: Callable[[int], None], stopping: Callable[[], bool]
) -> Iterator[bytes]:
    """The bytes; the last of them only if all of them are what the digest says. Raises _GivenUp, ContentChanged."""
    stream.seek(0)
    digest, told = hashlib.sha256(), 0
    while told < content.size:
        block = stream.read(min(BLOCK, content.size - told))
        digest.update(block)
        told += len(block)
        if not block or (told == content.size and digest.hexdigest() != content.digest):
            raise ContentChanged(f"{content.name} changed while it was sent.", "It is read again by itself.")
        if told < content.size and stopping():
            raise _GivenUp
        yield block
        progress(told)
