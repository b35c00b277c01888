import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PreparedStatement } from '../../statements/prepared-statement.ts';
import type { StatementId } from '../../statements/statement.ts';
import type { AppendOutcome, Store } from '../../src/storage/store.ts';
import { adapters, type Place } from './adapters.ts';
import { makeId, prepare, queryIds } from './prepared-statements.ts';

/**
 * The contract once more, said the naive way: all statements in a list, every query a walk over it.
 * Whatever order statements, references and voids come in, the store must agree.
 */
class Model {
  readonly #log: PreparedStatement[] = [];

  append(request: readonly PreparedStatement[]): 'stored' | 'exists' {
    if (request.some(({ id }) => this.#find(id) !== undefined)) return 'exists';
    this.#log.push(...request);
    return 'stored';
  }

  query(allOf: readonly (readonly string[])[]): readonly StatementId[] {
    const found = this.#log.filter((statement) => {
      const keys = this.#keysOf(statement);
      return (
        !this.isVoided(statement) && allOf.every((anyOf) => anyOf.some((key) => keys.has(key)))
      );
    });
    return found.map(({ id }) => id);
  }

  isVoided({ id, voids }: PreparedStatement): boolean {
    return !voids && this.#log.some((other) => other.voids && other.refersTo === id);
  }

  get log(): readonly PreparedStatement[] {
    return this.#log;
  }

  #keysOf(statement: PreparedStatement): ReadonlySet<string> {
    const reached = new Set<PreparedStatement>();
    for (
      let next: PreparedStatement | undefined = statement;
      next !== undefined && !reached.has(next);
      next = next.refersTo === null ? undefined : this.#find(next.refersTo)
    ) {
      reached.add(next);
    }
    return new Set([...reached].flatMap(({ keys }) => keys));
  }

  #find(id: StatementId): PreparedStatement | undefined {
    return this.#log.find((statement) => statement.id === id);
  }
}

const IDS = 9;
const KEYS = 5;

/** Statements name each other, and keys, by small numbers, so that chains, circles and hits abound. */
const arbitraryStatement = fc.record({
  id: fc.nat(IDS - 1),
  keys: fc.uniqueArray(fc.nat(KEYS - 1), { maxLength: 2 }),
  refersTo: fc.option(fc.nat(IDS - 1)),
  voids: fc.boolean(),
});
const arbitraryRequests = fc.array(
  fc.uniqueArray(arbitraryStatement, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
  { minLength: 1, maxLength: 10 },
);
const arbitraryQuery = fc.record({
  allOf: fc.array(fc.uniqueArray(fc.nat(KEYS - 1), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 3,
  }),
  ascending: fc.boolean(),
  limit: fc.integer({ min: 1, max: 5 }),
});

async function appendInTurn(
  store: Store,
  requests: readonly (readonly PreparedStatement[])[],
): Promise<readonly AppendOutcome[]> {
  const outcomes: AppendOutcome[] = [];
  for (const request of requests) outcomes.push(await store.append(request));
  return outcomes;
}

describe.each(adapters)('the store model, matched by $name', (adapter) => {
  let place: Place;
  let store: Store;

  beforeAll(async () => {
    place = await adapter.makePlace();
    store = await place.open();
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  test('any statements, voids and references, in any order, are found as the model finds them', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryRequests,
        fc.array(arbitraryQuery, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (requests, queries, together) => {
          // All runs share one store; their ids and keys are their own.
          const ids = Array.from({ length: IDS }, makeId);
          const run = makeId();
          const toKey = (key: number): string => `verb:${run}/${key}`;
          const prepared = requests.map((request) =>
            request.map((statement) =>
              prepare({
                id: ids[statement.id]!,
                keys: statement.keys.map(toKey),
                refersTo: statement.refersTo === null ? null : ids[statement.refersTo]!,
                voids: statement.voids && statement.refersTo !== null,
              }),
            ),
          );
          const model = new Model();
          const expected = prepared.map((request) => model.append(request));
          const outcomes = together
            ? await Promise.all(prepared.map((request) => store.append(request)))
            : await appendInTurn(store, prepared);
          expect(outcomes.map(({ kind }) => kind)).toEqual(expected);

          for (const { allOf, ascending, limit } of queries) {
            const keys = allOf.map((anyOf) => anyOf.map(toKey));
            const found = model.query(keys);
            expect(await queryIds(store, { allOf: keys, ascending, limit })).toEqual(
              ascending ? found : found.toReversed(),
            );
          }
          for (const statement of model.log) {
            const { voided } = (await store.getStatement(statement.id))!;
            expect(voided).toBe(model.isVoided(statement));
          }
        },
      ),
      { numRuns: 200 },
    );
  }, 240_000);
});
