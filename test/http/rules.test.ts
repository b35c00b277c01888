import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

const NDJSON = 'application/x-ndjson';
const PERFORMED = 'https://w3id.org/xapi/dod-isd/verbs/performed';
const COMPLETED = 'http://adlnet.gov/expapi/verbs/completed';
const ANA = { mbox: 'mailto:ana@example.org' };
const COURSE = 'https://example.org/courses/food-safety';
const SKILL = 'https://example.org/skills/hygiene';
const TILL = { homePage: 'https://till.example.org', name: 'till' };

let server: TestServer<'editor' | 'analyst'>;

beforeAll(async () => {
  server = await startTestServer({
    credentials: { editor: ['workforce/write', 'statements/write'], analyst: ['analytics/read'] },
  });
  await put('people', { id: 'ana', agents: ['mailto:ana@example.org'] });
  await put('assignments', {
    personId: 'ana',
    from: '2020-01-01',
    role: 'cook',
    segment: 'FRONTLINE',
  });
  await put('skills', { id: SKILL, name: 'Hygiene' });
  await put('courses', {
    id: COURSE,
    name: 'Food safety',
    skills: [SKILL],
    delivery: 'FORMAL',
    author: 'SME',
  });
  await server.as('analyst').post('/analytics/refresh').expect(200);
});
afterAll(() => server.close());

async function put(collection: string, ...records: readonly object[]) {
  const file = records.map((record) => JSON.stringify(record)).join('\n');
  return await server
    .as('editor')
    .put(`/workforce/${collection}`)
    .set('Content-Type', NDJSON)
    .send(file);
}

const tryOut = async (body: object) =>
  await server.as('editor').post('/analytics/rules/test').send(body);

interface Outcome {
  readonly id: string;
  readonly outcome: string;
  readonly because: string;
}

const outcomeOf = (rules: readonly Outcome[], id: string) => rules.find((rule) => rule.id === id);

const sold = (source: object = {}) => ({
  actor: ANA,
  verb: { id: 'https://till.example.org/verbs/sold' },
  object: { id: SKILL },
  ...source,
});

describe('testing rules', () => {
  test('tells the events of a statement, whose they are, and by which rules', async () => {
    const { status, body } = await tryOut({
      statements: [
        {
          actor: ANA,
          verb: { id: COMPLETED },
          object: { id: COURSE },
          result: { duration: 'PT1H' },
        },
      ],
    });
    expect(status).toBe(200);
    const [{ events, people }] = body.statements;
    expect(people).toEqual(['ana']);
    const common = { person: 'ana', course: COURSE, role: 'cook', segment: 'FRONTLINE' };
    expect(events).toEqual([
      expect.objectContaining({
        ...common,
        kind: 'ENGAGED',
        rules: ['engaged.learning-activity'],
        seconds: 3600,
      }),
      expect.objectContaining({
        ...common,
        kind: 'COMPLETED',
        rules: ['completed.verb'],
        skill: SKILL,
        seconds: null,
      }),
    ]);
  });

  test('says of every other rule why it gave nothing', async () => {
    const { body } = await tryOut({
      statements: [
        { actor: ANA, verb: { id: PERFORMED }, object: { id: 'https://example.org/task' } },
        {
          actor: { mbox: 'mailto:who@example.org' },
          verb: { id: COMPLETED },
          object: { id: COURSE },
        },
        {
          actor: ANA,
          verb: { id: COMPLETED },
          object: { id: COURSE },
          result: { success: false },
        },
      ],
    });
    const [task, stranger, failed] = body.statements;
    expect(task.events).toEqual([]);
    expect(outcomeOf(task.rules, 'applied.on-the-job')).toEqual({
      id: 'applied.on-the-job',
      origin: 'DEFAULT',
      outcome: 'LACKS',
      because: 'the rule holds, but the statement names no known skill',
    });
    expect(outcomeOf(task.rules, 'completed.verb')).toMatchObject({
      outcome: 'NO_MATCH',
      because: '/when/verbs does not hold',
    });
    expect(stranger).toMatchObject({ people: [], events: [] });
    expect(outcomeOf(stranger.rules, 'completed.verb')?.because).toContain('no known person');
    expect(outcomeOf(failed.rules, 'completed.verb')?.because).toBe('/unless/0 holds');
  });

  test('tries rules that are not stored, each for its own source', async () => {
    const rules = [
      {
        id: 'till.sold',
        kind: 'APPLIED',
        when: { verbs: ['https://till.example.org/verbs/sold'] },
        source: { authorities: [`account:${TILL.homePage}|${TILL.name}`] },
      },
      { id: 'engaged.learning-activity', disabled: true, source: { platforms: ['kiosk'] } },
    ];
    const { body } = await tryOut({
      rules,
      statements: [
        sold({ authority: { objectType: 'Agent', account: TILL } }),
        sold(),
        {
          actor: ANA,
          verb: { id: COMPLETED },
          object: { id: COURSE },
          context: { platform: 'kiosk' },
        },
      ],
    });
    const [fromTill, fromElsewhere, fromKiosk] = body.statements;
    expect(fromTill.events).toMatchObject([
      { kind: 'APPLIED', rules: ['till.sold'], skill: SKILL },
    ]);
    expect(outcomeOf(fromTill.rules, 'till.sold')).toMatchObject({
      origin: 'OWN',
      outcome: 'GIVES',
    });
    expect(fromElsewhere.events).toEqual([]);
    expect(outcomeOf(fromElsewhere.rules, 'till.sold')?.outcome).toBe('OTHER_SOURCE');
    expect(fromKiosk.events).toMatchObject([{ kind: 'COMPLETED' }]);
    expect(outcomeOf(fromKiosk.rules, 'engaged.learning-activity')?.outcome).toBe('DISABLED');

    // Nothing was stored.
    expect((await server.as('editor').get('/workforce/rules')).body.records).toEqual([]);
  });

  test('names the rule or the statement that is wrong, its member and the reason', async () => {
    const wrongRule = await tryOut({
      rules: [{ id: 'a', kind: 'LEARNED', when: { verbs: ['urn:a'] } }],
      statements: [sold()],
    });
    expect(wrongRule.status).toBe(400);
    expect(wrongRule.body.error.violations).toMatchObject([
      { rule: 'rules.kind', path: '/rules/0/kind', message: expect.stringContaining('ENGAGED') },
    ]);
    const wrongStatement = await tryOut({ statements: [{ ...sold(), verb: {} }] });
    expect(wrongStatement.status).toBe(400);
    expect(wrongStatement.body.error.violations[0].path).toMatch(/^\/statements\/0\/verb/);
    expect((await tryOut({ statements: [] })).status).toBe(400);
    expect((await tryOut({ statements: Array(101).fill(sold()) })).status).toBe(413);
  });

  test('is for those who may edit the rules', async () => {
    const body = { statements: [sold()] };
    const { status } = await server.as('analyst').post('/analytics/rules/test').send(body);
    expect(status).toBe(403);
  });
});

describe('a change of the rules', () => {
  const rule = {
    id: 'till.sold',
    kind: 'APPLIED',
    when: { verbs: ['https://till.example.org/verbs/sold'] },
  };
  const listVersions = async () =>
    (await server.as('analyst').get('/analytics/rules/versions')).body.versions;
  test('is a version with a date, which reports name and which can be put back', async () => {
    const [first] = await listVersions();
    expect((await server.as('analyst').get('/analytics/rules')).body.version).toBe(first.version);
    await server.as('editor').post(STATEMENTS).send(sold()).expect(200);

    await put('rules', rule);
    const versions = await listVersions();
    expect(versions).toEqual([
      { ...first, ownRules: 0 },
      { version: expect.any(String), since: expect.any(String), ownRules: 1 },
    ]);
    const { version, since } = versions[1];
    expect(version).not.toBe(first.version);
    expect(Date.parse(since)).toBeGreaterThan(Date.parse(first.since));

    const refreshed = await server.as('analyst').post('/analytics/refresh').expect(200);
    expect(refreshed.body.ruleSetVersion).toBe(version);

    // The same rules again are no change; other words for them are none either.
    await put('rules', { ...rule, title: 'Sold at the till' });
    expect(await listVersions()).toHaveLength(2);

    const back = await server.as('analyst').get(`/analytics/rules/versions/${version}`).expect(200);
    expect(JSON.parse(back.text)).toEqual(rule);
    await server.as('analyst').get('/analytics/rules/versions/none').expect(404);

    await server.as('editor').delete('/workforce/rules/till.sold').expect(204);
    expect((await listVersions()).map((each: { version: string }) => each.version)).toEqual([
      first.version,
      version,
      first.version,
    ]);
  });

  test('is read into new numbers beside the old ones, and how far is told', async () => {
    const read = async () =>
      (await server.as('analyst').get('/analytics/projection').expect(200)).body;
    await server.as('analyst').post('/analytics/refresh').expect(200);
    const before = await read();
    expect(before.reprojection).toBeNull();
    const batch = Array.from({ length: 500 }, () => sold());
    for (let sent = 0; sent < 6; sent += 1)
      await server.as('editor').post(STATEMENTS).send(batch).expect(200);
    await server.as('analyst').post('/analytics/refresh').expect(200);

    await put('rules', rule);
    const seen: { ruleSetVersion: string; reprojection: { done: number } | null }[] = [];
    const watching = new AbortController();
    const refreshing = server
      .as('analyst')
      .post('/analytics/refresh')
      .expect(200)
      .then((answer) => answer.body)
      .finally(() => watching.abort());
    while (!watching.signal.aborted) seen.push(await read());
    const body = await refreshing;
    expect(body.ruleSetVersion).not.toBe(before.ruleSetVersion);
    const underWay = seen.filter(({ reprojection }) => reprojection !== null);
    expect(underWay.length).toBeGreaterThan(0);
    for (const { ruleSetVersion, reprojection } of underWay) {
      expect(ruleSetVersion).toBe(before.ruleSetVersion);
      expect(reprojection).toMatchObject({
        ruleSetVersion: body.ruleSetVersion,
        since: expect.any(String),
      });
    }
    expect(await read()).toMatchObject({ ruleSetVersion: body.ruleSetVersion, reprojection: null });
  });
});
