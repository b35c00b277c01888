import type { DatabaseSync } from 'node:sqlite';

/**
 * The file's schema, as the steps that led to it: step n brings `user_version` from n to n + 1. A step
 * that was released is never edited; a change is a new step.
 */
const MIGRATIONS: readonly string[] = [
  `
  -- The log. The row key is the instant of storing in microseconds, so the table is in log order.
  CREATE TABLE statement (
    stored     INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,   -- 16 bytes
    text       TEXT NOT NULL,          -- exactly what is returned
    terms      BLOB NOT NULL,          -- index keys, inherited ones too: term ids, 32 bits each
    refers_to  BLOB,                   -- the id in a StatementRef object
    voids      INTEGER NOT NULL,       -- 1: refers_to is to be voided
    voided     INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX statement_by_reference ON statement (refers_to) WHERE refers_to IS NOT NULL;

  -- Index keys are long and few beside the statements that have them: kept once, named by number.
  CREATE TABLE term (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE posting (term INTEGER NOT NULL, stored INTEGER NOT NULL, PRIMARY KEY (term, stored)) STRICT, WITHOUT ROWID;

  -- json is null once deleted: the warehouse learns of a deletion as of any change.
  CREATE TABLE record (
    collection TEXT NOT NULL,
    key        TEXT NOT NULL,
    json       TEXT,
    version    INTEGER NOT NULL UNIQUE,
    PRIMARY KEY (collection, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE credential (
    key         TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL,
    name        TEXT NOT NULL,
    scopes      TEXT NOT NULL,         -- a JSON array
    created_at  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The bytes of attachments, once for each hash, whichever statements declare it.
  CREATE TABLE attachment (
    sha2         TEXT PRIMARY KEY,
    content_type TEXT NOT NULL,
    content      BLOB NOT NULL
  ) STRICT;
  `,
  `
  -- '' where a resource has no activity, agent or registration. The content is last: who looks at the
  -- columns before it reads none of its pages.
  CREATE TABLE document (
    resource     TEXT NOT NULL,
    activity     TEXT NOT NULL,
    agent        TEXT NOT NULL,
    registration TEXT NOT NULL,
    id           TEXT NOT NULL,
    updated      INTEGER NOT NULL UNIQUE,
    etag         TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content      BLOB NOT NULL,
    PRIMARY KEY (resource, activity, agent, registration, id)
  ) STRICT;
  `,
  `
  CREATE TABLE activity (id TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT;
  `,
  `
  -- Attachments are files now, see attachment-files.ts; no release kept them here.
  DROP TABLE attachment;
  `,
  `
  -- Ids and terms are indexed some thousands of statements behind the log, see recent-statements.ts: what
  -- was stored after indexed_to is in neither statement_id nor posting. The text is last: who looks at the
  -- columns before it reads none of its pages.
  CREATE TABLE log (
    stored     INTEGER PRIMARY KEY,
    id         BLOB NOT NULL,
    terms      BLOB NOT NULL,
    refers_to  BLOB,
    voids      INTEGER NOT NULL,
    voided     INTEGER NOT NULL,
    text       TEXT NOT NULL
  ) STRICT;
  INSERT INTO log SELECT stored, id, terms, refers_to, voids, voided, text FROM statement ORDER BY stored;
  DROP TABLE statement;
  ALTER TABLE log RENAME TO statement;
  CREATE INDEX statement_by_reference ON statement (refers_to) WHERE refers_to IS NOT NULL;

  CREATE TABLE statement_id (id BLOB PRIMARY KEY, stored INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO statement_id SELECT id, stored FROM statement ORDER BY id;
  CREATE TABLE index_progress (indexed_to INTEGER NOT NULL) STRICT;
  INSERT INTO index_progress SELECT coalesce(max(stored), 0) FROM statement;
  `,
];

/** Brings the file to the newest schema, each step in a transaction of its own. Throws when the file is newer than this code. */
export function migrate(database: DatabaseSync, migrations = MIGRATIONS): void {
  const row = database.prepare('PRAGMA user_version').get();
  const found = Number(row?.['user_version']);
  if (found > migrations.length)
    throw new Error(
      `The data was written by a newer Praxis (schema ${found}, this one knows ${migrations.length}). Run that version, or restore a backup made before it.`,
    );
  for (const [step, sql] of migrations.entries()) {
    if (step >= found) takeStep(database, sql, step + 1);
  }
}

function takeStep(database: DatabaseSync, sql: string, version: number): void {
  try {
    database.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${version}; COMMIT`);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
