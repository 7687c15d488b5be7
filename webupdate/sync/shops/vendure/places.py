"""Countries by the codes under which the shop knows them: an address can't be without one that it has."""

from __future__ import annotations

import msgspec

from webupdate.sync.countries import code_among
from webupdate.sync.shops.vendure.client import Client
from webupdate.sync.shops.vendure.lists import every

_QUERY = "query($options: CountryListOptions) { rows: countries(options: $options) { items { code name } } }"


class _Country(msgspec.Struct):
    code: str
    name: str = ""


class Places:
    """The shop's own list, read once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, str] | None = None
        self._codes: dict[str, str | None] = {}  # of what was asked for: to compare all names takes a millisecond

    def forget(self) -> None:
        """A person may have entered a country meanwhile."""
        self._known = None
        self._codes = {}

    def country(self, text: str) -> str | None:
        """The two letters of a country as EBMS writes it, "" for none; None if the shop has no such country."""
        if text not in self._codes:
            self._codes[text] = code_among(text, self._names()) if text else ""
        return self._codes[text]

    def _names(self) -> dict[str, str]:
        if self._known is None:
            found: list[_Country] = every(self._client, _QUERY, {}, _Country)
            self._known = {country.code: country.name for country in found}
        return self._known
