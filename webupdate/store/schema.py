"""Numbered migrations: what the store is made of. A landed migration is never edited; a new one is added."""

from __future__ import annotations

from webupdate.store import schema1, schema2, schema3, schema4


def _statements(*scripts: str) -> tuple[str, ...]:
    return tuple(part.strip() for script in scripts for part in script.split(";") if part.strip())


MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (*_statements(schema1.TABLES), *schema1.TRIGGERS),
    _statements(*schema2.SCRIPTS),
    _statements(*schema3.SCRIPTS),
    _statements(*schema4.SCRIPTS),
)
