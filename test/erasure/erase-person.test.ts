import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { verifySecret } from '../../src/auth/secret.ts';
import type { Store } from '../../src/storage/store.ts';
import { createErasures } from '../../src/workforce/erase-person.ts';
import { BEGINNING } from '../../statements/instant.ts';
import { prepareStatement, readStatements } from '../../statements/prepare.ts';
import { ADMIN, putRecords, STATEMENTS, startTestServer, type TestServer } from '../http/server.ts';
import { World } from '../warehouse/world.ts';

const ANN = 'mailto:ann@example.org';
const BOB = 'mailto:bob@example.org';
const VERB = { id: 'http://adlnet.gov/expapi/verbs/experienced' };
const COURSE = { id: 'https://example.org/c/1' };
const HIRED = { from: '2026-01-01', role: 'cook', segment: 'FRONTLINE' };

/** Ann in every place a statement has for somebody, and Bob who has nothing to do with it. */
const STORED = [
  { actor: { mbox: ANN, name: 'Ann Smith' }, verb: VERB, object: COURSE, n: '1.0' },
  {
    actor: { mbox: BOB, name: 'Bob' },
    verb: VERB,
    object: { objectType: 'Agent', account: { homePage: 'https://hr.example', name: 'a1' } },
  },
  {
    actor: { objectType: 'Group', member: [{ mbox: ANN, name: 'Ann' }, { mbox: BOB }] },
    verb: VERB,
    object: COURSE,
  },
  {
    actor: { mbox: BOB },
    verb: VERB,
    object: COURSE,
    context: { instructor: { mbox: ANN, name: 'Ann Smith' } },
  },
  { actor: { mbox: BOB, name: 'Bob' }, verb: VERB, object: COURSE },
].map(({ n: _, ...statement }, index) => ({
  ...statement,
  id: `00000000-0000-4000-8000-00000000000${index}`,
  timestamp: '2026-02-01T00:00:00.000Z',
}));

/** Voids the first, and refers to another: both are found under Ann's keys without naming her. */
const REFERRING = [
  { verb: { id: 'http://adlnet.gov/expapi/verbs/voided' }, target: STORED[0]!.id },
  { verb: VERB, target: STORED[3]!.id },
].map(({ verb, target }, index) => ({
  id: `00000000-0000-4000-8000-00000000001${index}`,
  actor: { mbox: BOB },
  verb,
  object: { objectType: 'StatementRef', id: target },
  timestamp: '2026-02-02T00:00:00.000Z',
}));

const AGENTS = [ANN, 'account:https://hr.example|a1'];
const PEOPLE = [
  { id: 'ann', name: 'Ann Smith', agents: AGENTS },
  { id: 'bob', agents: [BOB] },
];
const RECORDS = {
  people: PEOPLE,
  assignments: [
    { personId: 'ann', ...HIRED },
    { personId: 'bob', ...HIRED, managerId: 'ann', hourlyCost: 20 },
  ],
  kpis: [{ id: 'k', name: 'K', unit: 'u', valuePerUnit: 1 }],
  observations: [
    { kpiId: 'k', personId: 'ann', at: '2026-01-01T00:00:00Z', value: 1 },
    { kpiId: 'k', personId: 'bob', at: '2026-01-01T00:00:00Z', value: 2 },
  ],
  pilots: [
    { id: 'x', name: 'X', courseIds: [COURSE.id], personIds: ['ann', 'bob'], from: '2026-01-01' },
    { id: 'y', name: 'Y', courseIds: [COURSE.id], personIds: ['ann'], from: '2026-01-01' },
  ],
};

/** All that a text of the person could still stand in. */
const TRACES = /ann|smith|\ba1\b/i;

describe('DELETE of a person with erase=true', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ settings: { MIN_GROUP_SIZE: '1' } });
    await putRecords(server.as(ADMIN), RECORDS);
    await server.as(ADMIN).post(STATEMENTS).send(STORED).expect(200);
    await server.as(ADMIN).post(STATEMENTS).send(REFERRING).expect(200);
    for (const agent of [{ mbox: ANN }, { mbox: BOB }])
      await server
        .as(ADMIN)
        .put('/xapi/activities/state')
        .query({ activityId: COURSE.id, agent: JSON.stringify(agent), stateId: 's' })
        .type('text/plain')
        .send('page 3')
        .expect(204);
    expect(await countPeople()).toEqual({ active: 2, headcount: 2 });
  });
  afterAll(() => server.close());

  async function countPeople(): Promise<unknown> {
    await server.as(ADMIN).post('/analytics/refresh').expect(200);
    const { body } = await server.as(ADMIN).post('/graphql').send({
      query:
        '{ workforce(period: { from: "2026-02-01", to: "2026-03-01" }) { slices { participation { active headcount } } } }',
    });
    return body.data.workforce.slices[0].participation;
  }

  async function readAll(): Promise<readonly string[]> {
    const ids = [...STORED, ...REFERRING].map(({ id }) => id);
    return Promise.all(
      ids.map(async (id) => {
        const name = id === STORED[0]!.id ? 'voidedStatementId' : 'statementId';
        return (await server.as(ADMIN).get(`${STATEMENTS}?${name}=${id}`).expect(200)).text;
      }),
    );
  }

  async function countBy(agent: object): Promise<number> {
    const query = new URLSearchParams({ agent: JSON.stringify(agent), related_agents: 'true' });
    const { body } = await server.as(ADMIN).get(`${STATEMENTS}?${query.toString()}`).expect(200);
    return body.statements.length;
  }

  test('is refused where there is nobody, for other collections, and to who may only read', async () => {
    const erase = (path: string) => server.as(ADMIN).delete(`/workforce/${path}?erase=true`);
    expect((await erase('people/nobody')).status).toBe(404);
    expect((await erase('kpis/k')).status).toBe(400);
    expect((await server.as(ADMIN).delete('/workforce/people/ann?erase=perhaps')).status).toBe(400);
    // Two that are not voided, and the two that refer to one of Ann's.
    expect(await countBy({ mbox: ANN })).toBe(4);
  });

  test('leaves a pseudonym in statements, the rest to the byte, and no record or document', async () => {
    const before = await readAll();
    const { body, status } = await server.as(ADMIN).delete('/workforce/people/ann?erase=true');
    expect(status).toBe(200);
    // Four that name Ann, and the two that refer to one of them.
    expect(body).toEqual({ statements: 6, documents: 1, records: 6 });

    const after = await readAll();
    expect(after.join()).not.toMatch(TRACES);
    const account =
      /"account":\{"homePage":"https:\/\/praxis.invalid\/erased","name":"[0-9a-f-]{36}"\}/g;
    expect(after.map((text) => text.replace(account, '(who)'))).toEqual(
      before.map((text) =>
        text
          .replaceAll(`"mbox":"${ANN}","name":"Ann Smith"`, '(who)')
          .replaceAll(`"mbox":"${ANN}","name":"Ann"`, '(who)')
          .replaceAll('"account":{"homePage":"https://hr.example","name":"a1"}', '(who)'),
      ),
    );
    expect(await countBy({ mbox: ANN })).toBe(0);
    expect(await countBy({ mbox: BOB })).toBe(6);
    expect(await countBy(JSON.parse(after[3]!).context.instructor)).toBe(4);

    for (const [agent, expected] of [
      [ANN, 404],
      [BOB, 200],
    ] as const)
      await server
        .as(ADMIN)
        .get('/xapi/activities/state')
        .query({ activityId: COURSE.id, agent: JSON.stringify({ mbox: agent }), stateId: 's' })
        .expect(expected);
    for (const collection of Object.keys(RECORDS)) {
      const { text } = await server.as(ADMIN).get(`/workforce/${collection}`).expect(200);
      expect(text).not.toMatch(TRACES);
    }
    const { body: pilots } = await server.as(ADMIN).get('/workforce/pilots');
    expect(pilots.records[0].personIds).toEqual(['bob']);
  });

  test('takes the person out of the numbers, and nobody else', async () => {
    expect(await countPeople()).toEqual({ active: 1, headcount: 1 });
    const { body } = await server.as(ADMIN).post('/graphql').send({
      query:
        '{ audit(period: { from: "2026-01-01", to: "2027-01-01" }) { unmappedActors { id statements } } }',
    });
    expect(body.data.audit.unmappedActors).toEqual([
      { id: expect.stringMatching(/^account:https:\/\/praxis.invalid\/erased\|/), statements: 1 },
    ]);
  });
});

describe('an erasure that is cut off', () => {
  /** A store whose calls fail from the nth on, as if the process had died before it. */
  function dieAt(store: Store, calls: number): Store {
    let left = calls;
    return new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...parameters: readonly unknown[]) => {
          left -= 1;
          if (left < 0) return Promise.reject(new Error('died'));
          return Reflect.apply(method, target, parameters) as unknown;
        };
      },
    });
  }

  async function fill(world: World): Promise<void> {
    for (const [collection, records] of Object.entries(RECORDS))
      await world.put(collection, ...records);
    const statements = readStatements(JSON.stringify([...STORED, ...REFERRING]), '1.0.3');
    await world.store.append(
      statements.map((received) =>
        prepareStatement(received, {
          id: '',
          authority: { mbox: 'mailto:lms@example.org' },
          version: '1.0.3',
        }),
      ),
    );
    await world.project();
  }

  async function describeStore({ store }: World): Promise<string> {
    const texts = (await store.readLog(BEGINNING, 100)).map(({ text }) => text);
    const collections = [...Object.keys(RECORDS), 'erasures'];
    const records = await Promise.all(
      collections.map((name) => store.listRecords(name, null, 100)),
    );
    return JSON.stringify([texts, records.flat().map(({ key, json }) => [key, json])]);
  }

  const options = (store: Store) => ({
    store,
    logger: pino({ level: 'silent' }),
    onChange: () => undefined,
  });

  test('at one step or another is finished at the next start, and warehouse and rebuild agree', async () => {
    let calls = 0;
    // Not at each of some sixty: a world is a store and a warehouse.
    for (let isDone = false; !isDone; calls += 9) {
      const world = await World.open({ inMemory: true });
      try {
        await fill(world);
        isDone = await createErasures(options(dieAt(world.store, calls)))
          .erase('ann', 'admin')
          .then(
            () => true,
            () => false,
          );
        // What has read what is half done reads it again.
        await world.project();
        await createErasures(options(world.store)).finishPending();
        const isBegun = (await world.store.listRecords('erasures', null, 10)).length > 0;
        if (!isBegun) continue;
        expect(await describeStore(world)).not.toMatch(TRACES);
        const known = await world.events();
        expect(known.map(({ person }) => person)).not.toContain('ann');
        const agents = 'SELECT statement, agents FROM trace ORDER BY statement';
        const read = await world.warehouse.query(agents);
        await world.warehouse.rebuild(world.store, await world.store.consistentThrough());
        expect(read).toEqual(await world.warehouse.query(agents));
        expect(JSON.stringify(read)).not.toMatch(TRACES);
      } finally {
        await world.close();
      }
    }
    expect(calls).toBeGreaterThan(20);
  }, 300_000);

  test('leaves a record that tells whether somebody was erased only to who knows them', async () => {
    const world = await World.open({ inMemory: true });
    try {
      await fill(world);
      const erasures = createErasures(options(world.store));
      await erasures.erase('ann', 'admin');
      const [record] = await world.store.listRecords('erasures', null, 10);
      const { personHash, ...told } = JSON.parse(record!.json);
      expect(told).toMatchObject({ state: 'done', by: 'admin', statements: 6, records: 6 });
      expect(await verifySecret('ann', personHash)).toBe(true);
      expect(await verifySecret('bob', personHash)).toBe(false);
      await expect(erasures.erase('ann', 'admin')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    } finally {
      await world.close();
    }
  });

  test("is not begun when an agent is somebody else's too", async () => {
    const world = await World.open({ inMemory: true });
    try {
      await fill(world);
      await world.put('people', { id: 'eve', agents: [ANN] });
      const before = await describeStore(world);
      await expect(createErasures(options(world.store)).erase('ann', '')).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      expect(await describeStore(world)).toBe(before);
    } finally {
      await world.close();
    }
  });
});
