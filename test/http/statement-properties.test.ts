import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Response } from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { STATEMENT_SHAPE_RULES } from '../../statements/rules/rules.ts';
import { arbitraryStatement } from '../rules/arbitrary-statement.ts';
import { applyExample } from '../rules/example-statement.ts';
import { queryOf } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type StatementResult, type TestServer } from './server.ts';

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [member: string]: Json | undefined;
}

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const RUNS = 50;

describe.each(['1.0.3', '2.0.0'] as const)('In %s', (version) => {
  let client: TestAgent;
  beforeAll(() => {
    client = server.as(server.admin, version);
  });
  /** With ids of their own, for a smaller example of a failure is another statement. */
  const statements: fc.Arbitrary<JsonObject> = arbitraryStatement(version).map((made) => {
    const statement: JsonObject = JSON.parse(JSON.stringify(made));
    return { ...withFileUrls(statement), ...('id' in statement && { id: randomUUID() }) };
  });
  const post = (text: string): Promise<Response> =>
    client.post(STATEMENTS).type('application/json').send(text);
  const isStored = async (id: string): Promise<boolean> => {
    for (const parameter of ['statementId', 'voidedStatementId'])
      if ((await client.get(STATEMENTS + queryOf({ [parameter]: id }))).status === 200) return true;
    return false;
  };

  test('any valid statement comes back in exact as it was sent, but for what the LRS adds', async () => {
    await fc.assert(
      fc.asyncProperty(statements, async (statement) => {
        const sent = spell(statement);
        const { status, body, text } = await post(sent);
        expect([status, text]).toEqual([200, expect.any(String)]);
        const path = STATEMENTS + queryOf({ statementId: body[0], format: 'exact' });
        const returned = (await client.get(path)).text;
        expect(returned).toBe(expectText(statement, JSON.parse(returned), version));
      }),
      { numRuns: RUNS },
    );
  }, 120_000);

  test('one change that breaks a rule is refused with that rule, and nothing of the batch is stored', async () => {
    const examples = STATEMENT_SHAPE_RULES.filter(
      ({ versions }) => versions?.includes(version) ?? true,
    ).flatMap(({ id, rejects }) => rejects.map((example) => ({ id, example })));
    await fc.assert(
      fc.asyncProperty(
        statements,
        fc.array(statements, { maxLength: 2 }),
        fc.nat(),
        fc.constantFrom(...examples),
        async (statement, others, place, { id, example }) => {
          // What the examples build on is theirs; all else is any statement's.
          const touched = Object.keys(example).map((pointer) => pointer.split('/')[1]);
          const kept = Object.entries(statement).filter(
            ([name]) => !['actor', 'verb', 'object', ...touched].includes(name),
          );
          const broken = { ...Object.fromEntries(kept), ...(applyExample(example) as JsonObject) };
          await expectRefused(others, broken, place % (others.length + 1), id);
        },
      ),
      { numRuns: 2 * RUNS },
    );
  }, 120_000);

  test('so is any member made null, of another type, unknown, in another case, or empty', async () => {
    await fc.assert(
      fc.asyncProperty(statements, fc.nat(), fc.nat(), async (statement, which, how) => {
        const mutations = listMutations(statement)[how % MUTATIONS.length]!;
        fc.pre(mutations.length > 0);
        const { rule, statement: broken } = mutations[which % mutations.length]!;
        await expectRefused([], broken, 0, rule);
      }),
      { numRuns: 2 * RUNS },
    );
  }, 120_000);

  test('so is a member that is there twice', async () => {
    await fc.assert(
      fc.asyncProperty(statements, fc.nat(), async (statement, which) => {
        const names = Object.keys(statement);
        const name = names[which % names.length]!;
        const text = JSON.stringify({ ...statement, id: randomUUID() });
        const twice = `${text.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(statement[name])}}`;
        const { status, body } = await post(twice);
        expect([status, body.error?.violations?.[0]]).toMatchObject([
          400,
          { rule: 'XAPI-00021', path: `/${name}` },
        ]);
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  async function expectRefused(
    others: readonly JsonObject[],
    broken: JsonObject,
    place: number,
    rule: string,
  ): Promise<void> {
    const good = others.map((each) => ({ ...each, id: randomUUID() }));
    const batch: readonly JsonObject[] = good;
    const { status, body } = await post(JSON.stringify(batch.toSpliced(place, 0, broken)));
    expect([status, body.error?.code]).toEqual([400, 'INVALID']);
    const violations: readonly { rule: string; path: string }[] = body.error.violations;
    expect(violations.map((each) => each.rule)).toContain(rule);
    for (const { path } of violations) expect(path).toMatch(new RegExp(`^/${place}(/|$)`));
    for (const { id } of good) expect(await isStored(id)).toBe(false);
    if (typeof broken['id'] === 'string' && /^[\da-f-]{36}$/i.test(broken['id']))
      expect(await isStored(broken['id'])).toBe(false);
  }
});

// What comes back -------------------------------------------------------------------------------

/**
 * JSON as nobody's library would write it: some strings begin with an escape, whole numbers end in .0. A
 * text that is parsed and written anew does not come back so.
 */
function spell(value: Json | undefined): string {
  if (typeof value === 'string') return spellString(value);
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0)
      ? `${value}.0`
      : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(spell).join(',')}]`;
  const members = Object.entries(value).map(
    ([name, item]) => `${spellString(name)}:${spell(item)}`,
  );
  return `{${members.join(',')}}`;
}

function spellString(text: string): string {
  const first = text.charCodeAt(0);
  // Not half of a character, and no timestamp, whose length the LRS may change.
  const isPlain = (first >= 0xd800 && first < 0xe000) || /^\d{4}-/.test(text);
  if (text.length % 3 !== 1 || isPlain) return JSON.stringify(text);
  return `"\\u${first.toString(16).padStart(4, '0')}${JSON.stringify(text.slice(1)).slice(1)}`;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The text that was sent, changed as the specification has the LRS change it, and no further. */
function expectText(sent: JsonObject, returned: StatementResult, version: string): string {
  const { id, timestamp } = sent;
  const kept = Object.entries(sent)
    .filter(([name]) => name !== 'stored' && name !== 'authority')
    .map(([name, value]) => [name, name === 'timestamp' ? padTimestamp(value) : value] as const);
  const own = spell(inLists(Object.fromEntries<Json | undefined>(kept))).slice(0, -1);
  const { authority, stored } = returned;
  expect(authority).toMatchObject({ account: { name: 'admin' } });
  expect(stored).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const added = {
    ...(id === undefined && { id: returned.id }),
    authority,
    ...(sent['version'] === undefined && { version: version === '1.0.3' ? '1.0.0' : '2.0.0' }),
    stored,
    ...(timestamp === undefined && { timestamp: stored }),
  };
  return `${own},${JSON.stringify(added).slice(1)}`;
}

/** "to at least milliseconds" (Data §4.5). */
function padTimestamp(timestamp: unknown): string {
  const [, time = '', mark = '.', digits = '', zone = ''] =
    /^(.{19})(?:([.,])(\d+))?(.*)$/.exec(timestamp as string) ?? [];
  return `${time}${mark}${digits.padEnd(3, '0')}${zone}`;
}

/** "every value in the contextActivities Object as an array" (Data §2.4.6.2). */
function inLists(statement: JsonObject): JsonObject {
  return mapMembers(statement, {
    context: (context) => mapMembers(context, { contextActivities: listEach }),
    object: (object) =>
      mapMembers(object, {
        context: (context) => mapMembers(context, { contextActivities: listEach }),
      }),
  });
}

function listEach(activities: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(activities).map(([kind, value]) => [kind, isList(value) ? value : [value!]]),
  );
}

function mapMembers(
  object: JsonObject,
  changes: Readonly<Record<string, (value: JsonObject) => JsonObject>>,
): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const change = changes[name];
      return [name, change !== undefined && isJsonObject(value) ? change(value) : value];
    }),
  );
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** The bytes of an attachment come in a part of their own, or from its fileUrl; here is only JSON. */
function withFileUrls(statement: JsonObject): JsonObject {
  const { attachments, object } = statement;
  return {
    ...statement,
    ...(isList(attachments) && {
      attachments: attachments.map((each) => ({
        ...(each as JsonObject),
        fileUrl: 'https://example.org/file',
      })),
    }),
    ...(isJsonObject(object) && isList(object['attachments']) && { object: withFileUrls(object) }),
  };
}

// Mutations -------------------------------------------------------------------------------------

interface Mutation {
  readonly rule: string;
  readonly statement: JsonObject;
}

/** What is done to a member or element; undefined where it cannot be done. `name` is null of an element. */
const MUTATIONS: readonly {
  readonly rule: string;
  readonly change: (value: Json) => Json | undefined;
  readonly rename?: (name: string) => string;
  readonly of?: (name: string | null) => boolean;
}[] = [
  { rule: 'XAPI-00001', change: () => null },
  { rule: 'XAPI-00006', change: (value) => (typeof value === 'string' ? 7 : 'seven') },
  {
    rule: 'XAPI-00007',
    change: () => '',
    of: (name) =>
      ['homePage', 'openid', 'moreInfo', 'type', 'usageType', 'fileUrl', 'mbox'].includes(
        name ?? '',
      ),
  },
  {
    rule: 'XAPI-00008',
    change: (value) => value,
    rename: (name) => name.charAt(0).toUpperCase() + name.slice(1),
    of: (name) => name !== null,
  },
  {
    rule: 'XAPI-00010',
    change: (value) => (isJsonObject(value) ? { ...value, unheardOf: 1 } : undefined),
  },
];

/** Every statement that one mutation, of each kind, at one place makes. */
function listMutations(statement: JsonObject): readonly (readonly Mutation[])[] {
  return MUTATIONS.map(({ rule, change, rename = (name) => name, of = () => true }) => {
    const made: JsonObject[] = [];
    const visit = (value: Json, put: (value: Json) => JsonObject): void => {
      if (isList(value))
        for (const [i, item] of value.entries()) {
          const at = (changed: Json): JsonObject => put(value.with(i, changed));
          if (of(null)) tryOut(item, (changed) => at(changed));
          visit(item, at);
        }
      else if (isJsonObject(value))
        for (const [name, item = null] of Object.entries(value)) {
          const at = (changed: Json, as = name): JsonObject => {
            const others = Object.entries(value).filter(([other]) => other !== name);
            return put({ ...Object.fromEntries(others), [as]: changed });
          };
          if (of(name) && !(rule === 'XAPI-00010' && isMap(name, item)))
            tryOut(item, (changed) => at(changed, rename(name)));
          if (!isMap(name, item)) visit(item, at);
        }
    };
    const tryOut = (item: Json, put: (value: Json) => JsonObject): void => {
      const changed = change(item);
      if (changed !== undefined) made.push(put(changed));
    };
    visit(statement, (value) => value as JsonObject);
    return made.map((broken) => ({ rule, statement: broken }));
  });
}

/** Language maps and extensions, whose keys are the client's. `name` is a text in agents, a map in definitions. */
function isMap(name: string, value: Json): boolean {
  return (
    ['display', 'description', 'extensions'].includes(name) ||
    (name === 'name' && isJsonObject(value))
  );
}
