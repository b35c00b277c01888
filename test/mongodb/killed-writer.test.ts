import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BEGINNING } from '../../statements/instant.ts';
import type { PreparedStatement } from '../../statements/prepared-statement.ts';
import { openStore } from '../../src/storage/open-store.ts';
import type { Store } from '../../src/storage/store.ts';
import {
  appendNew,
  makeId,
  prepare,
  prepareVoid,
  queryIds,
} from '../contract/prepared-statements.ts';
import { describeWithMongodb, MONGODB_URI } from './mongodb-uri.ts';
import { dropDatabase, makeDatabaseUri } from './place.ts';
import { startProxy } from './proxy.ts';
import { startStoreProcess } from './start-store-process.ts';

/** All that an append can touch: what it holds itself, and what others have to learn of it. */
interface Scene {
  readonly batch: readonly PreparedStatement[];
  readonly key: string;
  readonly activity: string;
  readonly target: PreparedStatement;
  readonly referrer: PreparedStatement;
}

async function makeScene(store: Store): Promise<Scene> {
  const run = makeId();
  const key = `verb:${run}`;
  const activity = `https://example.org/${run}`;
  const target = prepare();
  const comesLater = makeId();
  const referrer = prepare({ refersTo: comesLater });
  await appendNew(store, target, referrer);
  const definitions = [{ id: activity, json: '{"name":{"en":"It"}}' }];
  const batch = [
    prepare({ keys: [key], definitions }),
    prepare({ id: comesLater, keys: [key] }),
    prepareVoid(target.id, [key]),
    prepare({ keys: [key] }),
  ];
  return { batch, key, activity, target, referrer };
}

describeWithMongodb('a writer that is killed', () => {
  let uri: string;
  let store: Store;

  beforeAll(async () => {
    uri = makeDatabaseUri(MONGODB_URI);
    store = await openStore({ store: 'mongodb', uri });
  });
  afterAll(async () => {
    await store.close();
    await dropDatabase(uri);
  });

  /** Kills the process once the answer to its nth command is on its way; false when it sent fewer. */
  async function appendKilledAt(
    nth: number,
    batch: readonly PreparedStatement[],
  ): Promise<boolean> {
    const proxy = await startProxy(uri);
    const writer = await startStoreProcess(proxy.uri);
    let seen = 0;
    const killed = new Promise<boolean>((resolve) => {
      proxy.onAnswer = async (name) => {
        if (name === 'hello' || ++seen < nth) return;
        writer.kill();
        await writer.exited;
        resolve(true);
      };
    });
    const finished = writer.call('append', batch).then(
      () => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 300)),
      () => killed,
    );
    const wasKilled = await Promise.race([killed, finished]);
    writer.kill();
    await writer.exited;
    await proxy.close();
    return wasKilled;
  }

  test('after any of its commands leaves all of its batch or nothing, and nobody waiting', async () => {
    const seen: boolean[] = [];
    for (let nth = 1; ; nth++) {
      const { batch, key, activity, target, referrer } = await makeScene(store);
      if (!(await appendKilledAt(nth, batch))) break;

      const ids = batch.map(({ id }) => id);
      const found = await queryIds(store, { allOf: [[key]] });
      const isStored = found.length > 0;
      seen.push(isStored);
      expect(found).toEqual(isStored ? [referrer.id, ...ids] : []);
      for (const id of ids) expect((await store.getStatement(id)) !== null).toBe(isStored);
      expect((await store.getStatement(target.id))?.voided).toBe(isStored);
      expect((await store.getActivityDefinitions([activity])).has(activity)).toBe(isStored);
      const log = new Set((await store.readLog(BEGINNING, 10_000)).map(({ id }) => id));
      expect(ids.map((id) => log.has(id))).toEqual(ids.map(() => isStored));
      // What it left does not stand in the way of its client, who sends it again.
      const again = await store.append(batch);
      expect(again.kind).toBe(isStored ? 'exists' : 'stored');
    }
    // The commit is one of the steps, with steps on both sides of it.
    expect(seen).toContain(true);
    expect(seen.length).toBeGreaterThan(6);
    expect(seen).toEqual([...seen].sort((a, b) => Number(a) - Number(b)));
  }, 180_000);
});
