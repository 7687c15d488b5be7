"""Countries and states by the codes under which the store itself knows them: it takes any other without a word."""

from __future__ import annotations

import html

import msgspec

from webupdate.sync.countries import code_among, folded
from webupdate.sync.shops.woocommerce.client import Client


class _State(msgspec.Struct):
    code: str | int
    name: str = ""


class _Country(msgspec.Struct):
    code: str
    name: str = ""
    states: list[_State] = []


class Places:
    """The store's own list, read once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, _Country] | None = None
        self._codes: dict[str, str | None] = {}  # of what was asked for: to compare all names takes a millisecond

    @property
    def _countries(self) -> dict[str, _Country]:
        if self._known is None:
            answer = self._client.get("data/countries", {"_fields": "code,name,states"})
            found: list[_Country] = answer.decode(list[_Country])
            self._known = {country.code: country for country in found}
        return self._known

    def country(self, text: str) -> str | None:
        """The two letters of a country as EBMS writes it, "" for none; None if the store has no such country."""
        if text not in self._codes:
            names = {code: html.unescape(country.name) for code, country in self._countries.items()}
            self._codes[text] = code_among(text, names) if text else ""
        return self._codes[text]

    def state(self, country: str, text: str) -> str:
        """The code of a state; what the store does not know stays as it is where it has no list, and goes else."""
        states = self._countries[country].states if country in self._countries else []
        wanted = folded(text)
        for state in states:
            code = str(state.code)
            if wanted in (folded(code), folded(code.removeprefix(f"{country}-")), folded(html.unescape(state.name))):
                return code
        return "" if states else text
