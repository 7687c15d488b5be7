"""Migration 1: the first tables. It has landed and is never edited."""

from __future__ import annotations

TABLES = """
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
TRIGGERS = (
    f"""CREATE TRIGGER queue_insert AFTER INSERT ON queue BEGIN
  INSERT OR IGNORE INTO counts (site_id, entity) VALUES (NEW.site_id, NEW.entity);{_count("+", "NEW")};
END""",
    f"""CREATE TRIGGER queue_delete AFTER DELETE ON queue BEGIN{_count("-", "OLD")};
END""",
    f"""CREATE TRIGGER queue_update AFTER UPDATE OF seen, sent, error ON queue BEGIN{_count("-", "OLD")};
  {_count("+", "NEW")};
END""",
)
