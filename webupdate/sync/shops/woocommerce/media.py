"""Pictures and PDFs in WordPress's media library: each once, its file named by its content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import msgspec

from webupdate.errors import NeedsPerson
from webupdate.sync.shops.base import Content
from webupdate.sync.shops.contents import sent_whole
from webupdate.sync.shops.http import Answer
from webupdate.sync.shops.woocommerce.client import MEDIA, Client
from webupdate.sync.text import visible

_SLUGS_PER_LOOK = 20


class Attachment(msgspec.Struct, frozen=True):
    """A file in the library. `media_type` is image or file."""

    id: int
    slug: str
    source_url: str
    media_type: str


class Media:
    """The library, by the contents' digests. The name of a file is its digest: so it is found again by its slug."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, Attachment] = {}

    def check(self) -> None:
        """Log in. Nobody may see a list for editing without that."""
        self._client.rows(MEDIA, {"per_page": 1, "_fields": "id", "context": "edit"}, dict)

    def forget(self) -> None:
        """Ask the library anew."""
        self._known = {}

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
        """Make the library hold these bytes."""
        if content.digest in self.find([content.digest]):
            return True

        def upload(name: str, media_type: str, body: Iterator[bytes]) -> Answer:
            return self._client.upload(content.digest, name, media_type, content.size, body)

        answer = sent_whole(content, stream, progress, stopping, upload)
        if answer is None:
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
