"""Takes in one saved version of an export file: read, compared, braked and remembered, all in one transaction."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec

from webupdate.store import exports
from webupdate.store.columnmaps import column_map
from webupdate.store.companies import CompanyInfo
from webupdate.store.db import Store
from webupdate.store.exports import FileState, Tally
from webupdate.sync import brakes
from webupdate.sync.detect import Change, Walk
from webupdate.sync.entities import FILES
from webupdate.sync.folder import Found, saved
from webupdate.sync.reader import Reading, open_export
from webupdate.sync.sheets import MEGABYTE
from webupdate.sync.shops.base import RECORD_TYPES


def read_export(
    store: Store,
    company: CompanyInfo,
    found: Found,
    copy: Path,
    state: FileState,
    sold: dict[int, dict[str, Decimal]],
    now: float,
) -> Change:
    """Read the copy of an export file; the new `state` is kept if, and only if, it was read to its end.

    A version that a person has released is read as it is, cut off or not, and no brake holds it.
    Raises the reader's errors (NeedsPerson); then nothing has changed.
    """
    spec = FILES[found.path.stem.lower()]
    shown = saved(found, company.values["time_zone"])
    limit = int(company.values["largest_workbook"]) * MEGABYTE
    mapping = column_map(store, company.id, spec.name)
    with store.writing():
        old = exports.file_state(store, company.id, spec.name)
        released = old.released == state.digest
        passes = released or old.released == exports.REMAPPED
        with open_export(
            copy, spec, found.format, found.name, columns=mapping, limit=limit, accept_cut=released
        ) as reading:
            if not released:
                _check_columns(old, reading, shown, company)
            walk = Walk(store, company, spec, sold, now, shown=shown, forced=old.forced, released=released)
            change = walk.run(reading)
            columns = reading.columns
        brakes.hold_masses(store, company, spec.entities, shown, now, released=passes)
        left = exports.left_out(store, company.id, spec.name)
        held = exports.known_count(store, company.id, spec.name)
        tallies = {entity: Tally(held, left.get(entity, 0)) for entity in spec.entities if entity in RECORD_TYPES}
        state = msgspec.structs.replace(
            state, records=held, tallies=tallies, read_at=now, forced=False, columns=columns
        )
        exports.set_file_state(store, company.id, spec.name, state)
    return change


def _check_columns(old: FileState, reading: Reading, shown: str, company: CompanyInfo) -> None:
    """A column that the last good version had must not get lost unnoticed: its texts would go from the web."""
    lost = [name for name in old.columns if name not in reading.columns]
    if lost:
        raise brakes.lost_columns(shown, reading.spec.name, lost, old.records, company.name)
