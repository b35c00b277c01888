import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import {
  activityNamed,
  agentNamed,
  makeStatement,
  queryOf,
  verbNamed,
  type SampleStatement,
} from './sample-statements.ts';
import {
  startTestServer,
  STATEMENTS,
  walk,
  type StatementResult,
  type TestServer,
} from './server.ts';

let server: TestServer<'other'>;
let client: TestAgent;
const registration = randomUUID();

/** Each differs from the others in what a filter can ask for. */
const SAMPLES = {
  plain: makeStatement(),
  verb: makeStatement({ verb: verbNamed('welded') }),
  activity: makeStatement({ object: activityNamed('riveting') }),
  parentActivity: makeStatement({
    context: { contextActivities: { parent: [activityNamed('riveting')] } },
  }),
  registration: makeStatement({ context: { registration } }),
  agent: makeStatement({ actor: agentNamed('bob') }),
  agentAsObject: makeStatement({ verb: verbNamed('praised'), object: agentNamed('bob') }),
  agentInGroup: makeStatement({ actor: { objectType: 'Group', member: [agentNamed('bob')] } }),
  instructor: makeStatement({ context: { instructor: agentNamed('bob') } }),
  account: makeStatement({
    actor: { account: { homePage: 'https://hr.example.org', name: '7|7' } },
  }),
  sha1: makeStatement({ actor: { mbox_sha1sum: 'f427d80dc332a166bf5f160ec15f009ce7e68c4c' } }),
  openid: makeStatement({ actor: { openid: 'https://id.example.org/dot' } }),
  group: makeStatement({ actor: { objectType: 'Group', mbox: 'mailto:crew@example.org' } }),
  subStatement: makeStatement({
    object: {
      objectType: 'SubStatement',
      actor: agentNamed('eve'),
      verb: verbNamed('planned'),
      object: activityNamed('soldering'),
    },
  }),
} satisfies Record<string, SampleStatement>;
type SampleName = keyof typeof SAMPLES;

let stored: readonly StatementResult[];

beforeAll(async () => {
  server = await startTestServer({ credentials: { other: ['all'] } });
  client = server.as(server.admin);
  for (const [name, statement] of Object.entries(SAMPLES)) {
    const sender = name === 'plain' ? server.as('other') : client;
    expect((await sender.post(STATEMENTS).send(statement)).status).toBe(200);
  }
  stored = await walk(client, '?ascending=true');
});
afterAll(() => server.close());

async function find(parameters: Readonly<Record<string, unknown>>): Promise<SampleName[]> {
  const ids = (await walk(client, queryOf(parameters))).map(({ id }) => id);
  return namesOf(ids);
}

function namesOf(ids: readonly string[]): SampleName[] {
  const names = Object.keys(SAMPLES) as SampleName[];
  return ids.map((id) => names.find((name) => SAMPLES[name].id === id)!);
}

const everyName = Object.keys(SAMPLES) as SampleName[];

describe('filters', () => {
  test.each<[string, Record<string, unknown>, SampleName[]]>([
    ['verb', { verb: 'https://example.org/verbs/welded' }, ['verb']],
    ['activity: the object', { activity: activityNamed('riveting').id }, ['activity']],
    [
      'activity with related_activities: context activities too',
      { activity: activityNamed('riveting').id, related_activities: true },
      ['parentActivity', 'activity'],
    ],
    [
      'activity with related_activities: the object of a SubStatement too',
      { activity: activityNamed('soldering').id, related_activities: true },
      ['subStatement'],
    ],
    ['activity: not the object of a SubStatement', { activity: activityNamed('soldering').id }, []],
    ['registration', { registration }, ['registration']],
    ['registration in upper case', { registration: registration.toUpperCase() }, ['registration']],
    [
      'agent: actor, object, and member of a group',
      { agent: agentNamed('bob') },
      ['agentInGroup', 'agentAsObject', 'agent'],
    ],
    [
      'agent with related_agents: the instructor too',
      { agent: agentNamed('bob'), related_agents: true },
      ['instructor', 'agentInGroup', 'agentAsObject', 'agent'],
    ],
    ['agent: not the actor of a SubStatement', { agent: agentNamed('eve') }, []],
    [
      'agent with related_agents: the actor of a SubStatement too',
      { agent: agentNamed('eve'), related_agents: true },
      ['subStatement'],
    ],
    [
      'agent by account',
      { agent: { account: { homePage: 'https://hr.example.org', name: '7|7' } } },
      ['account'],
    ],
    [
      'agent by mbox_sha1sum',
      { agent: { mbox_sha1sum: 'f427d80dc332a166bf5f160ec15f009ce7e68c4c' } },
      ['sha1'],
    ],
    ['agent by openid', { agent: { openid: 'https://id.example.org/dot' } }, ['openid']],
    [
      'agent: an identified group',
      { agent: { objectType: 'Group', mbox: 'mailto:crew@example.org' } },
      ['group'],
    ],
    [
      'two filters at once',
      { agent: agentNamed('bob'), verb: 'https://example.org/verbs/praised' },
      ['agentAsObject'],
    ],
    ['what nobody did', { verb: 'https://example.org/verbs/flew' }, []],
  ])('%s', async (_case, parameters, expected) => {
    expect(await find(parameters)).toEqual(expected);
  });

  test('agent with related_agents finds an authority', async () => {
    const { authority } = stored[0]!;
    expect(await find({ agent: authority })).toEqual([]);
    expect(await find({ agent: authority, related_agents: true })).toEqual(['plain']);
  });
});

describe('order and bounds', () => {
  test('newest first, unless ascending', async () => {
    expect(await find({})).toEqual(everyName.toReversed());
    expect(await find({ ascending: false })).toEqual(everyName.toReversed());
    expect(await find({ ascending: true })).toEqual(everyName);
  });

  test('since is exclusive, until is inclusive', async () => {
    const at = stored[4]!.stored;
    expect(await find({ since: at, ascending: true })).toEqual(everyName.slice(5));
    expect(await find({ until: at, ascending: true })).toEqual(everyName.slice(0, 5));
    expect(await find({ since: stored[2]!.stored, until: at, ascending: true })).toEqual(
      everyName.slice(3, 5),
    );
  });

  test('since may be in another zone', async () => {
    const zoned = new Date(Date.parse(stored[0]!.stored) - 1000 + 2 * 3_600_000)
      .toISOString()
      .replace('Z', '+02:00');
    expect(await find({ since: zoned, ascending: true })).toEqual(everyName);
  });

  test.each([true, false])(
    'the pages of more follow one another without gap or repeat, ascending=%s',
    async (ascending) => {
      const pages: SampleName[][] = [];
      let path = STATEMENTS + queryOf({ limit: 3, ascending });
      while (path !== '') {
        const { body } = await client.get(path);
        pages.push(namesOf(body.statements.map(({ id }: StatementResult) => id)));
        path = body.more;
        expect(typeof path).toBe('string');
      }
      expect(pages.flat()).toEqual(ascending ? everyName : everyName.toReversed());
      expect(pages.slice(0, -1).every((page) => page.length === 3)).toBe(true);
    },
  );

  test('more keeps the filters and the format of the first page', async () => {
    const first = await client.get(
      STATEMENTS + queryOf({ agent: agentNamed('bob'), limit: 2, format: 'ids' }),
    );
    const second = await client.get(first.body.more);
    const both: StatementResult[] = [...first.body.statements, ...second.body.statements];
    expect(namesOf(both.map(({ id }) => id))).toEqual(['agentInGroup', 'agentAsObject', 'agent']);
    expect(both.map((one) => one['verb'])).toEqual(
      (['agentInGroup', 'agentAsObject', 'agent'] as const).map((name) => ({
        id: SAMPLES[name].verb.id,
      })),
    );
    expect(second.body.more).toBe('');
  });

  test('what is stored between two pages does not disturb the second', async () => {
    const actor = agentNamed(randomUUID());
    const [one, two, late] = [
      makeStatement({ actor }),
      makeStatement({ actor }),
      makeStatement({ actor }),
    ];
    await client.post(STATEMENTS).send([one, two]);
    const first = await client.get(STATEMENTS + queryOf({ agent: actor, limit: 1 }));
    await client.post(STATEMENTS).send(late);
    const second = await client.get(first.body.more);
    expect([first, second].map(({ body }) => body.statements[0].id)).toEqual([two.id, one.id]);
  });

  test('limit=0 asks for as many as the server gives', async () => {
    const { body } = await client.get(`${STATEMENTS}?limit=0`);
    expect(body.statements.length).toBeGreaterThanOrEqual(everyName.length);
  });
});

describe('formats', () => {
  const statement = makeStatement({
    actor: { ...agentNamed('fay'), name: 'Fay' },
    verb: { id: 'https://example.org/verbs/tried', display: { de: 'versuchte', 'en-GB': 'tried' } },
    object: {
      ...activityNamed('brazing'),
      definition: {
        name: { de: 'Hartlöten', 'en-GB': 'Brazing' },
        description: { de: 'nur deutsch' },
      },
    },
  });
  const query = (format: string): string =>
    STATEMENTS + queryOf({ statementId: statement.id, format });

  beforeAll(async () => {
    await client.post(STATEMENTS).send(statement);
  });

  test('exact returns all that was sent', async () => {
    const { body } = await client.get(query('exact'));
    expect(body).toMatchObject(statement);
  });

  test('ids returns only what identifies', async () => {
    const { body } = await client.get(query('ids'));
    expect(body).toMatchObject({ id: statement.id });
    expect(body.actor).toEqual(agentNamed('fay'));
    expect(body.object).toEqual({ id: activityNamed('brazing').id });
  });

  test.each([
    ['de', 'versuchte', 'Hartlöten'],
    ['en', 'tried', 'Brazing'],
    ['fr;q=0.9, en-GB;q=0.5, de;q=0.1', 'tried', 'Brazing'],
  ])('canonical with Accept-Language %s returns one language', async (languages, display, name) => {
    const { body } = await client.get(query('canonical')).set('Accept-Language', languages);
    expect(Object.values(body.verb.display)).toEqual([display]);
    expect(Object.values(body.object.definition.name)).toEqual([name]);
    expect(body.object.definition.description).toEqual({ de: 'nur deutsch' });
  });
});

describe('queries that are refused', () => {
  test.each<[string, Record<string, string>, string]>([
    ['a parameter nobody knows', { colour: 'red' }, 'colour'],
    ['a parameter in the wrong case', { Limit: '3' }, 'limit'],
    ['a limit that is no number', { limit: 'many' }, 'limit'],
    ['a negative limit', { limit: '-1' }, 'limit'],
    ['a since that is no timestamp', { since: 'yesterday' }, 'since'],
    ['an until that is no timestamp', { until: '2026-13-01' }, 'until'],
    ['an agent that is no JSON', { agent: 'bob' }, 'agent'],
    ['an agent without an identifier', { agent: '{"name":"bob"}' }, 'agent'],
    ['a verb that is no IRI', { verb: 'welded' }, 'verb'],
    ['an activity that is no IRI', { activity: 'welding' }, 'activity'],
    ['a registration that is no UUID', { registration: '7' }, 'registration'],
    ['a format nobody knows', { format: 'yaml' }, 'format'],
    ['ascending=yes', { ascending: 'yes' }, 'ascending'],
    ['related_agents=1', { related_agents: '1' }, 'related_agents'],
    ['a statementId that is no UUID', { statementId: '7' }, 'statementId'],
    ['statementId with limit', { statementId: randomUUID(), limit: '1' }, 'limit'],
    [
      'statementId with voidedStatementId',
      { statementId: randomUUID(), voidedStatementId: randomUUID() },
      'oidedStatementId',
    ],
    [
      'voidedStatementId with agent',
      { voidedStatementId: randomUUID(), agent: '{"mbox":"mailto:a@b.org"}' },
      'agent',
    ],
    ['a more that was made up', { more: 'abc' }, 'more'],
    ['more with another parameter', { more: 'abc', limit: '1' }, 'more'],
  ])('%s', async (_case, parameters, named) => {
    const { status, body } = await client.get(STATEMENTS + queryOf(parameters));
    expect([status, body.error.message]).toEqual([400, expect.stringContaining(named)]);
  });

  test('a parameter given twice', async () => {
    const { status, body } = await client.get(`${STATEMENTS}?limit=1&limit=2`);
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('limit')]);
  });

  test('an id that is not stored answers 404 that names it', async () => {
    const id = randomUUID();
    const { status, body } = await client.get(STATEMENTS + queryOf({ statementId: id }));
    expect([status, body.error.message]).toEqual([404, expect.stringContaining(id)]);
  });
});
