"""Migration 3: what people answered about orders, what was learnt from it, and what became of each order."""

from __future__ import annotations

# `answers` are in force, `draft` is what a person has answered and not confirmed yet (both JSON).
# `newer`: a version that the shop gave after the order's file was written, a question until a person has answered.
# `attempt`: the how-manieth file of the order; `replaces`: the file that it stands for. `refusal`: what EBMS said.
_INBOX = """
ALTER TABLE inbox ADD COLUMN answers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE inbox ADD COLUMN draft TEXT NOT NULL DEFAULT '[]';
ALTER TABLE inbox ADD COLUMN newer BLOB;
ALTER TABLE inbox ADD COLUMN newer_received BLOB;
ALTER TABLE inbox ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
ALTER TABLE inbox ADD COLUMN replaces TEXT;
ALTER TABLE inbox ADD COLUMN refusal TEXT;
CREATE INDEX inbox_number ON inbox (site_id, number)
"""

# What a word of the web means in EBMS, for all orders to come. `company_id`: EBMS's words are the company's.
_MAPPINGS = """
CREATE TABLE mapping (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL REFERENCES company ON DELETE CASCADE,
  topic TEXT NOT NULL,
  web TEXT NOT NULL,
  value TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at REAL NOT NULL,
  used INTEGER NOT NULL DEFAULT 0,
  used_at REAL,
  UNIQUE (company_id, topic, web));

CREATE TABLE usedmapping (
  inbox_id INTEGER NOT NULL REFERENCES inbox ON DELETE CASCADE,
  mapping_id INTEGER NOT NULL REFERENCES mapping ON DELETE CASCADE,
  PRIMARY KEY (inbox_id, mapping_id)) WITHOUT ROWID
"""

# An order's history; `data` (zlib) is what was received or written, byte for byte.
_HISTORY = """
CREATE TABLE orderevent (
  id INTEGER PRIMARY KEY,
  inbox_id INTEGER NOT NULL REFERENCES inbox ON DELETE CASCADE,
  at REAL NOT NULL,
  what TEXT NOT NULL,
  text TEXT NOT NULL,
  by TEXT NOT NULL DEFAULT '',
  data BLOB);
CREATE INDEX orderevent_order ON orderevent (inbox_id, id);
CREATE INDEX orderevent_at ON orderevent (at)
"""

# What left an export file for good: `now` is its new key if EBMS renamed it, '' if not.
_DEPARTED = """
CREATE TABLE departed (
  company_id INTEGER NOT NULL REFERENCES company ON DELETE CASCADE,
  file TEXT NOT NULL,
  key TEXT NOT NULL,
  now TEXT NOT NULL DEFAULT '',
  at REAL NOT NULL,
  PRIMARY KEY (company_id, file, key)) WITHOUT ROWID
"""

SCRIPTS = (_INBOX, _MAPPINGS, _HISTORY, _DEPARTED)
