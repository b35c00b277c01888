import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAnalyticsSchema } from '../../graphql/analytics.ts';
import { startGraphqlServer, type GraphqlServer } from './graphql-server.ts';

const PERIOD = 'period: { from: "2026-01-01", to: "2026-03-01" }';

let server: GraphqlServer;

beforeAll(async () => {
  server = await startGraphqlServer();
});
afterAll(() => server.close());

describe('a workforce query', () => {
  test('answers metrics as fields of slices, with where they come from', async () => {
    const { body, status } = await server.ask(`{
      workforce(${PERIOD}, by: [ROLE, SEGMENT], grain: MONTH) {
        asOf ruleSetVersion definitionVersion unmappedShare
        slices {
          role segment department suppressed bucket { from to }
          headcount
          participation { active rate interval { low high } }
        }
      }
    }`);
    expect(body.errors).toBeUndefined();
    expect(status).toBe(200);
    const { workforce } = body.data;
    expect(workforce).toMatchObject({
      asOf: '2026-12-01T00:00:00.500000Z',
      ruleSetVersion: 'r1',
      unmappedShare: 0,
    });
    expect(workforce.definitionVersion).toMatch(/^[0-9a-f]{12}$/);
    expect(workforce.slices).toMatchObject([
      {
        role: 'cook',
        segment: 'FRONTLINE',
        department: null,
        suppressed: false,
        bucket: { from: '2026-01-01T00:00:00.000000Z', to: '2026-02-01T00:00:00.000000Z' },
        headcount: 6,
        participation: { active: 1, rate: 1 / 6 },
      },
      { headcount: 6, participation: { active: 0, rate: 0 } },
    ]);
  });

  test('finds metrics behind aliases, fragments, variables and directives, each with its own arguments', async () => {
    const { body } = await server.ask(
      `query ($days: Int, $no: Boolean!) {
        workforce(${PERIOD}) {
          slices {
            ...Applied
            ... on Slice { long: skillApplication(windowDays: $days) { cohort } }
            standard: skillApplication { cohort curve { day } }
            same: skillApplication(windowDays: null) { cohort }
            participation @include(if: $no) { rate }
          }
        }
      }
      fragment Applied on Slice { short: skillApplication(windowDays: 5) { cohort suppressedBy: applied } }`,
      { variables: { days: 60, no: false } },
    );
    expect(body.errors).toBeUndefined();
    // Three windows, and who is there; not what @include leaves out.
    expect(server.queries).toHaveLength(4);
    expect(body.data.workforce.slices).toEqual([
      {
        // One person is fewer than two.
        short: { cohort: null, suppressedBy: null },
        long: { cohort: null },
        standard: { cohort: null, curve: [] },
        same: { cohort: null },
      },
    ]);
  });

  test('names skills and courses, with parents', async () => {
    const { body } = await server.ask(`{
      workforce(${PERIOD}, by: [SKILL, COURSE]) {
        slices { skill { id name parent { name } } course { name skills { id } } participation { headcount } }
      }
      skills { id parent { id } }
      courses { id name delivery author }
    }`);
    expect(body.data.workforce.slices).toEqual([
      {
        skill: { id: 's:2', name: 'Santoku', parent: { name: 'Knife' } },
        course: { name: 'Cutting', skills: [{ id: 's:2' }] },
        participation: { headcount: 6 },
      },
    ]);
    expect(body.data.skills).toEqual([
      { id: 's:1', parent: null },
      { id: 's:2', parent: { id: 's:1' } },
    ]);
    expect(body.data.courses).toEqual([
      { id: 'c:1', name: 'Cutting', delivery: 'FORMAL', author: 'L_AND_D' },
    ]);
    // One metric, and each catalogue once.
    expect(server.queries).toHaveLength(3);
  });

  test('can be restricted to a training, with everything that ROI tells', async () => {
    const { body } = await server.ask(`{
      workforce(${PERIOD}, by: [ROLE]) {
        slices {
          suppressed
          trainingRoi(courses: ["c:1"], beforeDays: 30, afterDays: 60) {
            learners cost effects { kpi preTrend { warning } } sensitivity { low }
          }
        }
      }
      participationGap(${PERIOD}, a: { segments: [DESK] }, b: { segments: [FRONTLINE] }) {
        percentagePoints a { rate } b { rate }
      }
    }`);
    expect(body.data.workforce.slices).toEqual([
      {
        suppressed: true,
        trainingRoi: { learners: null, cost: null, effects: [], sensitivity: null },
      },
    ]);
    expect(body.data.participationGap).toEqual({
      percentagePoints: null,
      a: { rate: null },
      b: { rate: 1 / 6 },
    });
  });
});

describe('what cannot be answered', () => {
  const ACCEPTS = ['application/json', 'application/graphql-response+json', '*/*'];

  test.each(ACCEPTS)('an unknown field is 400 for a client that accepts %s', async (accept) => {
    const { status, body } = await server.ask('{ workforce(when: 1) { profit } }', { accept });
    expect(status).toBe(400);
    expect(body.errors[0].message).toContain('"when"');
    expect(body.data).toBeUndefined();
  });

  test.each(ACCEPTS)('bad syntax is 400 for a client that accepts %s', async (accept) => {
    expect((await server.ask('{ workforce(', { accept })).status).toBe(400);
  });

  test.each(ACCEPTS)('a wrong variable is 400 for a client that accepts %s', async (accept) => {
    const { status, body } = await server.ask(
      'query ($p: Period!) { workforce(period: $p) { asOf } }',
      { accept, variables: { p: { from: '2026-02-30', to: '2026-03-01' } } },
    );
    expect(status).toBe(400);
    expect(body.errors[0].message).toContain('YYYY-MM-DD');
  });

  test('a rule of ours that is broken has its code, and the status of that code', async () => {
    const { status, body } = await server.ask(
      `{ workforce(${PERIOD}) { slices { skillApplication(windowDays: 0) { rate } } } }`,
    );
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({
      path: ['workforce'],
      extensions: { code: 'INVALID' },
    });
    expect(server.queries).toEqual([]);
  });

  test('a fault of ours is masked for the caller and logged whole', async () => {
    server.answerWith({ query: () => Promise.reject(new Error('secret table name')) });
    const { status, text } = await server.ask(`{ workforce(${PERIOD}) { slices { role } } }`);
    server.answerWith(null);
    expect(status).toBe(500);
    expect(text).not.toContain('secret');
    expect(text).toContain('INTERNAL');
    expect(String(server.logged.at(-1))).toContain('secret table name');
  });

  test('a query that takes too long is ended', async () => {
    server.answerWith({ query: () => new Promise(() => undefined) });
    const { status, body } = await server.ask(`{ workforce(${PERIOD}) { slices { role } } }`);
    server.answerWith(null);
    expect(status).toBe(504);
    expect(body.errors[0].extensions.code).toBe('TIMEOUT');
  });

  test('a query that nests too deep is refused, also through fragments', async () => {
    const parents = `${'parent { '.repeat(12)} id ${'}'.repeat(12)}`;
    const { status, body } = await server.ask(
      `{ skills { ...Deep } } fragment Deep on Skill { ${parents} }`,
    );
    expect(status).toBe(400);
    expect(body.errors[0].extensions.code).toBe('TOO_DEEP');
  });

  test('a query that asks for too much at once is refused', async () => {
    const aliases = Array.from(
      { length: 60 },
      (_, index) => `m${index}: skillApplication(windowDays: ${index + 1}) { rate }`,
    );
    const { status, body } = await server.ask(
      `{ workforce(${PERIOD}) { slices { ${aliases.join(' ')} } } }`,
    );
    expect(status).toBe(400);
    expect(body.errors[0].extensions.code).toBe('TOO_COSTLY');
  });

  test('fragments that multiply are measured in no time and refused', async () => {
    const bombs = Array.from(
      { length: 40 },
      (_, index) =>
        `fragment F${index} on Skill { ...F${index + 1} ... on Skill { ...F${index + 1} } }`,
    );
    const { body } = await server.ask(
      `{ skills { ...F0 } } ${bombs.join(' ')} fragment F40 on Skill { id }`,
    );
    expect(body.errors[0].extensions.code).toBe('TOO_COSTLY');
  });
});

describe('a caller without the scope', () => {
  const fields = Object.keys(createAnalyticsSchema().getQueryType()!.getFields());
  const queries: Record<string, string> = {
    workforce: `{ workforce(${PERIOD}) { asOf } }`,
    participationGap: `{ participationGap(${PERIOD}, a: {}, b: {}) { asOf } }`,
    retention: `{ retention(${PERIOD}, grain: MONTH) { size } }`,
    pilot: '{ pilot(id: "x") { people } }',
    audit: `{ audit(${PERIOD}) { asOf } }`,
    person: '{ person(id: "p0") { id } }',
    people: '{ people { totalCount } }',
    skills: '{ skills { id } }',
    courses: '{ courses { id } }',
  };

  test.each(fields)('cannot ask for %s', async (field) => {
    const { status, body } = await server.ask(queries[field]!, { scopes: 'statements/read' });
    expect(status).toBe(403);
    expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
    expect(server.queries).toEqual([]);
  });
});

describe('a browser', () => {
  test('is given GraphiQL, and nothing of it comes from another site', async () => {
    const { status, text } = await server.agent().get('/graphql').accept('text/html');
    expect(status).toBe(200);
    expect(text).toContain('graphiql');
    expect(text.match(/<(script|link)[^>]+(src|href)="https?:/g)).toBeNull();
  });

  test('of another site is not let in', async () => {
    const { headers } = await server
      .agent()
      .options('/graphql')
      .set('Origin', 'https://elsewhere.example')
      .set('Access-Control-Request-Method', 'POST');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('can read the whole schema', async () => {
    const { body } = await server.ask(
      '{ __schema { types { name fields { name type { ofType { name ofType { ofType { ofType { name } } } } } } } } }',
    );
    expect(body.errors).toBeUndefined();
  });
});
