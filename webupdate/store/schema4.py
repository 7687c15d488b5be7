"""Migration 4: whom to tell when the sync stops, and what was told."""

from __future__ import annotations

# The addresses of support hold passwords.
_COMPANY = "ALTER TABLE company ADD COLUMN secrets BLOB"

# One row for each thing that ailed a company, from when it began until somebody was told that it is over.
# `gone_at`: since when it is not seen any more; `over_at`: it did not come back soon, so it is over.
# `told_at`, `over_told_at`: when support had it; `reached`: the addresses (by place) that took what is told now.
_NOTICE = """
CREATE TABLE notice (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL REFERENCES company ON DELETE CASCADE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  hint TEXT NOT NULL DEFAULT '',
  since REAL NOT NULL,
  gone_at REAL,
  over_at REAL,
  told_at REAL,
  over_told_at REAL,
  reached TEXT NOT NULL DEFAULT '[]',
  tries INTEGER NOT NULL DEFAULT 0,
  next_try REAL NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '');
CREATE UNIQUE INDEX notice_lasting ON notice (company_id, kind, subject) WHERE over_at IS NULL
"""

SCRIPTS = (_COMPANY, _NOTICE)
