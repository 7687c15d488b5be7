"""The Columns screen without a screen: what each heading of one file means, what was changed, what is missing."""

from __future__ import annotations

from typing import NamedTuple

from webupdate.store.columnmaps import ColumnMap
from webupdate.sync import columns
from webupdate.sync.columns import Sample
from webupdate.tui.view import Option as Option

IGNORE, FORGET, VALUE = "ignore", "forget", "value"
COLUMN, HEADING = "column:", "heading:"

_WORDS = {
    "own": ("✔", "its own name", "ok"),
    "mapped": ("✔", "mapped", "ok"),
    "proposed": ("?", "proposed", "busy"),
    "ignored": ("·", "ignored", "dim"),
    "unknown": ("·", "not used", "dim"),
    "constant": ("✔", "always", "ok"),
    "missing": ("✖", "missing", "bad"),
}


class Entry(NamedTuple):
    """A line: a heading of the file, or a column of EBMS that no heading feeds (`heading` "")."""

    key: str
    heading: str
    column: str
    state: str
    examples: str

    @property
    def words(self) -> tuple[str, str, str]:
        """Glyph, word and tone of its state."""
        return _WORDS[self.state]


class ColumnForm:
    """The mapping of one file while it is edited."""

    def __init__(self, seen: Sample, mapping: ColumnMap) -> None:
        self.sample = seen
        self.original = mapping
        self.mapping = mapping

    def entries(self) -> list[Entry]:
        """What nothing seems to feed comes first, for it stops the file. Then the headings in the file's order."""
        if not self.sample.headings:
            return []
        lost = [Entry(f"m{name}", "", name, "missing", "") for name in columns.missing(self.sample, self.likely)]
        constants = [
            Entry(f"c{name}", "", name, "constant", columns.shown([value]))
            for name, value in self.mapping.constants.items()
        ]
        headings = [
            Entry(f"h{one.heading}", one.heading, one.column, one.state, columns.shown(one.examples))
            for one in columns.meanings(self.sample, self.mapping)
        ]
        return [*lost, *headings, *constants]

    def entry(self, key: str | None) -> Entry | None:
        return next((entry for entry in self.entries() if entry.key == key), None)

    @property
    def likely(self) -> ColumnMap:
        """The mapping with all that is proposed."""
        return columns.accepted(self.sample, self.mapping)

    def missing(self) -> list[str]:
        """The required columns without which the file is not read."""
        return columns.missing(self.sample, self.mapping) if self.sample.headings else []

    def proposals(self) -> int:
        return sum(entry.state == "proposed" for entry in self.entries())

    def changes(self) -> int:
        """How many headings and values are not as they were."""
        old, new = self.original, self.mapping
        return len(set(old.columns.items()) ^ set(new.columns.items())) + len(
            set(old.constants.items()) ^ set(new.constants.items())
        )

    def accept(self) -> None:
        """Take all that is proposed."""
        self.mapping = self.likely

    def options(self, entry: Entry) -> list[Option]:
        """What a line can be changed to."""
        feeds = {one.column: one.heading for one in self.entries() if one.state in ("own", "mapped")}
        if not entry.heading:
            free = [one for one in self.entries() if one.heading and one.state not in ("own", "mapped")]
            value = Option(VALUE, "One value for all rows …", "")
            return [value, *(Option(HEADING + one.heading, one.heading, one.examples) for one in free)]
        required = self.sample.spec.required
        known = [
            Option(COLUMN + column.name, column.name, _note(column.name in required, feeds.get(column.name, "")))
            for column in self.sample.spec.columns
        ]
        return [Option(IGNORE, "Ignore this heading", ""), Option(FORGET, "Nothing but its own name", ""), *known]

    def choose(self, entry: Entry, option: str) -> None:
        """Change a line; VALUE needs a value first: `give`."""
        if option.startswith(HEADING):
            self._map({option.removeprefix(HEADING): entry.column})
        elif option.startswith(COLUMN):
            self._map({entry.heading: option.removeprefix(COLUMN)})
        else:
            self._map({entry.heading: "" if option == IGNORE else None})

    def give(self, column: str, value: str) -> None:
        """One value for all rows of a column; "" takes it away."""
        self.mapping = self.mapping.with_constant(column, value)

    def undo(self, entry: Entry) -> None:
        """Put a line back to what it was."""
        if entry.heading:
            self.mapping = self.mapping.with_columns({entry.heading: self.original.column_of(entry.heading)})
        else:
            self.give(entry.column, self.original.constants.get(entry.column, ""))

    def _map(self, given: dict[str, str | None]) -> None:
        """A column has one heading: whichever fed it before means nothing now."""
        taken = {column for column in given.values() if column}
        others = {heading: None for heading, column in self.mapping.columns.items() if column in taken}
        self.mapping = self.mapping.with_columns({**others, **given})


def _note(required: bool, fed_by: str) -> str:
    return ", ".join(filter(None, ("required" if required else "", f"fed by {fed_by}" if fed_by else "")))
