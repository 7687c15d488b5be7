"""Pictures and PDFs in WordPress's media library: each once, its file named by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import msgspec

from webupdate.errors import ContentChanged, NeedsPerson
from webupdate.sync.content import sound
from webupdate.sync.shops.base import Content
from webupdate.sync.shops.woocommerce.client import MEDIA, Client
from webupdate.sync.text import visible

BLOCK = 256 * 1024
ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
}
_SLUGS_PER_LOOK = 20


class Attachment(msgspec.Struct, frozen=True):
    """A file in the library. `media_type` is image or file."""

    id: int
    slug: str
    source_url: str
    media_type: str


class _Given(Exception):
    """The person or the engine wants to end: the request is cut off, and the store keeps nothing of it."""


class Media:
    """The library, by the contents' digests. The name of a file is its digest: so it is found again by its slug."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, Attachment] = {}

    def check(self) -> None:
        """Log in. Nobody may see a list for editing without that."""
        self._client.rows(MEDIA, {"per_page": 1, "_fields": "id", "context": "edit"}, dict)

    def find(self, digests: Iterable[str]) -> dict[str, Attachment]:
        """What the library has of these contents."""
        missing = [digest for digest in dict.fromkeys(digests) if digest not in self._known]
        for start in range(0, len(missing), _SLUGS_PER_LOOK):
            slugs = ",".join(missing[start : start + _SLUGS_PER_LOOK])
            query = {"slug": slugs, "_fields": "id,slug,source_url,media_type", "per_page": "100"}
            for row in self._client.rows(MEDIA, query, Attachment):
                self._known[row.slug] = row
        return self._known

    def send(
        self, content: Content, stream: BinaryIO, progress: Callable[[int], None], stopping: Callable[[], bool]
    ) -> bool:
        """Make the library hold these bytes; they go in one request, so what was cut off begins anew."""
        if content.digest in self.find([content.digest]):
            return True
        progress(0)
        if stopping():
            return False
        media_type = self._look(content, stream)
        name = f"{content.digest}.{ENDINGS[media_type]}"
        blocks = _blocks(content, stream, progress, stopping)
        try:
            answer = self._client.upload(content.digest, name, media_type, content.size, blocks)
        except _Given:
            return False
        made: Attachment = answer.decode(Attachment)
        if not made.slug.startswith(content.digest[:32]):
            raise NeedsPerson(
                f"The shop keeps {visible(content.name)} under another name than it was given.",
                "A plugin of the shop may rename uploads: switch that off, then press Retry.",
                seen=visible(made.slug),
                expected=content.digest,
            )
        self._known[content.digest] = made
        return True

    def _look(self, content: Content, stream: BinaryIO) -> str:
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
    """The bytes; the last of them only if all of them are what the digest says."""
    stream.seek(0)
    digest, told = hashlib.sha256(), 0
    while told < content.size:
        block = stream.read(min(BLOCK, content.size - told))
        digest.update(block)
        told += len(block)
        if not block or (told == content.size and digest.hexdigest() != content.digest):
            raise ContentChanged(f"{content.name} changed while it was sent.", "It is read again by itself.")
        if told < content.size and stopping():
            raise _Given
        yield block
        progress(told)
