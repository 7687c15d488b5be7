"""Numbered migrations: what the store is made of. A landed migration is never edited; a new one is added."""

from __future__ import annotations

_TABLES = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE company (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  paused INTEGER NOT NULL DEFAULT 0,
  settings TEXT NOT NULL DEFAULT '{}',
  rev INTEGER NOT NULL DEFAULT 0,
  created_at REAL NOT NULL);

CREATE TABLE site (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL REFERENCES company ON DELETE CASCADE,
  name TEXT NOT NULL COLLATE NOCASE,
  settings TEXT NOT NULL DEFAULT '{}',
  secrets BLOB,
  cursor TEXT NOT NULL DEFAULT '',
  complete_rev INTEGER,
  created_at REAL NOT NULL,
  UNIQUE (company_id, name));

CREATE TABLE export (
  company_id INTEGER NOT NULL REFERENCES company ON DELETE CASCADE,
  file TEXT NOT NULL,
  path TEXT NOT NULL DEFAULT '',
  size INTEGER NOT NULL DEFAULT -1,
  mtime_ns INTEGER NOT NULL DEFAULT 0,
  digest TEXT NOT NULL DEFAULT '',
  read_at REAL NOT NULL DEFAULT 0,
  records INTEGER NOT NULL DEFAULT 0,
  tallies TEXT NOT NULL DEFAULT '{}',
  forced INTEGER NOT NULL DEFAULT 1,
  held TEXT NOT NULL DEFAULT '',
  released TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (company_id, file)) WITHOUT ROWID;

CREATE TABLE exportrow (
  company_id INTEGER NOT NULL REFERENCES company ON DELETE CASCADE,
  file TEXT NOT NULL,
  key TEXT NOT NULL,
  hash BLOB NOT NULL,
  line INTEGER NOT NULL,
  facts TEXT NOT NULL DEFAULT '{}',
  left_out TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (company_id, file, key)) WITHOUT ROWID;

CREATE TABLE problem (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL REFERENCES company ON DELETE CASCADE,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  key TEXT NOT NULL DEFAULT '',
  field TEXT NOT NULL DEFAULT '',
  seen TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL,
  hint TEXT NOT NULL DEFAULT '',
  at REAL NOT NULL);
CREATE INDEX problem_file ON problem (company_id, file);

CREATE TABLE queue (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES site ON DELETE CASCADE,
  entity TEXT NOT NULL,
  key TEXT NOT NULL,
  parent_entity TEXT,
  parent_key TEXT,
  seen TEXT,
  sent TEXT,
  rev INTEGER NOT NULL,
  op TEXT NOT NULL DEFAULT 'put',
  hidden INTEGER NOT NULL DEFAULT 0,
  doubt_until REAL,
  remote_id TEXT,
  payload BLOB,
  stales INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  next_try REAL NOT NULL DEFAULT 0,
  error TEXT,
  UNIQUE (site_id, entity, key));
CREATE INDEX queue_dirty ON queue (site_id, entity, tries, rev DESC) WHERE seen IS NOT sent;
CREATE INDEX queue_children ON queue (site_id, parent_entity, parent_key) WHERE parent_key IS NOT NULL;
CREATE INDEX queue_doubt ON queue (site_id, doubt_until) WHERE doubt_until IS NOT NULL;

CREATE TABLE acked (
  queue_id INTEGER PRIMARY KEY REFERENCES queue ON DELETE CASCADE,
  hash TEXT NOT NULL,
  payload BLOB NOT NULL,
  at REAL NOT NULL);

CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES site ON DELETE CASCADE,
  shop_id TEXT NOT NULL,
  number TEXT NOT NULL,
  state TEXT NOT NULL,
  web_status TEXT NOT NULL,
  placed_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  received_at REAL NOT NULL,
  received BLOB NOT NULL,
  content BLOB NOT NULL,
  total TEXT NOT NULL DEFAULT '',
  buyer TEXT NOT NULL DEFAULT '',
  problems TEXT NOT NULL DEFAULT '[]',
  warnings TEXT NOT NULL DEFAULT '[]',
  file_name TEXT,
  folder TEXT,
  temporary TEXT,
  written_at REAL,
  acked_at REAL,
  taken_at REAL,
  counted_at REAL,
  error TEXT,
  UNIQUE (site_id, shop_id));
CREATE INDEX inbox_state ON inbox (site_id, state);
CREATE INDEX inbox_uncounted ON inbox (site_id) WHERE counted_at IS NULL;

CREATE TABLE sold (
  inbox_id INTEGER NOT NULL REFERENCES inbox ON DELETE CASCADE,
  item TEXT NOT NULL,
  quantity TEXT NOT NULL);
CREATE INDEX sold_order ON sold (inbox_id);
CREATE INDEX sold_item ON sold (item);

CREATE TABLE command (
  id INTEGER PRIMARY KEY,
  company_id INTEGER REFERENCES company ON DELETE CASCADE,
  verb TEXT NOT NULL,
  arguments TEXT NOT NULL DEFAULT '{}',
  asked_by TEXT NOT NULL,
  asked_at REAL NOT NULL,
  done_at REAL,
  result TEXT,
  error TEXT);
CREATE INDEX command_open ON command (company_id) WHERE done_at IS NULL;

CREATE TABLE counts (
  site_id INTEGER NOT NULL REFERENCES site ON DELETE CASCADE,
  entity TEXT NOT NULL,
  waiting INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site_id, entity)) WITHOUT ROWID;

CREATE TABLE status (
  company_id INTEGER NOT NULL REFERENCES company ON DELETE CASCADE,
  site_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  state TEXT NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '',
  rate REAL NOT NULL DEFAULT 0,
  at REAL NOT NULL,
  PRIMARY KEY (company_id, site_id, action)) WITHOUT ROWID;

CREATE TABLE health (
  company_id INTEGER NOT NULL REFERENCES company ON DELETE CASCADE,
  site_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  message TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '',
  since REAL NOT NULL,
  synced_at REAL,
  PRIMARY KEY (company_id, site_id)) WITHOUT ROWID;

CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at REAL NOT NULL,
  company_id INTEGER,
  site_id INTEGER,
  level TEXT NOT NULL,
  entity TEXT NOT NULL DEFAULT '',
  key TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL,
  hint TEXT NOT NULL DEFAULT '');

CREATE TABLE tally (
  site_id INTEGER NOT NULL REFERENCES site ON DELETE CASCADE,
  hour INTEGER NOT NULL,
  entity TEXT NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site_id, hour, entity)) WITHOUT ROWID;

CREATE TABLE engine (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  user TEXT NOT NULL,
  mode TEXT NOT NULL,
  started_at REAL NOT NULL,
  beat_at REAL NOT NULL,
  stopped_at REAL)
"""


def _count(sign: str, row: str) -> str:
    """Add one queue row to the counts, or take it away."""
    return f"""
  UPDATE counts SET
    waiting = waiting {sign} ({row}.seen IS NOT {row}.sent AND {row}.error IS NULL),
    failed = failed {sign} ({row}.seen IS NOT {row}.sent AND {row}.error IS NOT NULL)
  WHERE site_id = {row}.site_id AND entity = {row}.entity"""


# The counts that the screens show are kept by the database itself, in the transaction that changes the
# queue: they cannot disagree with it, whichever function writes.
_TRIGGERS = (
    f"""CREATE TRIGGER queue_insert AFTER INSERT ON queue BEGIN
  INSERT OR IGNORE INTO counts (site_id, entity) VALUES (NEW.site_id, NEW.entity);{_count("+", "NEW")};
END""",
    f"""CREATE TRIGGER queue_delete AFTER DELETE ON queue BEGIN{_count("-", "OLD")};
END""",
    f"""CREATE TRIGGER queue_update AFTER UPDATE OF seen, sent, error ON queue BEGIN{_count("-", "OLD")};
  {_count("+", "NEW")};
END""",
)

# First contact: a site sends and takes nothing before a person has let it begin (design section 11).
_BEGIN = """
ALTER TABLE site ADD COLUMN begun_at REAL;
UPDATE site SET begun_at = created_at
"""

# A row that has left the export keeps that mark whatever the policy made of it; `was` is the key that the shop
# knows while EBMS's new one was not acknowledged yet.
_GONE_AND_RENAMED = """
ALTER TABLE queue ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE queue ADD COLUMN was TEXT NOT NULL DEFAULT '';
CREATE INDEX queue_gone ON queue (site_id) WHERE gone;
CREATE INDEX queue_was ON queue (site_id, entity, was) WHERE was <> ''
"""

# A brake on one entity of one site: `message` has the numbers, `version` names the file version they are of.
# `leaving` and `changed` are those numbers: a release goes for so many records of that version and no more.
_HOLDS = """
ALTER TABLE export ADD COLUMN columns TEXT NOT NULL DEFAULT '[]';
CREATE TABLE hold (
  site_id INTEGER NOT NULL REFERENCES site ON DELETE CASCADE,
  entity TEXT NOT NULL,
  version TEXT NOT NULL,
  message TEXT NOT NULL DEFAULT '',
  hint TEXT NOT NULL DEFAULT '',
  leaving INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  released INTEGER NOT NULL DEFAULT 0,
  at REAL NOT NULL,
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


def _statements(*scripts: str) -> tuple[str, ...]:
    return tuple(part.strip() for script in scripts for part in script.split(";") if part.strip())


MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (*_statements(_TABLES), *_TRIGGERS),
    _statements(
        *(_BEGIN, _GONE_AND_RENAMED, _HOLDS, _RELOADS, _EXPLAIN, _COLUMN_MAPS, _INSPECTIONS, _ACCOUNTS, _CONTENTS)
    ),
)
