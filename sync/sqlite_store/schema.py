"""The tables of the SQLite store, and their versions.

A document is one row with its winning body; bodies of other revisions stand in `revision`. A tree of one node is not
written at all (NULL), which is nearly every document. `member` is a database's view: its ids and its sequence.
"""

from __future__ import annotations

import secrets
from typing import Any

from sync.errors import StoreDamaged

VERSION = 1

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE database (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  shelf INTEGER NOT NULL,
  nonce TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_seq INTEGER NOT NULL DEFAULT 0,
  live INTEGER NOT NULL DEFAULT 0,
  gone INTEGER NOT NULL DEFAULT 0,
  revs_limit INTEGER NOT NULL
);

CREATE TABLE document (
  number INTEGER PRIMARY KEY,
  shelf INTEGER NOT NULL,
  id TEXT NOT NULL,
  rev TEXT NOT NULL,
  deleted INTEGER NOT NULL,
  lane TEXT NOT NULL,
  tree BLOB,
  attachments BLOB,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX document_by_id ON document (shelf, id);

CREATE TABLE revision (
  document INTEGER NOT NULL,
  rev TEXT NOT NULL,
  attachments BLOB,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX revision_by_rev ON revision (document, rev);

CREATE TABLE member (
  database INTEGER NOT NULL,
  id TEXT NOT NULL,
  document INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  PRIMARY KEY (database, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX member_by_seq ON member (database, seq, document);

CREATE TABLE released (
  database INTEGER NOT NULL,
  document INTEGER NOT NULL,
  PRIMARY KEY (database, document)
) WITHOUT ROWID;

CREATE TABLE receipt (
  document INTEGER NOT NULL,
  mailbox TEXT NOT NULL,
  device TEXT NOT NULL,
  staff TEXT,
  received_at TEXT NOT NULL,
  late INTEGER NOT NULL,
  PRIMARY KEY (document, mailbox, device)
) WITHOUT ROWID;

CREATE TABLE routed (
  shelf INTEGER NOT NULL,
  key TEXT NOT NULL,
  members TEXT NOT NULL,
  facts TEXT NOT NULL,
  due_at TEXT,
  PRIMARY KEY (shelf, key)
) WITHOUT ROWID;
CREATE INDEX routed_by_due ON routed (shelf, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE local (
  database INTEGER NOT NULL,
  id TEXT NOT NULL,
  number INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (database, id)
) WITHOUT ROWID;

CREATE TABLE bytes (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, length INTEGER NOT NULL);
-- number of a piece: number of its bytes * 65536 + position
CREATE TABLE piece (number INTEGER PRIMARY KEY, data BLOB NOT NULL);
"""

PIECES_PER_BYTES = 65536


def prepare(connection: Any) -> None:
    """Make the tables in a new file; raise StoreDamaged for a file of a newer version."""
    version = connection.execute("PRAGMA user_version").get
    if version > VERSION:
        raise StoreDamaged(f"the store was written by a newer version ({version} > {VERSION}); start that version")
    if version == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").get == 0:  # nobody else made them in between
            connection.execute(TABLES)
            connection.execute("INSERT INTO meta VALUES ('uuid', ?)", (secrets.token_hex(16),))
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
