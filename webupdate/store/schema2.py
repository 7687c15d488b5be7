"""Migration 2: all that EBMS syncs beyond the first tables, and what proves that the two sides agree."""

from __future__ import annotations

# First contact: a site sends and takes nothing before a person has let it begin (design section 11). A site from
# before that has begun; its customers go on to go up only, until somebody lets them come down.
_BEGIN = """
ALTER TABLE site ADD COLUMN begun_at REAL;
UPDATE site SET begun_at = created_at;
UPDATE site SET settings = json_set(settings, '$.customers', 'up')
  WHERE json_extract(settings, '$.customers') IS NULL
"""

# `found`: nothing was acknowledged; that is what the shop was found to hold of a record that was never sent.
# A row that has left the export keeps that mark whatever the policy made of it; `was` is the key that the shop
# knows while EBMS's new one was not acknowledged yet.
_GONE_AND_RENAMED = """
ALTER TABLE acked ADD COLUMN found INTEGER NOT NULL DEFAULT 0;
ALTER TABLE queue ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE queue ADD COLUMN was TEXT NOT NULL DEFAULT '';
CREATE INDEX queue_gone ON queue (site_id) WHERE gone;
CREATE INDEX queue_was ON queue (site_id, entity, was) WHERE was <> ''
"""

# A brake on one entity of one site: `message` has the numbers. `passed`: what has a revision up to that one was
# judged fine, or let pass by a person.
_HOLDS = """
ALTER TABLE export ADD COLUMN columns TEXT NOT NULL DEFAULT '[]';
CREATE TABLE hold (
  site_id INTEGER NOT NULL REFERENCES site ON DELETE CASCADE,
  entity TEXT NOT NULL,
  message TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '',
  at REAL NOT NULL,
  PRIMARY KEY (site_id, entity)) WITHOUT ROWID;
CREATE TABLE passed (
  site_id INTEGER NOT NULL REFERENCES site ON DELETE CASCADE,
  entity TEXT NOT NULL,
  rev INTEGER NOT NULL,
  PRIMARY KEY (site_id, entity)) WITHOUT ROWID
"""

# Complete Uploads and Reloads under way: a row for each entity; '' sums those of the same `rev` up. `total` rows
# were to go when the counter stood at `rev`, of which `done` went, `rate` a second. It replaces site.complete_rev.
_RELOADS = """
CREATE TABLE reload (
  site_id INTEGER NOT NULL REFERENCES site ON DELETE CASCADE,
  entity TEXT NOT NULL DEFAULT '',
  rev INTEGER NOT NULL,
  total INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  rate REAL NOT NULL DEFAULT 0,
  started_at REAL NOT NULL,
  PRIMARY KEY (site_id, entity)) WITHOUT ROWID;
INSERT INTO reload (site_id, rev, total, started_at)
  SELECT id, complete_rev, 0, 0 FROM site WHERE complete_rev IS NOT NULL;
INSERT INTO reload (site_id, entity, rev, total, started_at)
  SELECT q.site_id, q.entity, s.complete_rev, count(*), 0 FROM queue q JOIN site s ON s.id = q.site_id
  WHERE q.seen IS NOT q.sent AND q.rev <= s.complete_rev GROUP BY q.site_id, q.entity;
UPDATE reload SET total = (SELECT coalesce(sum(part.total), 0) FROM reload part
  WHERE part.site_id = reload.site_id AND part.entity <> '') WHERE entity = '';
ALTER TABLE site DROP COLUMN complete_rev
"""

# Explain asks for all events of a record; orders are found by their buyer's e-mail too.
_EXPLAIN = """
CREATE INDEX event_record ON event (company_id, entity, key) WHERE key <> '';
ALTER TABLE inbox ADD COLUMN email TEXT NOT NULL DEFAULT ''
"""

# Customer accounts of the shops on their way to EBMS, and both sides' last agreement on each field (JSON).
# `web` is what the shop holds of these fields, `told` what the last import file said; `due`: to be looked at.
_ACCOUNTS = """
ALTER TABLE site ADD COLUMN accounts_cursor TEXT NOT NULL DEFAULT '';
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES site ON DELETE CASCADE,
  shop_id TEXT NOT NULL,
  key TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  due INTEGER NOT NULL DEFAULT 1,
  name TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  updated_at TEXT NOT NULL,
  received_at REAL NOT NULL,
  received BLOB NOT NULL,
  content BLOB NOT NULL,
  web TEXT NOT NULL,
  base TEXT,
  told TEXT NOT NULL DEFAULT '{}',
  question TEXT,
  make_new INTEGER NOT NULL DEFAULT 0,
  files INTEGER NOT NULL DEFAULT 0,
  file_name TEXT,
  folder TEXT,
  temporary TEXT,
  written_at REAL,
  error TEXT,
  answered_by TEXT NOT NULL DEFAULT '',
  answered_at REAL,
  UNIQUE (site_id, shop_id));
CREATE INDEX account_state ON account (site_id, state);
CREATE INDEX account_key ON account (site_id, key) WHERE key <> '';
CREATE INDEX account_due ON account (site_id) WHERE due
"""

# What the headings of a file mean (`field`: EBMS's column, "" = ignored), and values of columns that it lacks.
_COLUMN_MAPS = """
CREATE TABLE columnmap (
  company_id INTEGER NOT NULL REFERENCES company ON DELETE CASCADE,
  file TEXT NOT NULL,
  heading TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT,
  PRIMARY KEY (company_id, file, heading)) WITHOUT ROWID
"""

# What was read back of a shop, and where it differs from what it should hold (kinds: store/inspections.py).
_INSPECTIONS = """
CREATE TABLE inspection (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES site ON DELETE CASCADE,
  kind TEXT NOT NULL,
  fix INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL,
  numbers TEXT NOT NULL DEFAULT '{}',
  message TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '',
  started_at REAL NOT NULL,
  ended_at REAL);
CREATE INDEX inspection_site ON inspection (site_id, kind);

CREATE TABLE difference (
  inspection_id INTEGER NOT NULL REFERENCES inspection ON DELETE CASCADE,
  entity TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  held TEXT,
  fields TEXT NOT NULL DEFAULT '[]',
  mended_at REAL,
  PRIMARY KEY (inspection_id, entity, key)) WITHOUT ROWID
"""


# What was found in pictures and documents: a file whose figures are the same is not read again. `name` is in small
# letters, `inode` text because Windows has 128 bits of it; `problem` '' = it is sound, judged by the limits `judged`.
_CONTENTS = """
CREATE TABLE content (
  company_id INTEGER NOT NULL REFERENCES company ON DELETE CASCADE,
  entity TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  ctime_ns INTEGER NOT NULL,
  inode TEXT NOT NULL,
  digest TEXT NOT NULL,
  media_type TEXT NOT NULL DEFAULT '',
  problem TEXT NOT NULL DEFAULT '',
  judged TEXT NOT NULL,
  read_at REAL NOT NULL,
  PRIMARY KEY (company_id, entity, name)) WITHOUT ROWID
"""

SCRIPTS = (
    _BEGIN,
    _GONE_AND_RENAMED,
    _HOLDS,
    _RELOADS,
    _EXPLAIN,
    _COLUMN_MAPS,
    _INSPECTIONS,
    _ACCOUNTS,
    _CONTENTS,
)
