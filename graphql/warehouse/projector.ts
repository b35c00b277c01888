import type { DuckDBConnection } from '@duckdb/node-api';
import { readTrace, type Trace } from '../rules/read-trace.ts';
import { compileRuleSet, writeReading, type RuleSet } from '../rules/rule-set.ts';
import type { Rule } from '../rules/rule.ts';
import { BEGINNING, type Instant } from '../../statements/instant.ts';
import { VOIDED_VERB, type Statement } from '../../statements/statement.ts';
import { runQuery, type Database } from './database.ts';
import {
  DIMENSIONS,
  KEYED_COLLECTIONS,
  NUMBER_RECORDS,
  OBSERVED,
  refreshDimension,
} from './dimensions.ts';
import type { Cell } from './query-runner.ts';
import { AFFECTED_BY, DERIVE_EVENTS } from './resolution.ts';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';
import type { LogEntry, RecordChange } from './statement-log.ts';

/** How far a warehouse has read, as it stands in the database. */
export interface Position {
  /** Of the last statement that was read. */
  readonly statement: Instant;
  /** Of the last record change that was read. */
  readonly record: number;
  /** The rules that its traces were read with. */
  readonly ruleSetVersion: string;
}

/** Entries of the log, read by the rules: what goes into one transaction. */
export interface Batch {
  readonly first: Instant;
  readonly last: Instant;
  readonly traces: readonly PlacedTrace[];
  /** Targets of voiding statements. */
  readonly voids: readonly string[];
}

interface PlacedTrace extends Trace {
  readonly statement: Instant;
  readonly id: string;
}

/** Affected statements that are derived again at a time: what bounds the memory of an HR change. */
const DERIVE_SLICE = 100_000;

const READ_COLLECTIONS = new Set(['rules', ...DIMENSIONS.flatMap(({ from }) => from)]);

/** The one who writes a warehouse. Its calls must not overlap. */
export class Projector {
  readonly #writer: DuckDBConnection;
  #position: Position;
  /** What statements are read with: the rules of the traces that are there. */
  #ruleSet: RuleSet;
  /** What the records say they should be read with. */
  #wanted: RuleSet;

  private constructor(
    writer: DuckDBConnection,
    position: Position,
    ruleSet: RuleSet,
    wanted: RuleSet,
  ) {
    this.#writer = writer;
    this.#position = position;
    this.#ruleSet = ruleSet;
    this.#wanted = wanted;
  }

  /** Of a new database: makes the tables. */
  static async create({ writer }: Database): Promise<Projector> {
    const ruleSet = compileRuleSet([]);
    await writer.run('BEGIN');
    await writer.run(SCHEMA);
    await setMeta(writer, {
      schemaVersion: SCHEMA_VERSION,
      ruleSetVersion: ruleSet.version,
      rules: '[]',
      statement: String(BEGINNING),
      record: '0',
    });
    await writer.run('COMMIT');
    return Projector.open(writer);
  }

  /** Of a database with tables; null when they are of another schema version, or none of ours. */
  static async resume({ writer }: Database): Promise<Projector | null> {
    const found = await runQuery(
      writer,
      `SELECT table_name FROM duckdb_tables() WHERE table_name = 'meta'`,
    );
    if (found.length === 0) return null;
    const meta = await getMeta(writer);
    return meta.get('schemaVersion') === SCHEMA_VERSION ? Projector.open(writer) : null;
  }

  private static async open(writer: DuckDBConnection): Promise<Projector> {
    const meta = await getMeta(writer);
    const position = {
      statement: Number(meta.get('statement')) as Instant,
      record: Number(meta.get('record')),
      ruleSetVersion: meta.get('ruleSetVersion') ?? '',
    };
    const rules = JSON.parse(meta.get('rules') ?? '[]') as readonly Rule[];
    const wanted = compileRuleSet(await readRules(writer));
    return new Projector(writer, position, compileRuleSet(rules), wanted);
  }

  get position(): Position {
    return this.#position;
  }

  /** The version of the rules that the records hold. */
  get wantedVersion(): string {
    return this.#wanted.version;
  }

  /** The traces were read with other rules than the ones that hold now: only reading the log again helps. */
  get isOutdated(): boolean {
    return this.#wanted.version !== this.#position.ruleSetVersion;
  }

  /** False when the rules that its traces were read with are gone, as with a release that has other default rules. */
  get canGoOn(): boolean {
    return this.#ruleSet.version === this.#position.ruleSetVersion;
  }

  /** Reads entries, oldest first, without touching the database. */
  readBatch(entries: readonly LogEntry[]): Batch | null {
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return null;
    const traces: PlacedTrace[] = [];
    const voids: string[] = [];
    for (const { id, stored, text } of entries) {
      // Validated before it was stored.
      const statement = JSON.parse(text) as Statement;
      const target = readVoidTarget(statement);
      if (target === null)
        traces.push({ ...readTrace(statement, this.#ruleSet, stored), statement: stored, id });
      else voids.push(target);
    }
    return { first: first.stored, last: last.stored, traces, voids };
  }

  /** Adds a batch that follows the position, and moves the position, in one transaction. */
  async applyBatch({ last, traces, voids }: Batch): Promise<void> {
    await this.#transact(async () => {
      if (voids.length > 0) await this.#void(voids);
      if (traces.length > 0) {
        await this.#stage(traces);
        await this.#addStaged();
      }
      return { statement: last };
    });
  }

  /** Puts what statements say now in the place of what they said when they were read. */
  async replaceBatch({ traces }: Batch): Promise<void> {
    if (traces.length === 0) return;
    await this.#transact(async () => {
      await this.#stage(traces);
      for (const table of ['event', 'trace'])
        await this.#run(`DELETE FROM ${table} WHERE statement IN (SELECT statement FROM staged)`);
      await this.#addStaged();
      return {};
    });
  }

  async #addStaged(): Promise<void> {
    await this.#run(TAKE_STAGED);
    await this.#run(DERIVE_EVENTS);
    await this.#run('INSERT INTO event FROM derived');
    await this.#run(KEEP_WORK);
  }

  /** Applies record changes, oldest first, and derives again the events that they touch, in one transaction. */
  async applyRecords(changes: readonly RecordChange[]): Promise<void> {
    const last = changes.at(-1);
    if (last === undefined) return;
    const collections = new Set(changes.map(({ collection }) => collection));
    await this.#transact(async () => {
      // Not those that are about erasing people: whom they name must not be kept here too.
      await this.#storeRecords(
        changes.filter(({ collection }) => READ_COLLECTIONS.has(collection)),
      );
      await this.#run('CREATE OR REPLACE TEMP TABLE affected (statement BIGINT NOT NULL)');
      if (collections.has('people') || collections.has('observations')) await this.#run(OBSERVED);
      for (const dimension of DIMENSIONS.filter(({ from }) =>
        from.some((c) => collections.has(c)),
      )) {
        await this.#run(refreshDimension(dimension));
        await this.#collectAffected(dimension.table);
      }
      await this.#deriveAffected();
      return { record: last.version };
    });
    if (collections.has('rules')) await this.#changeRules();
  }

  /** Where nothing has been read yet the new rules can hold at once. */
  async #changeRules(): Promise<void> {
    const rules = await readRules(this.#writer);
    this.#wanted = compileRuleSet(rules);
    if (this.#position.statement !== BEGINNING) return;
    await this.#transact(async () => {
      await setMeta(this.#writer, { rules: JSON.stringify(rules) });
      return { ruleSetVersion: this.#wanted.version };
    });
    this.#ruleSet = this.#wanted;
  }

  async #void(targets: readonly string[]): Promise<void> {
    const parameters = { targets };
    await this.#run(
      'INSERT INTO voided SELECT DISTINCT unnest($targets) EXCEPT FROM voided',
      parameters,
    );
    await this.#run(
      'DELETE FROM event WHERE statement IN (SELECT statement FROM trace WHERE id IN (SELECT unnest($targets)))',
      parameters,
    );
    await this.#run('DELETE FROM trace WHERE id IN (SELECT unnest($targets))', parameters);
  }

  async #stage(traces: readonly PlacedTrace[]): Promise<void> {
    await this.#run(CREATE_STAGED);
    const appender = await this.#writer.createAppender('staged');
    const appendText = (value: string | null): void =>
      value === null ? appender.appendNull() : appender.appendVarchar(value);
    const appendNumber = (value: number | null): void =>
      value === null ? appender.appendNull() : appender.appendDouble(value);
    try {
      for (const trace of traces) {
        appender.appendBigInt(BigInt(trace.statement));
        appender.appendVarchar(trace.id);
        appender.appendBigInt(BigInt(trace.at));
        appendText(joinList(trace.agents));
        appender.appendVarchar(trace.verb);
        appendText(trace.object);
        appendText(joinList(trace.readings.map(writeReading)));
        appendText(joinList(trace.context));
        appendText(joinList(trace.aligned));
        appendText(trace.platform);
        appendNumber(trace.seconds);
        appendNumber(trace.score);
        if (trace.success === null) appender.appendNull();
        else appender.appendBoolean(trace.success);
        appender.appendBoolean(trace.observed);
        appendText(trace.session);
        appender.endRow();
      }
    } finally {
      appender.closeSync();
    }
  }

  async #storeRecords(changes: readonly RecordChange[]): Promise<void> {
    // The newest change of a key is the one that counts.
    const newest = new Map(changes.map((change) => [`${change.collection} ${change.key}`, change]));
    await this.#run(
      'CREATE OR REPLACE TEMP TABLE changed (collection VARCHAR NOT NULL, key VARCHAR NOT NULL, json VARCHAR)',
    );
    const appender = await this.#writer.createAppender('changed');
    try {
      for (const { collection, key, json } of newest.values()) {
        appender.appendVarchar(collection);
        appender.appendVarchar(key);
        if (json === null) appender.appendNull();
        else appender.appendVarchar(json);
        appender.endRow();
      }
    } finally {
      appender.closeSync();
    }
    await this.#run(
      'DELETE FROM record WHERE (collection, key) IN (SELECT (collection, key) FROM changed)',
    );
    await this.#run('INSERT INTO record FROM changed WHERE json IS NOT NULL');
    await this.#run(NUMBER_RECORDS, { keyed: KEYED_COLLECTIONS });
  }

  async #collectAffected(table: string): Promise<void> {
    const select = AFFECTED_BY[table];
    if (select === undefined) return;
    const changed = await runQuery(this.#writer, `FROM changed_${table} LIMIT 1`);
    if (changed.length > 0) await this.#run(`INSERT INTO affected ${select}`);
  }

  async #deriveAffected(): Promise<void> {
    let after = -1;
    for (;;) {
      await this.#run(TAKE_AFFECTED, { after, limit: DERIVE_SLICE });
      const rows = await runQuery(this.#writer, 'SELECT max(statement) AS last FROM work');
      const last = rows[0]?.['last'];
      if (typeof last !== 'number') return;
      await this.#run(DERIVE_EVENTS);
      await this.#run('DELETE FROM event WHERE statement IN (SELECT statement FROM work)');
      await this.#run('INSERT INTO event FROM derived');
      await this.#run(MARK_MAPPED);
      after = last;
    }
  }

  async #run(sql: string, parameters: Parameters<typeof runQuery>[2] = {}): Promise<void> {
    await runQuery(this.#writer, sql, parameters);
  }

  /** Rows and position are committed together, so that a crash neither loses a statement nor counts one twice. */
  async #transact(change: () => Promise<Partial<Position>>): Promise<void> {
    await this.#writer.run('BEGIN');
    try {
      const moved = await change();
      await setMeta(
        this.#writer,
        Object.fromEntries(Object.entries(moved).map(([name, value]) => [name, String(value)])),
      );
      await this.#writer.run('COMMIT');
      this.#position = { ...this.#position, ...moved };
    } catch (error) {
      await this.#writer.run('ROLLBACK');
      throw error;
    }
  }
}

/** The id of the statement that this one voids, in lower case. */
export function readVoidTarget({ verb, object }: Statement): string | null {
  if (verb.id !== VOIDED_VERB || object.objectType !== 'StatementRef') return null;
  return object.id.toLowerCase();
}

const SEPARATOR = '\u001f';

/**
 * The appender is several times quicker with texts than with lists. A separator inside a value (only an
 * account's name can hold one) must not make two values of it: a forged second agent would get the credit.
 */
function joinList(values: readonly string[]): string | null {
  if (values.length === 0) return null;
  const safe = values.some((value) => value.includes(SEPARATOR))
    ? values.map((value) => value.replaceAll(SEPARATOR, '\ufffd'))
    : values;
  return safe.join(SEPARATOR);
}

const CREATE_STAGED = `
CREATE OR REPLACE TEMP TABLE staged (
  statement BIGINT, id VARCHAR, at_micros BIGINT, agents VARCHAR, verb VARCHAR, object VARCHAR,
  readings VARCHAR, context VARCHAR, aligned VARCHAR, platform VARCHAR,
  seconds DOUBLE, score DOUBLE, success BOOLEAN, observed BOOLEAN, session VARCHAR)`;

const split = (column: string): string =>
  `coalesce(string_split(${column}, chr(31)), []) AS ${column}`;

/** Leaves out what was voided, before or in this batch. */
const TAKE_STAGED = `
CREATE OR REPLACE TEMP TABLE work AS
SELECT statement, id, make_timestamp(at_micros) AS "at", ${split('agents')}, verb, object, false AS mapped,
  ${split('readings')}, ${split('context')}, ${split('aligned')}, platform, seconds, score, success, observed, session
FROM staged ANTI JOIN voided USING (id)`;

const KEEP_WORK = `
INSERT INTO trace SELECT * REPLACE (statement IN (SELECT statement FROM derived) AS mapped) FROM work`;

const TAKE_AFFECTED = `
CREATE OR REPLACE TEMP TABLE work AS
FROM trace WHERE statement IN (
  SELECT DISTINCT statement FROM affected WHERE statement > $after ORDER BY statement LIMIT $limit)`;

const MARK_MAPPED = `
UPDATE trace SET mapped = NOT mapped
WHERE statement IN (
  SELECT statement FROM work WHERE mapped <> (statement IN (SELECT statement FROM derived)))`;

async function readRules(writer: DuckDBConnection): Promise<readonly Rule[]> {
  const rows = await runQuery(
    writer,
    `SELECT json FROM record WHERE collection = 'rules' ORDER BY key`,
  );
  // Checked against RULE_SCHEMA when they were imported; their keys are their order.
  return rows.map(({ json }) => JSON.parse(textOf(json)) as Rule);
}

async function getMeta(writer: DuckDBConnection): Promise<ReadonlyMap<string, string>> {
  const rows = await runQuery(writer, 'SELECT name, value FROM meta');
  return new Map(rows.map(({ name, value }) => [textOf(name), textOf(value)]));
}

async function setMeta(
  writer: DuckDBConnection,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, value] of Object.entries(values))
    await runQuery(writer, 'INSERT OR REPLACE INTO meta VALUES ($name, $value)', { name, value });
}

function textOf(cell: Cell | undefined): string {
  if (typeof cell !== 'string') throw new Error('a column that holds text held none');
  return cell;
}
