import { rm, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { BEGINNING, type Instant } from '../../statements/instant.ts';
import type { StatementLog } from '../../graphql/warehouse/statement-log.ts';
import { Warehouse } from '../../graphql/warehouse/warehouse.ts';
import { ADA, describeWarehouse, World } from './world.ts';

const PLAYED = { id: 'https://w3id.org/xapi/video/verbs/played' };
const KINDS = 'SELECT kind, count(*) AS events FROM event GROUP BY kind';
const ENGAGED = [{ kind: 'ENGAGED', events: 1 }];

let world: World;
beforeEach(async () => {
  world = await World.open();
  await world.put('people', { id: 'ada', agents: [ADA] });
  await world.append({ verb: PLAYED });
});
afterEach(() => world.close());

describe('the warehouse file', () => {
  test('keeps rows and position over a restart', async () => {
    await world.project();
    const before = await describeWarehouse(world.warehouse);
    await world.reopenWarehouse();
    expect(await describeWarehouse(world.warehouse)).toEqual(before);
    await world.project();
    expect(await describeWarehouse(world.warehouse)).toEqual(before);
  });

  test('that is no database is replaced, and filled again', async () => {
    await world.warehouse.close();
    await writeFile(world.warehousePath, 'not a database');
    world.warehouse = await Warehouse.open(world.warehousePath);
    expect(world.warehouse.status().asOf).toBe(BEGINNING);
    await world.project();
    expect(await world.warehouse.query(KINDS)).toEqual(ENGAGED);
  });

  test('of another schema version is replaced, and filled again', async () => {
    await world.project();
    await world.warehouse.close();
    const instance = await DuckDBInstance.create(world.warehousePath);
    const connection = await instance.connect();
    await connection.run(`UPDATE meta SET value = 'older' WHERE name = 'schemaVersion'`);
    connection.closeSync();
    instance.closeSync();
    world.warehouse = await Warehouse.open(world.warehousePath);
    expect(await world.warehouse.query(KINDS)).toEqual([]);
    await world.project();
    expect(await world.warehouse.query(KINDS)).toEqual(ENGAGED);
  });

  test('can be deleted, and is filled again', async () => {
    await world.project();
    const before = await describeWarehouse(world.warehouse);
    await world.warehouse.close();
    await rm(world.warehousePath);
    world.warehouse = await Warehouse.open(world.warehousePath);
    await world.project();
    expect(await describeWarehouse(world.warehouse)).toEqual(before);
  });
});

/** The log, stopping where a test wants to look around. */
function pauseAtStatements(log: StatementLog, look: () => Promise<void>): StatementLog {
  return {
    readRecordChanges: (after, limit) => log.readRecordChanges(after, limit),
    readLog: async (after, limit) => {
      await look();
      return await log.readLog(after, limit);
    },
  };
}

describe('a change of the rules', () => {
  test('reads the log again, and serves the old numbers until that is done', async () => {
    await world.project();
    const old = world.warehouse.status();
    await world.putRules({ id: 'engaged.learning-activity', disabled: true });
    const seen: unknown[] = [];
    const log = pauseAtStatements(world.store, async () => {
      seen.push(await world.warehouse.query(KINDS), world.warehouse.status());
    });
    await world.warehouse.project(log, await world.store.consistentThrough());
    expect(seen[0]).toEqual(ENGAGED);
    expect(seen[1]).toMatchObject({ asOf: old.asOf, ruleSetVersion: old.ruleSetVersion });
    expect(await world.warehouse.query(KINDS)).toEqual([]);
    expect(world.warehouse.status().ruleSetVersion).not.toBe(old.ruleSetVersion);
    await expect(stat(`${world.warehousePath}.rebuild`)).rejects.toThrow('ENOENT');
  });

  test('that ended with the process before the log was read again is finished by the next one', async () => {
    await world.project();
    await world.putRules({ id: 'engaged.learning-activity', disabled: true });
    const fails = pauseAtStatements(world.store, () =>
      Promise.reject(new Error('the disk is gone')),
    );
    const upTo = await world.store.consistentThrough();
    await expect(world.warehouse.project(fails, upTo)).rejects.toThrow('the disk is gone');
    await world.reopenWarehouse();
    expect(await world.warehouse.query(KINDS)).toEqual(ENGAGED);
    await world.project();
    expect(await world.warehouse.query(KINDS)).toEqual([]);
  });
});

test('a rebuild gives the same rows and answers queries meanwhile', async () => {
  await world.project();
  const before = await describeWarehouse(world.warehouse);
  const { position } = world.warehouse.status();
  const asked: Promise<unknown>[] = [];
  const log = pauseAtStatements(world.store, () => {
    asked.push(world.warehouse.query(KINDS));
    return Promise.resolve();
  });
  await world.warehouse.rebuild(log, position);
  expect(await Promise.all(asked)).toEqual(asked.map(() => ENGAGED));
  expect(await describeWarehouse(world.warehouse)).toEqual(before);
  expect(world.warehouse.status().asOf).toBe(position);
});

describe('projecting', () => {
  test('says as of when, also when nothing was stored', async () => {
    await world.project();
    const { asOf, position } = world.warehouse.status();
    expect(asOf).toBeGreaterThanOrEqual(position);
    const later = (asOf + 1) as Instant;
    await world.warehouse.project(world.store, later);
    expect(world.warehouse.status()).toMatchObject({ asOf: later, position });
  });

  test('leaves out what was stored after the instant it is asked for', async () => {
    await world.project();
    const { position } = world.warehouse.status();
    await world.append({ verb: PLAYED }, { verb: PLAYED });
    await world.warehouse.project(world.store, position);
    expect(await world.warehouse.query(KINDS)).toEqual(ENGAGED);
    expect(world.warehouse.status().position).toBe(position);
  });

  test('twice at a time gives each statement once', async () => {
    await Promise.all([world.project(), world.project(), world.project()]);
    expect(await world.warehouse.query(KINDS)).toEqual(ENGAGED);
  });

  test('that fails leaves rows and position as they were', async () => {
    await world.project();
    const before = await describeWarehouse(world.warehouse);
    const garbled: StatementLog = {
      readRecordChanges: () => Promise.resolve([]),
      readLog: (after) =>
        Promise.resolve([{ id: 'x', stored: (after + 1) as Instant, text: '{"actor":' }]),
    };
    const upTo = await world.store.consistentThrough();
    await expect(world.warehouse.project(garbled, upTo)).rejects.toThrow(SyntaxError);
    expect(await describeWarehouse(world.warehouse)).toEqual(before);
    await world.append({ verb: PLAYED });
    await world.project();
    expect(await world.warehouse.query(KINDS)).toEqual([{ kind: 'ENGAGED', events: 2 }]);
  });
});

describe('a query', () => {
  test('gives plain values', async () => {
    const [row] = await world.warehouse.query(
      `SELECT 9007199254740991::BIGINT AS big, 1.25::DECIMAL(9, 2) AS decimal, TIMESTAMP '2026-01-01' AS "at",
        ['a', NULL] AS list, {x: 1, y: true} AS struct, sum(2::INTEGER) AS total, NULL AS nothing, 'ENGAGED'::event_kind AS kind`,
    );
    expect(row).toEqual({
      big: Number.MAX_SAFE_INTEGER,
      decimal: 1.25,
      at: Date.UTC(2026, 0, 1) * 1000,
      list: ['a', null],
      struct: { x: 1, y: true },
      total: 2,
      nothing: null,
      kind: 'ENGAGED',
    });
  });

  test('binds every kind of parameter', async () => {
    const rows = await world.warehouse.query(
      `SELECT $text AS text, $whole + 1 AS whole, $part AS part, $yes AS yes, $none AS none, list_contains($list, 'b') AS found,
        $at - INTERVAL 1 SECOND AS before, $large AS large`,
      {
        text: `'; DROP TABLE event; --`,
        whole: 2,
        part: 0.5,
        yes: true,
        none: null,
        list: ['a', 'b'],
        at: { timestampMicros: 5_000_000 },
        large: 2 ** 40,
      },
    );
    expect(rows).toEqual([
      {
        text: `'; DROP TABLE event; --`,
        whole: 3,
        part: 0.5,
        yes: true,
        none: null,
        found: true,
        before: 4_000_000,
        large: 2 ** 40,
      },
    ]);
  });

  test('that takes too long is stopped, and others go on', async () => {
    const endless = 'SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b';
    const stopped = world.warehouse.query(endless, {}, AbortSignal.timeout(50));
    await expect(stopped).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(await world.warehouse.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('of more readers than there are places waits for its turn', async () => {
    const asked = Array.from({ length: 20 }, (_, i) =>
      world.warehouse.query('SELECT $i AS i', { i }),
    );
    expect((await Promise.all(asked)).flat()).toEqual(asked.map((_, i) => ({ i })));
  });

  test('is refused once the warehouse is closed', async () => {
    const closed = await Warehouse.open(':memory:');
    await closed.close();
    await expect(closed.query('SELECT 1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(closed.project(world.store, BEGINNING)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});
