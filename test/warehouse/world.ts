import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COLLECTIONS } from '../../graphql/workforce/collections.ts';
import { createRuleReader } from '../../graphql/workforce/read-rule.ts';
import { createRecordReader, type Reading } from '../../graphql/workforce/read-record.ts';
import { Warehouse } from '../../graphql/warehouse/warehouse.ts';
import type { Row } from '../../graphql/warehouse/query-runner.ts';
import { prepareStatement, readStatements, statementId } from '../../statements/prepare.ts';
import { openStore } from '../../src/storage/open-store.ts';
import type { KeyedRecord, Store } from '../../src/storage/store.ts';

export const ADA = 'mailto:ada@example.org';
export const BEN = 'mailto:ben@example.org';

const readers = new Map(
  COLLECTIONS.map((collection) => [collection.name, createRecordReader(collection)]),
);

/** A record as the import would store it; throws when it is none. */
export function keyedRecord(collection: string, record: object): KeyedRecord {
  return recordOf(readers.get(collection)?.read(record, 0));
}

const ruleReader = createRuleReader();

function keyedRule(rule: object, index: number): KeyedRecord {
  return recordOf(ruleReader.read(rule, index));
}

function recordOf(reading: Reading | undefined): KeyedRecord {
  if (reading?.kind !== 'record') throw new Error(`no record: ${JSON.stringify(reading)}`);
  return reading.record;
}

/** A store and a warehouse that reads it, in a folder of their own. */
export class World {
  readonly dataDir: string;
  readonly store: Store;
  warehouse: Warehouse;

  private constructor(dataDir: string, store: Store, warehouse: Warehouse) {
    this.dataDir = dataDir;
    this.store = store;
    this.warehouse = warehouse;
  }

  /** The store is always in files; the warehouse only where a test opens it again. */
  static async open({ inMemory = false } = {}): Promise<World> {
    const dataDir = await mkdtemp(join(tmpdir(), 'praxis-warehouse-'));
    const store = await openStore({ store: 'sqlite', dataDir });
    const path = inMemory ? ':memory:' : join(dataDir, 'warehouse.duckdb');
    return new World(dataDir, store, await Warehouse.open(path));
  }

  get warehousePath(): string {
    return join(this.dataDir, 'warehouse.duckdb');
  }

  /** Fills in what a statement must have and these tests do not care about. */
  async append(...statements: readonly object[]): Promise<void> {
    if (statements.length === 0) return;
    const full = statements.map((statement) => ({
      actor: { mbox: ADA },
      object: { id: 'https://example.org/activity' },
      timestamp: '2026-03-01T12:00:00.000Z',
      id: randomUUID(),
      ...statement,
    }));
    const prepared = readStatements(JSON.stringify(full), '1.0.3').map((received) =>
      prepareStatement(received, {
        id: randomUUID(),
        authority: { mbox: 'mailto:lms@example.org' },
        version: '1.0.3',
      }),
    );
    const outcome = await this.store.append(prepared);
    if (outcome.kind !== 'stored') throw new Error('a test stored the same statement twice');
  }

  async has(id: string | undefined): Promise<boolean> {
    return id !== undefined && (await this.store.getStatement(statementId(id))) !== null;
  }

  async put(collection: string, ...records: readonly object[]): Promise<void> {
    await this.store.putRecords(
      collection,
      records.map((record) => keyedRecord(collection, record)),
    );
  }

  async putRules(...rules: readonly object[]): Promise<void> {
    await this.store.replaceRecords('rules', rules.map(keyedRule));
  }

  async project(): Promise<void> {
    await this.warehouse.project(this.store, await this.store.consistentThrough());
  }

  async reopenWarehouse(): Promise<void> {
    await this.warehouse.close();
    this.warehouse = await Warehouse.open(this.warehousePath);
  }

  /** Everything projected, then every event in words. */
  async events(): Promise<readonly Row[]> {
    await this.project();
    return await listEvents(this.warehouse);
  }

  async close(): Promise<void> {
    await this.warehouse.close();
    await this.store.close();
    await rm(this.dataDir, { recursive: true });
  }
}

/** Natural keys in place of surrogates: what two warehouses of the same log must agree on. */
export function listEvents(warehouse: Warehouse): Promise<readonly Row[]> {
  return warehouse.query(`
    SELECT e.kind, person.id AS person, assignment.role, assignment.starts, course.id AS course, skill.id AS skill,
      e.platform, e.seconds, e.score, e.success, e.tier, e.activity, e.session, e."at", e.statement
    FROM event e JOIN person USING (person) LEFT JOIN assignment USING (assignment)
    LEFT JOIN course USING (course) LEFT JOIN skill USING (skill)
    ORDER BY ALL`);
}

export async function describeWarehouse(warehouse: Warehouse): Promise<object> {
  const named = Object.entries(TABLES).map(
    async ([name, sql]) => [name, await warehouse.query(sql)] as const,
  );
  const { ruleSetVersion, position } = warehouse.status();
  return {
    ...Object.fromEntries(await Promise.all(named)),
    events: await listEvents(warehouse),
    ruleSetVersion,
    position,
  };
}

const TABLES = {
  traces: 'SELECT * FROM trace ORDER BY statement',
  voided: 'SELECT id FROM voided ORDER BY id',
  people: 'SELECT id, name, hired_on, left_on FROM person ORDER BY id',
  agents: 'SELECT agent, id FROM person_agent JOIN person USING (person) ORDER BY agent',
  assignments: `
    SELECT id, starts, ends, role, segment, department, location, manager, hourly_cost, performance
    FROM assignment JOIN person USING (person) ORDER BY ALL`,
  skills: 'SELECT id, name, parent_id FROM skill ORDER BY id',
  targets: 'SELECT id, role, level FROM skill_target JOIN skill USING (skill) ORDER BY ALL',
  courses: 'SELECT * EXCLUDE (course) FROM course ORDER BY id',
  taught:
    'SELECT course.id AS course, skill.id AS skill FROM course_skill JOIN course USING (course) JOIN skill USING (skill) ORDER BY ALL',
  platforms: 'FROM platform ORDER BY id',
  kpis: 'SELECT * EXCLUDE (kpi) FROM kpi ORDER BY id',
  observations: `SELECT key, id, o."at", value FROM observation o JOIN person USING (person)
     JOIN surrogate ON collection = 'kpis' AND number = o.kpi ORDER BY ALL`,
  pilots: 'FROM pilot ORDER BY id',
};
