import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { BEGINNING, formatInstant, type Instant } from '../../statements/instant.ts';
import type { StatementId } from '../../statements/statement.ts';
import type { Credential, RecordChange, Store } from '../../src/storage/store.ts';
import { adapters, chooseAdapters, type Place } from './adapters.ts';
import {
  appendNew,
  ask,
  makeId,
  prepare,
  prepareVoid,
  queryIds,
  walkPages,
} from './prepared-statements.ts';

test('asking for an adapter that is not there is an error that lists those that are', () => {
  expect(() => chooseAdapters('sqlite,sqlight')).toThrow(/sqlight.*sqlite/);
});

describe.each(adapters)('the store contract, kept by $name', (adapter) => {
  let place: Place;
  let store: Store;
  let keys = 0;
  /** Keys nobody else uses: the tests share one store. */
  const makeKey = (): string => `verb:https://example.org/verbs/${++keys}`;

  beforeAll(async () => {
    place = await adapter.makePlace();
    store = await place.open();
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  /** A store of its own, for tests that count everything or reopen. Closes what they leave open. */
  async function inFreshPlace(run: (fresh: Place) => Promise<void>): Promise<void> {
    const fresh = await adapter.makePlace();
    const opened: { close(): Promise<void> }[] = [];
    const keep = <Opened extends { close(): Promise<void> }>(each: Opened): Opened => {
      opened.push(each);
      return each;
    };
    try {
      await run({
        ...fresh,
        open: async () => keep(await fresh.open()),
        openLog: async () => keep(await fresh.openLog()),
      });
    } finally {
      await Promise.all(opened.map((each) => each.close()));
      await fresh.remove();
    }
  }

  async function isVoided(id: StatementId): Promise<boolean | undefined> {
    return (await store.getStatement(id))?.voided;
  }

  describe('append and get', () => {
    test('returns the text byte for byte, closed with the instant it was stored at', async () => {
      const openText = '{ "id" : "x",  "result":{"score":{"raw":1.0}},"ünï":"\\u0041 😀"';
      const statement = prepare({ openText });
      const [stored] = await appendNew(store, statement);
      expect(await store.getStatement(statement.id)).toEqual({
        id: statement.id,
        stored,
        text: `${openText},"stored":"${formatInstant(stored!)}"}`,
        voided: false,
      });
    });

    test('a statement without a timestamp gets the one it was stored at', async () => {
      const statement = prepare({ needsTimestamp: true });
      const [stored] = await appendNew(store, statement);
      const { text } = (await store.getStatement(statement.id))!;
      expect(JSON.parse(text)).toEqual({
        id: statement.id,
        stored: formatInstant(stored!),
        timestamp: formatInstant(stored!),
      });
    });

    test('an id that nobody stored is nobody', async () => {
      expect(await store.getStatement(makeId())).toBeNull();
    });

    test('no statements at all are stored at no instants', async () => {
      expect(await store.append([])).toEqual({ kind: 'stored', stored: [] });
    });

    test('one existing id keeps the whole request out, and the existing statements come back', async () => {
      const [one, two] = [prepare(), prepare()];
      await appendNew(store, one, two);
      const fresh = prepare();
      const key = makeKey();
      const outcome = await store.append([
        fresh,
        prepare({ id: two.id, openText: '{"other":1', keys: [key] }),
        prepare({ id: one.id }),
      ]);
      const [storedOne, storedTwo] = [
        await store.getStatement(one.id),
        await store.getStatement(two.id),
      ];
      expect(outcome.kind).toBe('exists');
      expect('existing' in outcome && new Set(outcome.existing)).toEqual(
        new Set([storedOne, storedTwo]),
      );
      expect(await store.getStatement(fresh.id)).toBeNull();
      expect(storedTwo?.text).toContain(two.openText);
      expect(await queryIds(store, { allOf: [[key]] })).toEqual([]);
    });

    test('a request that is kept out voids nothing and passes on no keys', async () => {
      const [existing, target] = [prepare(), prepare()];
      await appendNew(store, existing, target);
      await store.append([prepareVoid(target.id), existing]);
      expect(await isVoided(target.id)).toBe(false);
    });

    test('a request at fault fails alone, whatever else is written at the same time', async () => {
      const key = makeKey();
      const twice = prepare({ keys: [key] });
      const good = Array.from({ length: 20 }, () => prepare({ keys: [key] }));
      const calls = good.map((statement) => store.append([statement]));
      const faulty = store.append([prepare({ keys: [key] }), twice, twice]);
      const more = Array.from({ length: 20 }, () => prepare({ keys: [key] }));
      calls.push(...more.map((statement) => store.append([statement])));
      await expect(faulty).rejects.toThrow();
      await Promise.all(calls);
      const ids = [...good, ...more].map(({ id }) => id);
      expect(await queryIds(store, { allOf: [[key]] })).toEqual(ids);
    });

    test('of many requests with the same id exactly one is stored', async () => {
      const id = makeId();
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          store.append([prepare({ id, openText: `{"n":${n}` })]),
        ),
      );
      const stored = outcomes.flatMap((outcome, n) => (outcome.kind === 'stored' ? [n] : []));
      expect(stored).toHaveLength(1);
      const { text } = (await store.getStatement(id))!;
      expect(JSON.parse(text).n).toBe(stored[0]);
      for (const outcome of outcomes) {
        if (outcome.kind === 'exists') expect(outcome.existing).toMatchObject([{ id, text }]);
      }
    });

    test('instants rise strictly, within a request and over all requests', async () => {
      const requests = Array.from({ length: 50 }, () => [prepare(), prepare(), prepare()]);
      const outcomes = await Promise.all(requests.map((all) => appendNew(store, ...all)));
      for (const stored of outcomes) {
        expect(stored).toEqual([...stored].sort((a, b) => a - b));
      }
      expect(new Set(outcomes.flat()).size).toBe(150);
      const [later] = await appendNew(store, prepare());
      expect(later).toBeGreaterThan(Math.max(...outcomes.flat()));
    });
  });

  describe('voiding', () => {
    test('a voided statement can be had by id, and by no query', async () => {
      const key = makeKey();
      const target = prepare({ keys: [key] });
      await appendNew(store, target);
      const [voidedAt] = await appendNew(store, prepareVoid(target.id));
      expect(await isVoided(target.id)).toBe(true);
      expect(await queryIds(store, { allOf: [[key]], until: (voidedAt! - 1) as Instant })).toEqual(
        [],
      );
    });

    test('a query without filters passes over voided statements', async () => {
      const [before, target, after] = [prepare(), prepare(), prepare()];
      const [first, , last] = await appendNew(store, before, target, after);
      await appendNew(store, prepareVoid(target.id));
      const since = (first! - 1) as Instant;
      expect(await queryIds(store, { since, until: last! })).toEqual([before.id, after.id]);
      expect(await queryIds(store, { since, until: last!, limit: 1 })).toEqual([
        before.id,
        after.id,
      ]);
    });

    test('a target that comes later is voided as it comes', async () => {
      const target = prepare();
      await appendNew(store, prepareVoid(target.id));
      await appendNew(store, target);
      expect(await isVoided(target.id)).toBe(true);
    });

    test.each(['before', 'after'])(
      'the voiding statement may stand %s its target in one request',
      async (where) => {
        const target = prepare();
        const voiding = prepareVoid(target.id);
        await appendNew(store, ...(where === 'before' ? [voiding, target] : [target, voiding]));
        expect(await isVoided(target.id)).toBe(true);
        expect(await isVoided(voiding.id)).toBe(false);
      },
    );

    test.each(['before', 'after'])(
      'a voiding statement cannot be voided by one that comes %s it',
      async (where) => {
        const target = prepare();
        const voiding = prepareVoid(target.id);
        const second = prepareVoid(voiding.id);
        await appendNew(store, target);
        for (const each of where === 'before' ? [second, voiding] : [voiding, second]) {
          await appendNew(store, each);
        }
        expect(await isVoided(voiding.id)).toBe(false);
        expect(await isVoided(target.id)).toBe(true);
      },
    );

    test('a statement that only refers to another does not void it', async () => {
      const target = prepare();
      await appendNew(store, target, prepare({ refersTo: target.id }));
      expect(await isVoided(target.id)).toBe(false);
    });
  });

  describe('inheritance along StatementRefs', () => {
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];

    test.each(orders)('a chain of three has its keys, come in order %i %i %i', async (...order) => {
      for (const apart of [true, false]) {
        const key = makeKey();
        const target = prepare({ keys: [key] });
        const middle = prepare({ refersTo: target.id });
        const chain = [target, middle, prepare({ refersTo: middle.id })];
        const coming = order.map((index) => chain[index]!);
        if (apart) for (const each of coming) await appendNew(store, each);
        else await appendNew(store, ...coming);
        const found = await queryIds(store, { allOf: [[key]] });
        expect(found).toEqual(coming.map(({ id }) => id));
      }
    });

    test('keys go from the target to who refers to it, never back', async () => {
      const key = makeKey();
      const target = prepare();
      const referrer = prepare({ refersTo: target.id, keys: [key] });
      await appendNew(store, target, referrer);
      expect(await queryIds(store, { allOf: [[key]] })).toEqual([referrer.id]);
    });

    test('a circle of references, and a statement that refers to itself, end', async () => {
      const [one, two, three] = [makeKey(), makeKey(), makeKey()];
      const ids = [makeId(), makeId(), makeId()] as const;
      await appendNew(store, prepare({ id: ids[0], refersTo: ids[1], keys: [one] }));
      await appendNew(store, prepare({ id: ids[1], refersTo: ids[0], keys: [two] }));
      await appendNew(store, prepare({ id: ids[2], refersTo: ids[2], keys: [three] }));
      expect(await queryIds(store, { allOf: [[one], [two]] })).toEqual([ids[0], ids[1]]);
      expect(await queryIds(store, { allOf: [[three]] })).toEqual([ids[2]]);
    });

    test('what refers to a voided statement keeps its keys, the voiding statement too', async () => {
      const key = makeKey();
      const target = prepare({ keys: [key] });
      const referrer = prepare({ refersTo: target.id });
      const voiding = prepareVoid(target.id);
      await appendNew(store, target, referrer, voiding);
      expect(await queryIds(store, { allOf: [[key]] })).toEqual([referrer.id, voiding.id]);
    });
  });

  describe('queries', () => {
    test('ask for one key of each list', async () => {
      const [a, b, c] = [makeKey(), makeKey(), makeKey()];
      const all = [prepare({ keys: [a, b] }), prepare({ keys: [a, c] }), prepare({ keys: [b, c] })];
      await appendNew(store, ...all);
      const [ab, ac, bc] = all.map(({ id }) => id);
      expect(await queryIds(store, { allOf: [[a]] })).toEqual([ab, ac]);
      expect(await queryIds(store, { allOf: [[a, b, c]] })).toEqual([ab, ac, bc]);
      expect(await queryIds(store, { allOf: [[a], [c]] })).toEqual([ac]);
      expect(await queryIds(store, { allOf: [[a, b], [c]] })).toEqual([ac, bc]);
      expect(await queryIds(store, { allOf: [[a], [b], [c]] })).toEqual([]);
    });

    test('a key nobody has finds nothing, and does not hide the others of its list', async () => {
      const key = makeKey();
      const statement = prepare({ keys: [key] });
      await appendNew(store, statement);
      expect(await store.queryStatements(ask({ allOf: [[makeKey()]] }))).toEqual({
        statements: [],
        cursor: null,
      });
      expect(await queryIds(store, { allOf: [[key], [makeKey()]] })).toEqual([]);
      expect(await queryIds(store, { allOf: [[makeKey(), key]] })).toEqual([statement.id]);
    });

    test('keys are told apart to the byte', async () => {
      const key = `agent:account:https://example.org|${makeId()}`;
      const variants = [
        key,
        `${key} `,
        key.toUpperCase(),
        `${key}\u0000`,
        `${key}\u00e9`,
        `${key}e\u0301`,
      ];
      const statements = variants.map((each) => prepare({ keys: [each] }));
      await appendNew(store, ...statements);
      for (const [index, variant] of variants.entries()) {
        expect(await queryIds(store, { allOf: [[variant]] })).toEqual([statements[index]!.id]);
      }
    });

    test.each([
      { by: 'a key', filter: true },
      { by: 'nothing', filter: false },
    ])('since is excluded and until included, filtered by $by', async ({ filter }) => {
      const key = makeKey();
      const statements = [0, 1, 2, 3].map(() => prepare({ keys: [key] }));
      const stored = await appendNew(store, ...statements);
      const [, two, three] = statements.map(({ id }) => id);
      const range = { since: stored[0]!, until: stored[2]!, allOf: filter ? [[key]] : [] };
      expect(await queryIds(store, range)).toEqual([two, three]);
      expect(await queryIds(store, { ...range, ascending: false })).toEqual([three, two]);
      expect(await queryIds(store, { ...range, since: stored[2]! })).toEqual([]);
    });

    test.each([true, false])(
      'cursors walk every statement once, in order (ascending: %s)',
      async (ascending) => {
        const [all, some] = [makeKey(), makeKey()];
        const statements = Array.from({ length: 60 }, (_, n) =>
          prepare({ keys: n % 3 === 0 ? [all, some] : [all] }),
        );
        const stored = await appendNew(store, ...statements);
        const range = { since: (stored[0]! - 1) as Instant, until: stored[59]! };
        const inOrder = (which: typeof statements): readonly StatementId[] => {
          const ids = which.map(({ id }) => id);
          return ascending ? ids : ids.toReversed();
        };
        const third = statements.filter((_, n) => n % 3 === 0);
        for (const limit of [1, 7, 20, 60, 61]) {
          const shape = { ascending, limit };
          expect(await queryIds(store, { ...shape, ...range })).toEqual(inOrder(statements));
          expect(await queryIds(store, { ...shape, allOf: [[all]] })).toEqual(inOrder(statements));
          expect(await queryIds(store, { ...shape, allOf: [[some], [all]] })).toEqual(
            inOrder(third),
          );
          expect(await queryIds(store, { ...shape, allOf: [[some, all]] })).toEqual(
            inOrder(statements),
          );
        }
      },
    );

    test('the last page says so, also when it is full', async () => {
      const key = makeKey();
      await appendNew(store, prepare({ keys: [key] }), prepare({ keys: [key] }));
      const page = await store.queryStatements(ask({ allOf: [[key]], limit: 2 }));
      expect(page.statements).toHaveLength(2);
      expect(page.cursor).toBeNull();
    });

    test('what comes during a descending walk does not disturb it', async () => {
      const key = makeKey();
      const statements = Array.from({ length: 9 }, () => prepare({ keys: [key] }));
      await appendNew(store, ...statements);
      const query = ask({ allOf: [[key]], limit: 5, ascending: false });
      const first = await store.queryStatements(query);
      await appendNew(store, prepare({ keys: [key] }));
      const second = await store.queryStatements({ ...query, cursor: first.cursor });
      const ids = [...first.statements, ...second.statements].map(({ id }) => id);
      expect(ids).toEqual(statements.map(({ id }) => id).toReversed());
    });

    test('a long search may end early, and its cursors still find everything', async () => {
      // Two keys that take turns over the log: the dearest intersection there is.
      const [even, odd] = [makeKey(), makeKey()];
      const both = prepare({ keys: [even, odd] });
      for (let n = 0; n < 10; n++) {
        const turns = Array.from({ length: 1500 }, (_, i) =>
          prepare({ keys: [i % 2 === 0 ? even : odd] }),
        );
        await appendNew(store, ...turns, ...(n === 0 ? [both] : []));
      }
      const query = { allOf: [[even], [odd]], ascending: false, limit: 10 };
      expect(await queryIds(store, query)).toEqual([both.id]);
      expect(await queryIds(store, { ...query, ascending: true })).toEqual([both.id]);
    });

    test('statements voided in bulk hide none of the others', async () => {
      const key = makeKey();
      const first = prepare({ keys: [key] });
      await appendNew(store, first);
      const doomed = Array.from({ length: 3000 }, () => prepare({ keys: [key] }));
      await appendNew(store, ...doomed);
      await appendNew(store, ...doomed.map(({ id }) => prepareVoid(id, ['verb:voided'])));
      const voiding = await queryIds(store, { allOf: [[key]], ascending: false });
      expect(voiding).toHaveLength(3001);
      expect(voiding.at(-1)).toBe(first.id);
    });
  });

  describe('Consistent-Through', () => {
    test('rises with the clock when nothing is stored', async () => {
      const before = await store.consistentThrough();
      // A store may give the same promise for a while; one that never rises ends in the test's timeout.
      while ((await store.consistentThrough()) === before) await sleep(50);
      expect(await store.consistentThrough()).toBeGreaterThan(before);
    });

    test('reaches a statement as soon as it is acknowledged, whatever else is under way', async () => {
      const write = async (): Promise<void> => {
        for (let n = 0; n < 40; n++) {
          const [stored] = await appendNew(store, prepare());
          expect(await store.consistentThrough()).toBeGreaterThanOrEqual(stored!);
        }
      };
      await Promise.all(Array.from({ length: 6 }, write));
    });

    test('nothing appears at or before it, however many write', async () => {
      const key = makeKey();
      const promises: { through: Instant; seen: readonly Instant[] }[] = [];
      let writing = true;
      const watch = async (): Promise<void> => {
        while (writing) {
          const through = await store.consistentThrough();
          const pages = await walkPages(store, { allOf: [[key]], until: through });
          promises.push({ through, seen: pages.flat().map(({ stored }) => stored) });
        }
      };
      const write = async (): Promise<void> => {
        for (let n = 0; n < 60; n++) await appendNew(store, prepare({ keys: [key] }));
      };
      const watching = watch();
      await Promise.all(Array.from({ length: 8 }, write));
      writing = false;
      await watching;

      const stored = (await walkPages(store, { allOf: [[key]] })).flat().map((each) => each.stored);
      expect(stored).toHaveLength(480);
      expect(promises.some(({ seen }) => seen.length > 0 && seen.length < 480)).toBe(true);
      for (const [index, { through, seen }] of promises.entries()) {
        expect(seen).toEqual(stored.filter((instant) => instant <= through));
        expect(through).toBeGreaterThanOrEqual(promises[index - 1]?.through ?? 0);
      }
    });
  });

  describe('the log', () => {
    test('tells every statement once, oldest first, voided ones too', async () => {
      await inFreshPlace(async (fresh) => {
        const own = await fresh.open();
        const log = await fresh.openLog();
        const statements = Array.from({ length: 25 }, () => prepare());
        const stored = await appendNew(own, ...statements);
        const voiding = prepareVoid(statements[3]!.id);
        await appendNew(own, voiding);
        const ids = [...statements, voiding].map(({ id }) => id);
        for (const reader of [own, log]) {
          const first = await reader.readLog(BEGINNING, 10);
          expect(first).toHaveLength(10);
          const rest = await reader.readLog(first.at(-1)!.stored, 1000);
          expect([...first, ...rest].map(({ id }) => id)).toEqual(ids);
          expect(first[0]).toMatchObject({
            id: ids[0],
            stored: stored[0],
            text: (await own.getStatement(ids[0]!))!.text,
          });
          expect(await reader.readLog(rest.at(-1)!.stored, 10)).toEqual([]);
        }
      });
    });

    test('a log that is open already sees what is stored later', async () => {
      const log = await place.openLog();
      const position = await store.consistentThrough();
      expect(await log.readLog(position, 10)).toEqual([]);
      const statement = prepare();
      await appendNew(store, statement);
      expect(await log.readLog(position, 10)).toMatchObject([{ id: statement.id }]);
      await log.close();
    });
  });

  describe('workforce records', () => {
    const counts = { created: 0, updated: 0, unchanged: 0, deleted: 0 };

    async function readNewest(): Promise<number> {
      return (await store.readRecordChanges(0, 100_000)).at(-1)?.version ?? 0;
    }

    function withoutVersion({ collection, key, json }: RecordChange) {
      return { collection, key, json };
    }

    test('putting tells what was created, updated and left alone', async () => {
      const [a, b] = [
        { key: 'a', json: '{"a":1}' },
        { key: 'b', json: '{"b":1}' },
      ];
      expect(await store.putRecords('people', [a, b])).toEqual({ ...counts, created: 2 });
      const changed = { key: 'b', json: '{"b":2}' };
      const before = await readNewest();
      expect(await store.putRecords('people', [a, changed, { key: 'c', json: '{}' }])).toEqual({
        ...counts,
        created: 1,
        updated: 1,
        unchanged: 1,
      });
      expect(await store.listRecords('people', null, 10)).toEqual([
        a,
        changed,
        { key: 'c', json: '{}' },
      ]);
      expect(await store.getRecord('people', 'b')).toEqual(changed);
      expect(await store.getRecord('nobody', 'b')).toBeNull();
      expect((await store.readRecordChanges(before, 10)).map(({ key }) => key)).toEqual(['b', 'c']);
    });

    test('an equal record makes no change to be read', async () => {
      const record = { key: 'k', json: '{}' };
      await store.putRecords('calm', [record]);
      const before = await readNewest();
      expect(await store.putRecords('calm', [record])).toEqual({ ...counts, unchanged: 1 });
      expect(await store.replaceRecords('calm', [record])).toEqual({ ...counts, unchanged: 1 });
      expect(await store.readRecordChanges(before, 10)).toEqual([]);
    });

    test('replacing deletes what is not named, in that collection only', async () => {
      await store.putRecords('kept', [{ key: 'a', json: '{}' }]);
      await store.putRecords('rules', [
        { key: 'a', json: '{"a":1}' },
        { key: 'b', json: '{}' },
      ]);
      const outcome = await store.replaceRecords('rules', [
        { key: 'a', json: '{"a":2}' },
        { key: 'c', json: '{}' },
      ]);
      expect(outcome).toEqual({ created: 1, updated: 1, unchanged: 0, deleted: 1 });
      const left = await store.listRecords('rules', null, 10);
      expect(left.map(({ key }) => key)).toEqual(['a', 'c']);
      expect(await store.listRecords('kept', null, 10)).toHaveLength(1);
    });

    test('a deleted record is told once, as the newest change of its key, and can come back', async () => {
      const before = await readNewest();
      await store.putRecords('fleeting', [{ key: 'k', json: '{"n":1}' }]);
      expect(await store.deleteRecord('fleeting', 'k')).toBe(true);
      expect(await store.deleteRecord('fleeting', 'k')).toBe(false);
      expect(await store.deleteRecord('fleeting', 'nobody')).toBe(false);
      expect(await store.listRecords('fleeting', null, 10)).toEqual([]);
      expect(await store.getRecord('fleeting', 'k')).toBeNull();
      const changes = await store.readRecordChanges(before, 10);
      expect(changes.map(withoutVersion)).toEqual([
        { collection: 'fleeting', key: 'k', json: null },
      ]);
      expect(await store.putRecords('fleeting', [{ key: 'k', json: '{"n":1}' }])).toEqual({
        ...counts,
        created: 1,
      });
      const back = await store.readRecordChanges(changes[0]!.version, 10);
      expect(back.map(withoutVersion)).toEqual([
        { collection: 'fleeting', key: 'k', json: '{"n":1}' },
      ]);
    });

    test('versions rise strictly over all collections, and changes come in their order', async () => {
      const before = await readNewest();
      await Promise.all(
        ['v1', 'v2', 'v3'].map((collection) =>
          store.putRecords(
            collection,
            Array.from({ length: 20 }, (_, n) => ({ key: `k${n}`, json: '{}' })),
          ),
        ),
      );
      const versions: number[] = [];
      for (let after = before; ;) {
        const changes = await store.readRecordChanges(after, 7);
        expect(changes.length).toBeLessThanOrEqual(7);
        if (changes.length === 0) break;
        versions.push(...changes.map(({ version }) => version));
        after = changes.at(-1)!.version;
      }
      expect(versions).toHaveLength(60);
      expect(new Set(versions).size).toBe(60);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
    });

    test('lists are in key order, greater than the key given, and no longer than asked', async () => {
      const names = ['a', 'B', 'a\u001f1', 'a\u001f2', 'ä', 'b'];
      await store.putRecords(
        'sorted',
        names.map((key) => ({ key, json: '{}' })),
      );
      const list = async (after: string | null, limit: number) =>
        (await store.listRecords('sorted', after, limit)).map(({ key }) => key);
      const sorted = ['B', 'a', 'a\u001f1', 'a\u001f2', 'b', 'ä'];
      expect(await list(null, 10)).toEqual(sorted);
      expect(await list(null, 2)).toEqual(sorted.slice(0, 2));
      expect(await list('a', 2)).toEqual(sorted.slice(2, 4));
      expect(await list('a\u001f', 10)).toEqual(sorted.slice(2));
      expect(await list('zz', 10)).toEqual(['ä']);
    });
  });

  describe('credentials', () => {
    const credential: Credential = {
      key: 'reporting',
      secretHash: 'scrypt$…',
      name: 'Power BI',
      scopes: ['statements/read', 'analytics/read'],
      createdAt: 1_700_000_000_000_001 as Instant,
    };

    test('are kept as given; a key that exists is not overwritten', async () => {
      expect(await store.createCredential(credential)).toBe(true);
      expect(await store.createCredential({ ...credential, name: 'Mallory' })).toBe(false);
      expect(await store.getCredential('reporting')).toEqual(credential);
      expect(await store.getCredential('nobody')).toBeNull();
    });

    test('are listed in key order and can be deleted', async () => {
      for (const key of ['zeta', 'alpha']) await store.createCredential({ ...credential, key });
      const list = async (after: string | null, limit: number) =>
        (await store.listCredentials(after, limit)).map(({ key }) => key);
      expect(await list(null, 2)).toEqual(['alpha', 'reporting']);
      expect(await list('alpha', 10)).toEqual(['reporting', 'zeta']);
      expect(await store.deleteCredential('zeta')).toBe(true);
      expect(await store.deleteCredential('zeta')).toBe(false);
      expect(await store.getCredential('zeta')).toBeNull();
    });
  });

  describe('erasure', () => {
    const listIds = async (key: string, after = BEGINNING, limit = 10) =>
      (await store.listByKey(key, after, limit)).map(({ id }) => id);

    test('lists all that have a key, voided ones and those that inherit it too, in pages', async () => {
      const key = makeKey();
      const [voided, other] = [prepare({ keys: [key] }), prepare({ keys: [key] })];
      const referring = prepare({ refersTo: other.id });
      const [first] = await appendNew(store, voided, other, referring);
      const voiding = prepareVoid(voided.id);
      await appendNew(store, voiding);
      // What voids a statement refers to it, and is found under its keys as well.
      expect(await listIds(key)).toEqual([voided.id, other.id, referring.id, voiding.id]);
      expect(await listIds(key, first, 2)).toEqual([other.id, referring.id]);
      expect(await listIds(makeKey())).toEqual([]);
    });

    test('replaces texts and nothing else, for readers of the log too', async () => {
      const key = makeKey();
      const statement = prepare({ keys: [key] });
      const [stored] = await appendNew(store, statement);
      await appendNew(store, prepareVoid(statement.id));
      const text = `{"id":"${statement.id}","ünï":1.0}`;
      await store.replaceTexts([{ id: statement.id, text }]);
      await store.replaceTexts([{ id: statement.id, text }]);
      const after = { id: statement.id, stored, text, voided: true };
      expect(await store.getStatement(statement.id)).toEqual(after);
      expect(await store.readLog((stored! - 1) as Instant, 1)).toMatchObject([
        { id: statement.id, stored, text },
      ]);
    });

    test('renames a key for those that have it and those that inherit it, and for no one after', async () => {
      const [from, to] = [makeKey(), makeKey()];
      const target = prepare({ keys: [from] });
      const referring = prepare({ refersTo: target.id });
      await appendNew(store, target, referring);
      await store.renameKey(from, to);
      await store.renameKey(from, to);
      expect(await queryIds(store, { allOf: [[from]] })).toEqual([]);
      expect(await queryIds(store, { allOf: [[to]] })).toEqual([target.id, referring.id]);
      const later = prepare({ keys: [from] });
      await appendNew(store, later);
      expect(await queryIds(store, { allOf: [[from]] })).toEqual([later.id]);
      // Once more, now that both have statements; one of them has both.
      const both = prepare({ keys: [from, to] });
      await appendNew(store, both);
      await store.renameKey(from, to);
      expect(await queryIds(store, { allOf: [[from]] })).toEqual([]);
      const all = [target.id, referring.id, later.id, both.id];
      expect(await queryIds(store, { allOf: [[to]] })).toEqual(all);
      // What is inherited later is inherited under the new name.
      const referringLater = prepare({ refersTo: later.id });
      await appendNew(store, referringLater);
      expect(await queryIds(store, { allOf: [[to]] })).toEqual([...all, referringLater.id]);
    });

    test('removes the documents of one agent, and no others', async () => {
      const [ann, bob] = ['mailto:ann@erasure.example', 'mailto:bob@erasure.example'];
      const keyOf = (
        resource: 'activities/state' | 'agents/profile',
        agent: string,
        id: string,
      ) => ({
        resource,
        activityId: resource === 'activities/state' ? 'https://example.org/a' : '',
        agent,
        registration: null,
        id,
      });
      const document = { contentType: 'text/plain', content: Buffer.from('x'), etag: 'x' };
      const own = [keyOf('activities/state', ann, 's'), keyOf('agents/profile', ann, 'p')];
      const others = [keyOf('activities/state', bob, 's')];
      for (const key of [...own, ...others]) await store.setDocument(key, null, document);
      expect(await store.deleteAgentDocuments(ann)).toBe(2);
      expect(await store.deleteAgentDocuments(ann)).toBe(0);
      for (const key of own) expect(await store.getDocument(key)).toBeNull();
      for (const key of others) expect(await store.getDocument(key)).not.toBeNull();
    });
  });

  describe('closing and opening again', () => {
    test('finds everything as it was, and stamps after it', async () => {
      await inFreshPlace(async (fresh) => {
        const key = makeKey();
        const [target, statement] = [prepare({ keys: [key] }), prepare({ keys: [key] })];
        const record = { key: 'k', json: '{}' };
        const first = await fresh.open();
        const stored = await appendNew(first, target, statement, prepareVoid(target.id));
        await first.putRecords('people', [record]);
        const [change] = await first.readRecordChanges(0, 10);
        await first.close();

        const second = await fresh.open();
        expect(await second.getStatement(target.id)).toMatchObject({ voided: true });
        expect(await queryIds(second, { allOf: [[key]], limit: 1 })).toHaveLength(2);
        expect(await second.listRecords('people', null, 10)).toEqual([record]);
        const [later] = await appendNew(second, prepare({ keys: [key] }));
        expect(later).toBeGreaterThan(Math.max(...stored, change!.version));
        expect(await queryIds(second, { allOf: [[key]] })).toHaveLength(3);
      });
    });

    test('closing finishes what is under way, may be done twice, and refuses what comes after', async () => {
      await inFreshPlace(async (fresh) => {
        const first = await fresh.open();
        const statements = Array.from({ length: 50 }, () => prepare());
        const appends = statements.map((statement) => first.append([statement]));
        await Promise.all([first.close(), first.close()]);
        for (const outcome of await Promise.all(appends)) expect(outcome.kind).toBe('stored');
        await expect(first.append([prepare()])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        await expect(first.getStatement(makeId())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        const second = await fresh.open();
        expect(await second.readLog(BEGINNING, 100)).toHaveLength(50);
      });
    });
  });
});
