"""The Properties form without a screen: values, what was changed, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from webupdate.store.companies import CompanyInfo, SiteInfo
from webupdate.store.properties import PROPERTIES, Property, applies, problem_with

KEPT = "••••••••  kept"  # what a secret that is kept looks like: the program never shows one again


class Form:
    """The values of a company and one of its sites while they are edited.

    Without a site it is a new one of that company; without a company both are new.
    """

    def __init__(
        self, company: CompanyInfo | None = None, site: SiteInfo | None = None, *, upload: bool = False
    ) -> None:
        self.company, self.site = company, site
        self._original = {entry.name: _original(entry, company, site) for entry in PROPERTIES}
        self.values = dict(self._original)
        self.upload_before = self.complete_upload = upload  # whether a Complete Upload is under way

    @property
    def is_new(self) -> bool:
        """Whether a company or a site is made here."""
        return self.site is None

    @property
    def entries(self) -> list[Property]:
        """What can be edited: a new site of a known company has only its own properties."""
        return [entry for entry in PROPERTIES if entry.scope == "site" or self.company is None or self.site]

    def kept(self, entry: Property) -> bool:
        """Whether this is a secret that the store has."""
        owner = self.company if entry.scope == "company" else self.site
        if self.site is not None and not applies(entry, self.site.values["shop"]):
            return False  # it was another shop's
        return entry.kind == "secret" and bool(owner and owner.secrets)

    def applies(self, entry: Property) -> bool:
        """Whether the chosen shop has such a setting."""
        return applies(entry, self.values["shop"])

    def original(self, name: str) -> str:
        return self._original[name]

    def changed(self) -> dict[str, str]:
        """What was changed, by name."""
        return {name: value for name, value in self.values.items() if value != self._original[name]}

    def changes(self) -> int:
        return len(self.changed()) + (self.complete_upload != self.upload_before)

    def problem(self, entry: Property) -> str:
        """What is wrong with a field as it stands, "" if nothing is."""
        value = self.values[entry.name]
        if not self.applies(entry) or (not value and self.kept(entry)):
            return ""
        return problem_with(entry, value) or ""

    def first_wrong(self) -> Property | None:
        """The first field that can't be saved."""
        return next((entry for entry in self.entries if self.problem(entry)), None)

    def to_save(self) -> dict[str, str]:
        """All for what is new, what was changed for what is known."""
        if not self.is_new:
            return self.changed()
        return {entry.name: self.values[entry.name] for entry in self.entries if self.applies(entry)}

    def upload_wish(self) -> str:
        """The command that the Complete Upload box stands for, "" if it was left as it was."""
        if self.complete_upload == self.upload_before:
            return ""
        return "complete_upload" if self.complete_upload else "cancel_upload"


def _original(entry: Property, company: CompanyInfo | None, site: SiteInfo | None) -> str:
    if company is None or site is None:
        return entry.default
    values = company.values if entry.scope == "company" else site.values
    return values.get(entry.name, "")


def grouped(entries: Iterable[Property]) -> list[tuple[str, list[Property]]]:
    """The properties by group, in the order of the schema; every group once."""
    found: dict[str, list[Property]] = {}
    for entry in entries:
        found.setdefault(entry.group, []).append(entry)
    return list(found.items())
