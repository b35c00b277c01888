import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import { expectContract } from './openapi.ts';
import { activityNamed, makeStatement, queryOf, verbNamed } from './sample-statements.ts';
import { startTestServer, STATEMENTS } from './server.ts';

const start = () =>
  startTestServer({ credentials: { auditor: ['all/read'], player: ['state', 'profile'] } });
let server: Awaited<ReturnType<typeof start>>;
let client: TestAgent;

beforeAll(async () => {
  server = await start();
  client = server.as(server.admin);
});
afterAll(() => server.close());

const makeId = (): string => activityNamed(randomUUID()).id;
const pathOf = (activityId: string): string => `/xapi/activities${queryOf({ activityId })}`;

async function define(id: string, ...definitions: readonly object[]): Promise<void> {
  const statements = definitions.map((definition) => makeStatement({ object: { id, definition } }));
  expect((await client.post(STATEMENTS).send(statements)).status).toBe(200);
}

async function definitionOf(id: string): Promise<Record<string, unknown>> {
  return expectContract(await client.get(pathOf(id))).body.definition;
}

test.each(['1.0.3', '2.0.0'])('in %s, an unknown activity is its id', async (version) => {
  const id = makeId();
  const { status, body } = expectContract(await server.as(server.admin, version).get(pathOf(id)));
  expect([status, body]).toEqual([200, { objectType: 'Activity', id }]);
});

test('languages and extensions of all statements are kept, and of the rest the latest', async () => {
  const id = makeId();
  const type = 'https://example.org/types/';
  await define(
    id,
    {
      name: { en: 'Welding', de: 'Schweissen' },
      description: { en: 'Joining' },
      type: `${type}course`,
      extensions: { 'https://example.org/a': 1, 'https://example.org/b': { c: 1 } },
    },
    {
      name: { de: 'Schweißen', fr: 'Soudage' },
      type: `${type}module`,
      extensions: { 'https://example.org/b': { d: 2 } },
    },
  );
  expect(await definitionOf(id)).toEqual({
    name: { en: 'Welding', de: 'Schweißen', fr: 'Soudage' },
    description: { en: 'Joining' },
    type: `${type}module`,
    extensions: { 'https://example.org/a': 1, 'https://example.org/b': { d: 2 } },
  });
});

test('the choices are the latest statement’s, with all languages of those that are the same', async () => {
  const id = makeId();
  const choice = {
    type: 'http://adlnet.gov/expapi/activities/cmi.interaction',
    interactionType: 'choice',
  };
  await define(
    id,
    { ...choice, choices: [{ id: 'a', description: { en: 'Yes' } }, { id: 'b' }] },
    { ...choice, choices: [{ id: 'a', description: { fr: 'Oui' } }, { id: 'c' }] },
  );
  expect((await definitionOf(id))['choices']).toEqual([
    { id: 'a', description: { en: 'Yes', fr: 'Oui' } },
    { id: 'c' },
  ]);
});

test('an activity is defined in a context and in a SubStatement too', async () => {
  const [parent, inner] = [makeId(), makeId()];
  await client.post(STATEMENTS).send(
    makeStatement({
      context: {
        contextActivities: { parent: { id: parent, definition: { name: { en: 'Parent' } } } },
      },
      object: {
        objectType: 'SubStatement',
        actor: { mbox: 'mailto:bob@example.org' },
        verb: verbNamed('planned'),
        object: { id: inner, definition: { name: { en: 'Inner' } } },
      },
    }),
  );
  expect(await definitionOf(parent)).toEqual({ name: { en: 'Parent' } });
  expect(await definitionOf(inner)).toEqual({ name: { en: 'Inner' } });
});

test('a statement that is refused defines nothing', async () => {
  const id = makeId();
  const object = { id, definition: { name: { en: 'It' } } };
  const { status } = await client
    .post(STATEMENTS)
    .send([makeStatement({ object }), makeStatement({ object, verb: { id: 'no iri' } })]);
  expect(status).toBe(400);
  expect(await definitionOf(id)).toBeUndefined();
});

describe('canonical', () => {
  const languages = { 'Accept-Language': 'de, en;q=0.5' };

  test('gives what all statements say of an activity, in one language, wherever it is used', async () => {
    const [id, parent] = [makeId(), makeId()];
    await define(id, { name: { en: 'Welding' } }, { name: { de: 'Schweißen' }, type: 'urn:x:t' });
    await define(parent, { name: { en: 'Metal work' }, extensions: { 'urn:x:e': 1.5 } });
    const bare = makeStatement({
      object: { id },
      context: { contextActivities: { parent: [{ objectType: 'Activity', id: parent }] } },
    });
    const inner = makeStatement({
      object: {
        objectType: 'SubStatement',
        actor: { mbox: 'mailto:bob@example.org' },
        verb: verbNamed('planned'),
        object: { id, definition: { name: { en: 'Old' } } },
      },
    });
    // Of the last, the definition is the newest that the LRS knows.
    expect((await client.post(STATEMENTS).send([bare, inner])).status).toBe(200);
    const definition = { name: { de: 'Schweißen' }, type: 'urn:x:t' };
    const one = await client
      .get(STATEMENTS + queryOf({ statementId: bare.id, format: 'canonical' }))
      .set(languages);
    expect(one.body).toMatchObject({
      object: { id, definition },
      context: {
        contextActivities: {
          parent: [
            {
              id: parent,
              definition: { name: { en: 'Metal work' }, extensions: { 'urn:x:e': 1.5 } },
            },
          ],
        },
      },
    });
    const list = await client
      .get(
        STATEMENTS +
          queryOf({ activity: id, related_activities: true, format: 'canonical', limit: 2 }),
      )
      .set(languages);
    expect(list.body.statements.map((each: { object: unknown }) => each.object)).toEqual([
      { ...(inner.object as object), object: { id, definition } },
      { id, definition },
    ]);
  });

  test('leaves an activity that nothing defines as it is, and exact leaves all', async () => {
    const [known, unknown] = [makeId(), makeId()];
    await define(known, { name: { en: 'It' } });
    const statement = makeStatement({
      object: { id: known },
      context: { contextActivities: { other: [{ id: unknown }] } },
    });
    await client.post(STATEMENTS).send(statement);
    const read = async (format: string): Promise<unknown> =>
      (await client.get(STATEMENTS + queryOf({ statementId: statement.id, format }))).body;
    expect(await read('exact')).toMatchObject({
      object: { id: known },
      context: statement['context'],
    });
    expect(await read('exact')).not.toHaveProperty('object.definition');
    expect(await read('canonical')).toMatchObject({
      object: { id: known, definition: { name: { en: 'It' } } },
      context: { contextActivities: { other: [{ id: unknown }] } },
    });
  });
});

describe('the request', () => {
  test.each([
    ['without activityId', '/xapi/activities', 'XAPI-00250'],
    ['with an activityId that is no IRI', pathOf('welding'), 'XAPI-00012'],
    ['with two', `${pathOf(makeId())}&activityId=urn:x:y`, 'XAPI-00012'],
    ['with another parameter', `${pathOf(makeId())}&agent={}`, 'XAPI-00324'],
  ])('%s is 400', async (_case, path, rule) => {
    const { status, body } = expectContract(await client.get(path));
    expect(status).toBe(400);
    expect(body.error.violations.map((each: { rule: string }) => each.rule)).toContain(rule);
  });

  test('needs a scope that reads statements', async () => {
    const path = pathOf(makeId());
    expect(expectContract(await server.as('auditor').get(path)).status).toBe(200);
    expect(expectContract(await server.as('player').get(path)).status).toBe(403);
    expect(expectContract(await client.delete(path)).status).toBe(405);
  });
});
