import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BEGINNING, type Instant } from '../../statements/instant.ts';
import type { AppendOutcome } from '../../src/storage/store.ts';
import { ask, makeId, prepare, prepareVoid } from '../contract/prepared-statements.ts';
import { describeWithMongodb, MONGODB_URI } from './mongodb-uri.ts';
import { dropDatabase, makeDatabaseUri } from './place.ts';
import { startStoreProcess, type StoreProcess } from './start-store-process.ts';

const FIVE_MINUTES_MS = 300_000;

function storedOf(outcome: AppendOutcome): Instant {
  if (outcome.kind === 'exists') throw new Error('This was to be new.');
  return outcome.stored.at(-1)!;
}

describeWithMongodb('several processes on one database, their clocks minutes apart', () => {
  let uri: string;
  let fast: StoreProcess;
  let slow: StoreProcess;
  const both = (): StoreProcess[] => [fast, slow];

  beforeAll(async () => {
    uri = makeDatabaseUri(MONGODB_URI);
    fast = await startStoreProcess(uri, FIVE_MINUTES_MS);
    slow = await startStoreProcess(uri, -FIVE_MINUTES_MS);
  });
  afterAll(async () => {
    for (const each of both()) {
      await each.call('close');
      each.kill();
      await each.exited;
    }
    await dropDatabase(uri);
  });

  test('what is acknowledged later is stamped later, whoever stores it', async () => {
    let last = BEGINNING;
    for (let turn = 0; turn < 20; turn++) {
      const stored = storedOf(await both()[turn % 2]!.call('append', [prepare()]));
      expect(stored).toBeGreaterThan(last);
      last = stored;
    }
  });

  test('what one has acknowledged the other finds at once, by id, by key and in the log', async () => {
    for (let turn = 0; turn < 20; turn++) {
      const [writer, reader] = turn % 2 === 0 ? [fast, slow] : [slow, fast];
      const key = `verb:${makeId()}`;
      const batch = [prepare({ keys: [key] }), prepare({ keys: [key] })];
      const stored = storedOf(await writer.call('append', batch));
      expect((await reader.call('getStatement', batch[0]!.id))?.id).toBe(batch[0]!.id);
      const page = await reader.call('queryStatements', ask({ allOf: [[key]] }));
      expect(page.statements.map(({ id }) => id)).toEqual(batch.map(({ id }) => id));
      const log = await reader.call('readLog', (stored - 1) as Instant, 10);
      expect(log.at(-1)?.id).toBe(batch[1]!.id);
    }
  });

  test('an id is stored once, and all who come too late are shown what is there', async () => {
    for (let turn = 0; turn < 10; turn++) {
      const ids = [makeId(), makeId()];
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          both()[n % 2]!.call(
            'append',
            ids.map((id) => prepare({ id, openText: `{"n":${n}` })),
          ),
        ),
      );
      expect(outcomes.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
      const winner = outcomes.findIndex(({ kind }) => kind === 'stored');
      for (const outcome of outcomes)
        if (outcome.kind === 'exists')
          for (const { text } of outcome.existing) expect(JSON.parse(text).n).toBe(winner);
    }
  });

  test('voids and references hold, whoever stores which end, in either order, at the same time', async () => {
    for (let turn = 0; turn < 30; turn++) {
      const key = `verb:${makeId()}`;
      const target = prepare({ keys: [key] });
      const middle = prepare({ refersTo: target.id });
      const end = prepare({ refersTo: middle.id });
      const parts = [target, middle, end, prepareVoid(target.id)];
      await Promise.all(
        parts.map((part, index) => both()[(index + turn) % 2]!.call('append', [part])),
      );
      for (const reader of both()) {
        expect((await reader.call('getStatement', target.id))?.voided).toBe(true);
        const { statements } = await reader.call('queryStatements', ask({ allOf: [[key]] }));
        const expected = parts.slice(1).map(({ id }) => id);
        expect(new Set(statements.map(({ id }) => id))).toEqual(new Set(expected));
      }
    }
  });

  test('nothing appears at or before what either has promised', async () => {
    const key = `verb:${makeId()}`;
    const promises: { through: Instant; seen: readonly Instant[] }[] = [];
    let writing = true;
    const read = async (reader: StoreProcess, until: Instant | null) => {
      const query = ask({ allOf: [[key]], until });
      return (await reader.call('queryStatements', query)).statements.map(({ stored }) => stored);
    };
    const watch = async (reader: StoreProcess): Promise<void> => {
      while (writing) {
        const through = await reader.call('consistentThrough');
        promises.push({ through, seen: await read(reader, through) });
      }
    };
    const watching = both().map(watch);
    await Promise.all(
      both().flatMap((writer) =>
        Array.from({ length: 4 }, async () => {
          for (let n = 0; n < 30; n++)
            await writer.call('append', [prepare({ keys: [key] }), prepare({ keys: [key] })]);
        }),
      ),
    );
    writing = false;
    await Promise.all(watching);
    const stored = await read(slow, null);
    expect(stored).toHaveLength(480);
    expect(promises.some(({ seen }) => seen.length > 0 && seen.length < 480)).toBe(true);
    for (const { through, seen } of promises)
      expect(seen).toEqual(stored.filter((instant) => instant <= through));
  });

  test('of many that change a document one holds, and its versions rise', async () => {
    const key = {
      resource: 'activities/state' as const,
      activityId: `https://example.org/${makeId()}`,
      agent: 'mailto:ada@example.org',
      registration: null,
      id: 'bookmark',
    };
    const documentOf = (n: number) => ({
      contentType: 'text/plain',
      content: Buffer.from(String(n)),
      etag: String(n),
    });
    let expected: Instant | null = null;
    for (let turn = 0; turn < 8; turn++) {
      const held = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          both()[n % 2]!.call('setDocument', key, expected, documentOf(n)),
        ),
      );
      expect(held.filter((each) => each)).toHaveLength(1);
      const found = (await both()[turn % 2]!.call('getDocument', key))!;
      expect(found.etag).toBe(String(held.indexOf(true)));
      expect(found.updated).toBeGreaterThan(expected ?? BEGINNING);
      expected = found.updated;
    }
  });

  test('records and credentials that one changes the other has', async () => {
    const [before] = (await slow.call('readRecordChanges', 0, 1000)).slice(-1);
    await fast.call('putRecords', 'people', [{ key: 'a', json: '{"by":"fast"}' }]);
    await slow.call('putRecords', 'people', [{ key: 'a', json: '{"by":"slow"}' }]);
    await fast.call('replaceRecords', 'rules', [{ key: 'r', json: '{}' }]);
    for (const reader of both()) {
      expect(await reader.call('listRecords', 'people', null, 9)).toEqual([
        { key: 'a', json: '{"by":"slow"}' },
      ]);
      const changes = await reader.call('readRecordChanges', before?.version ?? 0, 9);
      expect(changes.map(({ collection, key }) => [collection, key])).toEqual([
        ['people', 'a'],
        ['rules', 'r'],
      ]);
    }
    const credential = { key: 'k', secretHash: 'x', name: 'n', scopes: [], createdAt: BEGINNING };
    expect(await fast.call('createCredential', credential)).toBe(true);
    expect(await slow.call('createCredential', credential)).toBe(false);
    expect(await slow.call('deleteCredential', 'k')).toBe(true);
    expect(await fast.call('getCredential', 'k')).toBeNull();
  });

  test('an activity is what was said of it last, whoever said it', async () => {
    const id = `https://example.org/${makeId()}`;
    for (let turn = 0; turn < 12; turn++) {
      const name = `name ${turn % 3}`;
      const definitions = [{ id, json: JSON.stringify({ name: { en: name } }) }];
      const writer = both()[Math.floor(turn / 2) % 2]!;
      await writer.call('append', [prepare({ definitions })]);
      const known = await both()[turn % 2]!.call('getActivityDefinitions', [id]);
      expect(JSON.parse(known.get(id) ?? 'null')).toEqual({ name: { en: name } });
    }
  });
});
