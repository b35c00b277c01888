import { createHash, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { expectContract } from './openapi.ts';
import { activityNamed, agentNamed, queryOf } from './sample-statements.ts';
import { startTestServer } from './server.ts';

const start = () =>
  startTestServer({
    credentials: {
      player: ['state'],
      portal: ['profile'],
      auditor: ['all/read'],
      reader: ['statements/read'],
    },
    settings: { MAX_BODY_BYTES: '65536' },
  });
let server: Awaited<ReturnType<typeof start>>;
let old: TestAgent;
let current: TestAgent;

beforeAll(async () => {
  server = await start();
  old = server.as(server.admin, '1.0.3');
  current = server.as(server.admin, '2.0.0');
});
afterAll(() => server.close());

const makeActivity = (): string => activityNamed(randomUUID()).id;
const state = (more: Record<string, unknown> = {}): string =>
  `/xapi/activities/state${queryOf({ activityId: makeActivity(), agent: agentNamed('ada'), stateId: 's', ...more })}`;
const agentProfile = (): string =>
  `/xapi/agents/profile${queryOf({ agent: agentNamed(randomUUID()), profileId: 'p' })}`;
const activityProfile = (): string =>
  `/xapi/activities/profile${queryOf({ activityId: makeActivity(), profileId: 'p' })}`;

const RESOURCES = [
  ['state', state],
  ['agent profile', agentProfile],
  ['activity profile', activityProfile],
] as const;

const put = async (client: TestAgent, path: string, body: object | string): Promise<Response> =>
  expectContract(await client.put(path).set('If-None-Match', '*').send(body));
const get = async (path: string): Promise<Response> => expectContract(await old.get(path));
const etagOf = async (path: string): Promise<string> => (await get(path)).headers['etag']!;

describe.each(RESOURCES)('%s', (_name, makePath) => {
  test('bytes of any type come back as they were, with the SHA-1 of them as ETag', async () => {
    const path = makePath();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => 255 - byte));
    const sent = await old
      .put(path)
      .set('If-None-Match', '*')
      .set('Content-Type', 'text/strange')
      .send(bytes);
    expect(expectContract(sent).status).toBe(204);
    const found = expectContract(
      await old
        .get(path)
        .buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => done(null, Buffer.concat(chunks)));
        }),
    );
    expect([found.status, found.headers['content-type']]).toEqual([200, 'text/strange']);
    expect(found.body).toEqual(bytes);
    const sha1 = createHash('sha1').update(bytes).digest('hex');
    expect(found.headers['etag']).toBe(`"${sha1}"`);
    expect(Date.parse(found.headers['last-modified']!)).not.toBeNaN();

    const head = await old.head(path);
    expect([head.status, head.headers['etag'], head.headers['content-length']]).toEqual([
      200,
      `"${sha1}"`,
      '256',
    ]);
    const again = expectContract(await old.get(path).set('If-None-Match', `"${sha1}"`));
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test('an HTML document cannot act as a page of this server', async () => {
    const path = makePath();
    await old
      .put(path)
      .set('If-None-Match', '*')
      .type('text/html')
      .send('<script>alert(1)</script>');
    const { headers } = await get(path);
    expect(headers['content-security-policy']).toMatch(/sandbox/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('what is not there is 404, and its deletion 204', async () => {
    const path = makePath();
    expect((await get(path)).status).toBe(404);
    expect(expectContract(await old.delete(path)).status).toBe(204);
  });

  test('If-Match and If-None-Match that do not hold are 412 and change nothing', async () => {
    const path = makePath();
    const missing = await old.put(path).set('If-Match', '*').send({ a: 0 });
    expect(expectContract(missing).status).toBe(412);
    await put(old, path, { a: 1 });
    const etag = await etagOf(path);
    const wrong = `"${'0'.repeat(40)}"`;
    for (const client of [old, current])
      for (const request of [
        client.put(path).set('If-None-Match', '*').send({ a: 2 }),
        client.put(path).set('If-Match', wrong).send({ a: 2 }),
        client.post(path).set('If-Match', wrong).send({ a: 2 }),
        client.delete(path).set('If-Match', wrong),
      ])
        expect(expectContract(await request).status).toBe(412);
    expect((await get(path)).body).toEqual({ a: 1 });
    expect((await old.put(path).set('If-Match', etag).send({ a: 3 })).status).toBe(204);
    expect((await old.delete(path).set('If-Match', etag)).status).toBe(412);
    expect((await old.delete(path).set('If-Match', await etagOf(path))).status).toBe(204);
    expect((await get(path)).status).toBe(404);
  });

  test('POST merges; a merge that cannot be is 400 and leaves the document', async () => {
    const path = makePath();
    expect((await old.post(path).send({ a: 1, b: { c: 1 } })).status).toBe(204);
    await old.post(path).type('json').send('{"b":{"d":2.50}}');
    expect((await get(path)).text).toBe('{"a":1,"b":{"d":2.50}}');
    for (const [type, body] of [
      ['text/plain', 'hello'],
      ['application/json', '{'],
      ['application/json', '[1]'],
    ] as const)
      expect(expectContract(await old.post(path).type(type).send(body)).status).toBe(400);
    expect((await get(path)).text).toBe('{"a":1,"b":{"d":2.50}}');
  });

  test('a document over the body limit is 413 and leaves the document', async () => {
    const path = makePath();
    await put(old, path, 'short');
    const request = old.put(path).set('If-Match', await etagOf(path));
    const { status } = expectContract(await request.type('text/plain').send('x'.repeat(70_000)));
    expect(status).toBe(413);
    expect((await get(path)).text).toBe('short');
  });

  test('without parameters, or with one it does not know, it is 400 with the rule', async () => {
    const [resource] = makePath().split('?');
    for (const path of [resource!, `${makePath()}&colour=red`]) {
      const { status, body } = await get(path);
      expect([status, body.error.violations[0].rule]).toEqual([
        400,
        expect.stringMatching(/^XAPI-\d{5}$/),
      ]);
    }
  });

  test('of 50 clients that create the same document one does', async () => {
    const path = makePath();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => current.put(path).set('If-None-Match', '*').send({ n })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(49);
    expect((await get(path)).body).toEqual({ n: statuses.indexOf(204) });
  });
});

describe('many clients at once', () => {
  test('200 clients that compare and set, all at once, lose no update', async () => {
    const path = state();
    await put(old, path, { count: 0 });
    let refused = 0;
    const increment = async (): Promise<void> => {
      for (let attempt = 0; ; attempt++) {
        const { body, headers } = await old.get(path);
        const { status } = await old
          .put(path)
          .set('If-Match', headers['etag']!)
          .send({ count: Number(body.count) + 1 });
        if (status === 204) return;
        if (status !== 412) throw new Error(`PUT answered ${status}`);
        refused += 1;
        // As clients do it: who came second waits, the longer the oftener, and not as long as the others.
        await setTimeout(Math.random() * Math.min(4000, 50 * 2 ** attempt));
      }
    };
    await Promise.all(Array.from({ length: 200 }, increment));
    expect((await get(path)).body).toEqual({ count: 200 });
    // They did get in each other's way.
    expect(refused).toBeGreaterThan(100);
  }, 120_000);

  test('200 concurrent merges lose none', async () => {
    const path = state();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => old.post(path).send({ [`m${n}`]: n })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    expect(Object.keys((await get(path)).body)).toHaveLength(200);
  }, 60_000);
});

describe('a PUT that says nothing of what it replaces', () => {
  test.each([
    ['1.0.3', 'state', state, 204, 204],
    ['2.0.0', 'state', state, 204, 409],
    ['1.0.3', 'agent profile', agentProfile, 400, 409],
    ['2.0.0', 'agent profile', agentProfile, 204, 409],
    ['1.0.3', 'activity profile', activityProfile, 400, 409],
    ['2.0.0', 'activity profile', activityProfile, 204, 409],
  ] as const)('in %s, of a %s', async (version, _name, makePath, whenNew, whenThere) => {
    const client = server.as(server.admin, version);
    expect(expectContract(await client.put(makePath()).send({ a: 1 })).status).toBe(whenNew);
    const path = makePath();
    await put(client, path, { a: 1 });
    expect(expectContract(await client.put(path).send({ a: 2 })).status).toBe(whenThere);
    expect((await get(path)).body).toEqual({ a: whenThere === 204 ? 2 : 1 });
  });
});

describe('lists', () => {
  const listOf = (activityId: string, more: Record<string, unknown> = {}): string =>
    `/xapi/activities/state${queryOf({ activityId, agent: agentNamed('ada'), ...more })}`;

  test('states are listed and deleted by activity and agent, and by registration when it is given', async () => {
    const activityId = makeActivity();
    const registration = randomUUID();
    await put(old, state({ activityId, stateId: 'a' }), 'x');
    await put(old, state({ activityId, stateId: 'b', registration }), 'x');
    await put(old, state({ activityId, stateId: 'c', agent: agentNamed('bob') }), 'x');
    expect((await get(listOf(activityId))).body).toEqual(['a', 'b']);
    const upper = registration.toUpperCase();
    expect((await get(listOf(activityId, { registration: upper }))).body).toEqual(['b']);
    expect((await get(state({ activityId, stateId: 'b' }))).status).toBe(404);

    await old.delete(listOf(activityId, { registration }));
    expect((await get(listOf(activityId))).body).toEqual(['a']);
    expect(expectContract(await old.delete(listOf(activityId))).status).toBe(204);
    expect((await get(listOf(activityId))).body).toEqual([]);
    const bobs = state({ activityId, stateId: 'c', agent: agentNamed('bob') });
    expect((await get(bobs)).status).toBe(200);
  });

  test('since leaves out what was not changed after it', async () => {
    const activityId = makeActivity();
    await put(old, state({ activityId, stateId: 'a' }), 'x');
    const since = (minutes: number): string =>
      new Date(Date.now() + minutes * 60_000).toISOString();
    expect((await get(listOf(activityId, { since: since(-5) }))).body).toEqual(['a']);
    expect((await get(listOf(activityId, { since: since(5) }))).body).toEqual([]);
  });

  test('the agent’s other spelling finds the same document, another agent does not', async () => {
    const activityId = makeActivity();
    await put(old, state({ activityId }), 'x');
    const named = { name: 'Ada', mbox: agentNamed('ada').mbox };
    expect((await get(state({ activityId, agent: named }))).status).toBe(200);
    expect((await get(state({ activityId, agent: agentNamed('bob') }))).status).toBe(404);
  });
});

describe('scopes', () => {
  test.each([
    ['player', 'get', state, 404],
    ['player', 'delete', state, 204],
    ['player', 'get', agentProfile, 403],
    ['portal', 'get', activityProfile, 404],
    ['portal', 'delete', agentProfile, 204],
    ['portal', 'delete', state, 403],
    ['auditor', 'get', state, 404],
    ['auditor', 'get', agentProfile, 404],
    ['auditor', 'delete', state, 403],
    ['auditor', 'delete', activityProfile, 403],
    ['reader', 'get', state, 403],
  ] as const)('%s: %s', async (name, method, makePath, status) => {
    expect(expectContract(await server.as(name)[method](makePath())).status).toBe(status);
  });
});
