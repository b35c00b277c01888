import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { StatementLog } from '../../graphql/warehouse/statement-log.ts';
import type { Warehouse } from '../../graphql/warehouse/warehouse.ts';
import { BEGINNING, type Instant } from '../../statements/instant.ts';
import { ADA, describeWarehouse, World } from './world.ts';

const PLAYED = 'https://w3id.org/xapi/video/verbs/played';
const AS_SHARING = { id: 'own.played', kind: 'CONTRIBUTED', when: { verbs: [PLAYED] } };
const NOT_ENGAGED = { id: 'engaged.learning-activity', disabled: true };
const CHILD = fileURLToPath(new URL('project-in-child.ts', import.meta.url));

let world: World;
beforeEach(async () => {
  world = await World.open();
  await world.put('people', { id: 'ada', agents: [ADA] });
});
afterEach(() => world.close());

async function countKinds(warehouse: Warehouse): Promise<object> {
  const rows = await warehouse.query(
    'SELECT kind::VARCHAR AS kind, count(*) AS events FROM event GROUP BY kind ORDER BY kind',
  );
  return Object.fromEntries(rows.map(({ kind, events }) => [kind, events]));
}

/** The log in small pages; each page from the beginning on is handed out when `gate` lets it. */
function openLog(limit: number, gate: (after: Instant) => Promise<void>): StatementLog {
  return {
    readRecordChanges: (after, count) => world.store.readRecordChanges(after, count),
    readLog: async (after) => {
      await gate(after);
      return await world.store.readLog(after, limit);
    },
  };
}

test('the old numbers stay up to date by the old rules, with progress, until the new ones are there', async () => {
  await world.append(...Array.from({ length: 10 }, () => ({ verb: { id: PLAYED } })));
  await world.project();
  const old = world.warehouse.status();
  await world.putRules(AS_SHARING, NOT_ENGAGED);

  const { promise: opened, resolve: open } = Promise.withResolvers<undefined>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
  // Who reads from before the old position reads again.
  const log = openLog(2, async (after) => {
    if (after === BEGINNING || after >= old.position) return;
    begin(undefined);
    await opened;
  });
  const follow = async () => {
    await world.warehouse.follow(log, await world.store.consistentThrough());
  };
  await follow();
  await begun;
  await world.append({ verb: { id: PLAYED } });
  await follow();
  expect(await countKinds(world.warehouse)).toEqual({ ENGAGED: 11 });
  const during = world.warehouse.status();
  expect(during.ruleSetVersion).toBe(old.ruleSetVersion);
  expect(during.asOf).toBeGreaterThan(old.asOf);
  expect(during.reprojection?.ruleSetVersion).not.toBe(old.ruleSetVersion);
  expect(during.reprojection?.done).toBeLessThan(during.reprojection?.total ?? 0);

  open(undefined);
  await world.project();
  expect(await countKinds(world.warehouse)).toEqual({ CONTRIBUTED: 11 });
  const { ruleSetVersion, reprojection } = world.warehouse.status();
  expect(ruleSetVersion).toBe(during.reprojection?.ruleSetVersion);
  expect(reprojection).toBeNull();
});

test('rules that change once more meanwhile are the ones that hold in the end', async () => {
  await world.append(...Array.from({ length: 10 }, () => ({ verb: { id: PLAYED } })));
  await world.project();
  await world.putRules(NOT_ENGAGED);
  const { promise: opened, resolve: open } = Promise.withResolvers<undefined>();
  const log = openLog(2, async (after) => {
    if (after > BEGINNING) await opened;
  });
  const upTo = await world.store.consistentThrough();
  const first = world.warehouse.project(log, upTo);
  await world.putRules(AS_SHARING);
  open(undefined);
  await first;
  await world.project();
  expect(await countKinds(world.warehouse)).toEqual({ ENGAGED: 10, CONTRIBUTED: 10 });
});

test('rules that are put back in the middle leave the old numbers, and nothing behind', async () => {
  await world.append(...Array.from({ length: 10 }, () => ({ verb: { id: PLAYED } })));
  await world.project();
  const before = await describeWarehouse(world.warehouse);
  await world.putRules(NOT_ENGAGED);
  const { promise: opened, resolve: open } = Promise.withResolvers<undefined>();
  const log = openLog(2, async (after) => {
    if (after > BEGINNING) await opened;
  });
  const upTo = await world.store.consistentThrough();
  const following = world.warehouse.follow(log, upTo);
  await world.putRules();
  open(undefined);
  await following;
  await world.project();
  await world.reopenWarehouse();
  await world.project();
  expect(await describeWarehouse(world.warehouse)).toEqual(before);
});

test('what fails beside the old numbers is told by the next projection, which tries again', async () => {
  await world.append({ verb: { id: PLAYED } }, { verb: { id: PLAYED } });
  await world.project();
  const { position } = world.warehouse.status();
  await world.putRules(NOT_ENGAGED);
  const broken = openLog(10, (after) =>
    after < position ? Promise.reject(new Error('the disk is gone')) : Promise.resolve(),
  );
  const upTo = await world.store.consistentThrough();
  const outcomes: unknown[] = [];
  for (let i = 0; i < 50 && outcomes.length === 0; i += 1) {
    await world.warehouse
      .follow(broken, upTo)
      .catch((error: unknown) => outcomes.push(Reflect.get(Object(error), 'cause')));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(outcomes).toEqual([expect.objectContaining({ message: 'the disk is gone' })]);
  expect(await countKinds(world.warehouse)).toEqual({ ENGAGED: 2 });
  await world.project().catch(() => world.project());
  expect(await countKinds(world.warehouse)).toEqual({});
});

/** Kills a process that reads the log again, once it has got somewhere; the answer is where it stood. */
async function killWhileReading(afterMs: number): Promise<string | null> {
  const child = fork(CHILD, [world.dataDir, world.warehousePath]);
  const exited = new Promise<string | null>((resolve) => {
    child.once('exit', (_, signal) => resolve(signal));
  });
  await new Promise((resolve) => child.once('message', resolve));
  setTimeout(() => child.kill('SIGKILL'), afterMs);
  return await exited;
}

test('killed in the middle, the old numbers come back, and the reading goes on where it stopped', async () => {
  const STATEMENTS = 6_000;
  for (let stored = 0; stored < STATEMENTS; stored += 1_000)
    await world.append(...Array.from({ length: 1_000 }, () => ({ verb: { id: PLAYED } })));
  await world.project();
  const old = world.warehouse.status();
  await world.warehouse.close();
  await world.putRules(AS_SHARING, NOT_ENGAGED);

  expect(await killWhileReading(600)).toBe('SIGKILL');
  await world.reopenWarehouse();
  expect(await countKinds(world.warehouse)).toEqual({ ENGAGED: STATEMENTS });
  expect(world.warehouse.status().ruleSetVersion).toBe(old.ruleSetVersion);

  const readFrom: Instant[] = [];
  const log = openLog(1_000, (after) => {
    if (after < old.position) readFrom.push(after);
    return Promise.resolve();
  });
  await world.warehouse.project(log, await world.store.consistentThrough());
  expect(await countKinds(world.warehouse)).toEqual({ CONTRIBUTED: STATEMENTS });
  // The first look is for where the log begins; the next is where the killed process stood.
  expect(readFrom[0]).toBe(BEGINNING);
  expect(readFrom[1]).toBeGreaterThan(BEGINNING);
}, 60_000);
