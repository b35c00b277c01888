/** The ceiling of storing: the rows that the server made, into the same tables through node:sqlite alone. */
import { mkdirSync } from 'node:fs';
import { openReadOnly, openWritable } from '../../src/storage/sqlite/connection.ts';
import { serveJobs } from './jobs.ts';

export interface SqliteJob {
  /** Data folder of a server that has statements. */
  readonly source: string;
  /** A folder that does not exist. */
  readonly target: string;
  readonly statementsAtMost: number;
  readonly perTransaction: number;
  readonly seconds: number;
}

type Values = (string | number | Uint8Array | null)[];

interface Rows {
  readonly terms: readonly Values[];
  readonly statements: readonly { readonly row: Values; readonly postings: readonly Values[] }[];
}

function readRows(source: string, statementsAtMost: number): Rows {
  const database = openReadOnly(source);
  const read = (sql: string, ...parameters: number[]): Values[] =>
    database
      .prepare(sql)
      .all(...parameters)
      .map((row) => Object.values(row) as Values);
  const rows = {
    terms: read('SELECT id, text FROM term'),
    statements: read('SELECT * FROM statement ORDER BY stored LIMIT ?', statementsAtMost).map(
      (row) => {
        const [stored, , terms] = row;
        const postings = [...new Uint32Array((terms as Uint8Array).slice().buffer)].map((term) => [
          term,
          stored ?? null,
        ]);
        return { row, postings };
      },
    ),
  };
  database.close();
  return rows;
}

/** Returns statements per second; ends with the time or with the rows, whichever comes first. */
function run({ source, target, statementsAtMost, perTransaction, seconds }: SqliteJob): number {
  const { terms, statements } = readRows(source, statementsAtMost);
  mkdirSync(target);
  // The server's own schema and settings: WAL, synchronous=FULL.
  const database = openWritable(target);
  const insertTerm = database.prepare('INSERT INTO term VALUES (?, ?)');
  const insertStatement = database.prepare('INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?)');
  const insertId = database.prepare('INSERT INTO statement_id VALUES (?, ?)');
  const insertPosting = database.prepare('INSERT INTO posting VALUES (?, ?)');
  database.exec('BEGIN');
  for (const term of terms) insertTerm.run(...term);
  database.exec('COMMIT');

  const start = performance.now();
  let stored = 0;
  while (stored < statements.length && performance.now() < start + seconds * 1000) {
    const group = statements.slice(stored, stored + perTransaction);
    database.exec('BEGIN IMMEDIATE');
    for (const { row, postings } of group) {
      insertStatement.run(...row);
      insertId.run(row[1] ?? null, row[0] ?? null);
      for (const posting of postings) insertPosting.run(...posting);
    }
    database.exec('COMMIT');
    stored += group.length;
  }
  const perSecond = stored / ((performance.now() - start) / 1000);
  database.close();
  return perSecond;
}

serveJobs((job: SqliteJob) => Promise.resolve(job).then(run));
