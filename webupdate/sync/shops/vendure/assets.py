"""Pictures and PDFs among the shop's assets: each once, named by its content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO

import msgspec

from webupdate.errors import NeedsPerson
from webupdate.sync.shops.base import Content
from webupdate.sync.shops.contents import ENDINGS, sent_whole
from webupdate.sync.shops.records import chunks
from webupdate.sync.shops.vendure.client import Client
from webupdate.sync.shops.vendure.facts import BATCH
from webupdate.sync.shops.vendure.lists import rows
from webupdate.sync.text import visible

KINDS = {"images": "IMAGE", "documents": "BINARY"}

_ASSETS = "query($options: AssetListOptions) { rows: assets(options: $options) { items { id name type } } }"
_CREATE = """mutation($file: Upload!) {
  made: createAssets(input: [{file: $file}]) {
    ... on Asset { id name type } ... on MimeTypeError { message }
  }
}"""


class Asset(msgspec.Struct, frozen=True):
    """A file of the shop. `type` is IMAGE or BINARY; `message` says why it is none."""

    id: str = ""
    name: str = ""
    type: str = ""
    message: str = ""


class Assets:
    """The shop's files by their contents' digests, which are their names."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def find(self, digests: Iterable[str], *, write: bool = False) -> Mapping[str, Asset]:
        """What the shop has of these contents. Asked each time: a person may have deleted some."""
        found: dict[str, Asset] = {}
        for some in chunks(list(dict.fromkeys(digests)), BATCH // len(ENDINGS)):
            names = [f"{digest}.{ending}" for digest in some for ending in ENDINGS.values()]
            options = {"take": len(names), "sort": {"id": "DESC"}, "filter": {"name": {"in": names}}}
            assets: list[Asset] = rows(self._client, _ASSETS, options, Asset, write=write)
            found |= {asset.name.partition(".")[0]: asset for asset in assets}  # of two the older counts
        return found

    def send(
        self, content: Content, stream: BinaryIO, progress: Callable[[int], None], stopping: Callable[[], bool]
    ) -> bool:
        """Make the shop hold these bytes."""
        if content.digest in self.find([content.digest]):
            return True

        def upload(name: str, media_type: str, body: Iterator[bytes]) -> list[Asset]:
            operations = msgspec.json.encode({"query": _CREATE, "variables": {"file": None}})
            made: dict[str, list[Asset]] = self._client.upload(
                operations, name, media_type, content.size, body, dict[str, list[Asset]]
            )
            return made["made"]

        made = sent_whole(content, stream, progress, stopping, upload)
        if made is None:
            return False
        if made[0].message:
            raise NeedsPerson(
                f"The shop takes no such file: {visible(made[0].message)}.", "See assetOptions in its configuration."
            )
        return True
