import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { did, organise } from '../../graphql/metrics/example-world.ts';
import { startGraphqlServer, type GraphqlServer } from './graphql-server.ts';

const SCOPES = 'analytics/read people/read';

/** 60 cooks; the first ten took a course about knives, six of whom used it; the others are yet to. */
const STAFF = Array.from({ length: 60 }, (_, index) => `p${String(index).padStart(2, '0')}`);

let server: GraphqlServer;

beforeAll(async () => {
  server = await startGraphqlServer({
    minGroupSize: 5,
    world: organise({
      staff: Object.fromEntries(STAFF.map((id) => [id, 'cook FRONTLINE'])),
      people: [
        { id: 'gone', name: 'Gil', hiredOn: '2020-01-01', leftOn: '2021-06-01' },
        { id: 'new', name: 'Nel', hiredOn: '2026-11-20' },
      ],
      assignments: [
        { personId: 'gone', from: '2020-01-01', role: 'cook', segment: 'FRONTLINE' },
        { personId: 'new', from: '2026-11-20', role: 'chef', segment: 'DESK' },
      ],
      skills: [
        { id: 's:knife', name: 'Knife', targets: { cook: 0.8, chef: 0.9 } },
        { id: 's:fire', name: 'Fire', targets: { cook: 0.5 } },
        { id: 's:till', name: 'Till' },
      ],
      courses: [
        { id: 'c:knife', name: 'Cutting', skills: ['s:knife'] },
        { id: 'c:chop', name: 'Chopping', skills: ['s:knife'] },
        { id: 'c:fire', name: 'Burning', skills: ['s:fire'] },
      ],
      events: [
        ...STAFF.slice(0, 10).flatMap((id) => [
          did(id, 'ASSESSED', '2026-01-04', { skill: 's:knife', score: 0.3 }),
          did(id, 'COMPLETED', '2026-01-05', { course: 'c:knife', skill: 's:knife' }),
          did(id, 'ASSESSED', '2026-01-06', { skill: 's:knife', score: 0.7 }),
        ]),
        ...STAFF.slice(0, 6).map((id) => did(id, 'APPLIED', '2026-01-15', { skill: 's:knife' })),
        did('p00', 'RATED', '2026-01-15', { course: 'c:chop', score: 1 }),
        did('p00', 'APPLIED', '2026-02-15', { skill: 's:till' }),
      ],
    }),
  });
});
afterAll(() => server.close());

const PERSON = `id name role segment tenure
  skills { skill { name } level target trainedAt appliedAt }
  nextSteps { skill { name } course { name } shortfall applicationRate basis reason }`;

describe('a person', () => {
  test('has skills with levels and targets, and next steps with the reason in words', async () => {
    const { body } = await server.ask(`{ person(id: "p00") { ${PERSON} } }`, { scopes: SCOPES });
    expect(body.errors).toBeUndefined();
    expect(body.data.person).toEqual({
      id: 'p00',
      name: null,
      role: 'cook',
      segment: 'FRONTLINE',
      tenure: null,
      skills: [
        { skill: { name: 'Fire' }, level: null, target: 0.5, trainedAt: null, appliedAt: null },
        {
          skill: { name: 'Knife' },
          level: 0.7,
          target: 0.8,
          trainedAt: '2026-01-05T00:00:00.000000Z',
          appliedAt: '2026-01-15T00:00:00.000000Z',
        },
        {
          skill: { name: 'Till' },
          level: null,
          target: null,
          trainedAt: null,
          appliedAt: '2026-02-15T00:00:00.000000Z',
        },
      ],
      nextSteps: [
        {
          skill: { name: 'Fire' },
          course: { name: 'Burning' },
          shortfall: 0.5,
          applicationRate: null,
          basis: 'none',
          reason:
            'The role cook wants 50 % in Fire; never assessed so far. Too few have taken this course yet to say how often it is applied.',
        },
        {
          skill: { name: 'Knife' },
          // Not the one that was completed.
          course: { name: 'Chopping' },
          shortfall: expect.closeTo(0.1, 9),
          applicationRate: null,
          basis: 'none',
          reason: expect.stringContaining('last assessed at 70 %'),
        },
      ],
    });
  });

  test('is advised by their role, else their segment, else everyone', async () => {
    const { body } = await server.ask(
      `{ cook: person(id: "p20") { nextSteps(first: 1) { course { name } applicationRate basis reason } }
         chef: person(id: "new") { tenure nextSteps(first: 1) { course { name } applicationRate basis } } }`,
      { scopes: SCOPES },
    );
    expect(body.data).toEqual({
      cook: {
        nextSteps: [
          {
            course: { name: 'Cutting' },
            applicationRate: 0.6,
            basis: 'role',
            reason:
              'The role cook wants 80 % in Knife; never assessed so far. After this course, 6 of 10 people of the same role (60 %) applied it within 90 days.',
          },
        ],
      },
      chef: {
        tenure: '<90 days',
        nextSteps: [{ course: { name: 'Cutting' }, applicationRate: 0.6, basis: 'everyone' }],
      },
    });
  });

  test('who left has no role, and who is not there is null', async () => {
    const { body } = await server.ask(
      '{ gone: person(id: "gone") { name role segment tenure } nobody: person(id: "nobody") { id } }',
      { scopes: SCOPES },
    );
    expect(body.data).toEqual({
      gone: { name: 'Gil', role: null, segment: null, tenure: '1–3 years' },
      nobody: null,
    });
  });

  test('known or not, is answered alike and before any look to who may not see people', async () => {
    const answers = [];
    for (const id of ['p00', 'nobody']) {
      const { status, body } = await server.ask(`{ person(id: "${id}") { id } }`);
      expect(server.queries).toEqual([]);
      answers.push({ status, errors: body.errors });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ status: 403 });
  });
});

describe('a page of people', () => {
  test('of 50 with skills and next steps costs as many warehouse queries as one of 5', async () => {
    const counts = [];
    for (const first of [5, 50]) {
      const { body } = await server.ask(
        `{ people(first: ${first}) { totalCount edges { node { ${PERSON} } } } }`,
        { scopes: SCOPES },
      );
      expect(body.errors).toBeUndefined();
      expect(body.data.people.totalCount).toBe(62);
      expect(body.data.people.edges).toHaveLength(first);
      counts.push(server.queries.length);
    }
    // The page, their skills, what they completed, rates, ratings, two catalogues.
    expect(counts).toEqual([7, 7]);
  });

  test('follows another by cursor, to the last, each person once', async () => {
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const { body } = await server.ask(
        'query ($after: String) { people(first: 25, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } totalCount } }',
        { scopes: SCOPES, variables: { after } },
      );
      const page = body.data.people;
      expect(page.totalCount).toBe(62);
      expect(page.pageInfo.endCursor).toBe(page.edges.at(-1).cursor);
      ids.push(...page.edges.map((edge: { node: { id: string } }) => edge.node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(ids).toEqual(['gone', 'new', ...STAFF]);
  });

  test('is filtered by what people are now', async () => {
    const { body } = await server.ask(
      `{ chefs: people(where: { roles: ["chef"] }) { totalCount edges { node { id } } }
         none: people(where: { departments: ["d"] }) { totalCount pageInfo { hasNextPage endCursor } edges { cursor } } }`,
      { scopes: SCOPES },
    );
    expect(body.data).toEqual({
      chefs: { totalCount: 1, edges: [{ node: { id: 'new' } }] },
      none: { totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, edges: [] },
    });
  });

  test.each([
    ['people(first: 0) { totalCount }', 'first must be from 1 to 200'],
    ['people(first: 201) { totalCount }', 'first must be from 1 to 200'],
    ['people(after: "x!") { totalCount }', 'endCursor'],
    ['people(where: { skills: ["s:knife"] }) { totalCount }', 'cannot be filtered by skills'],
    ['person(id: "p00") { nextSteps(first: 51) { basis } }', 'first must be from 1 to 50'],
  ])('asked for as %s is refused with what to do', async (query, message) => {
    const { status, body } = await server.ask(`{ ${query} }`, { scopes: SCOPES });
    expect(status).toBe(400);
    expect(body.errors[0].message).toContain(message);
  });
});

describe('a caller who may not see people', () => {
  test.each([
    'people { totalCount }',
    'workforce(period: { from: "2026-01-01", to: "2026-03-01" }, where: { people: ["p00"] }) { asOf }',
    'participationGap(period: { from: "2026-01-01", to: "2026-03-01" }, a: {}, b: { people: ["p00"] }) { asOf }',
    'retention(period: { from: "2026-01-01", to: "2026-03-01" }, grain: MONTH, where: { people: ["p00"] }) { size }',
    'audit(period: { from: "2026-01-01", to: "2026-03-01" }) { unmappedActors { id } }',
  ])('cannot ask for %s', async (query) => {
    const { status, body } = await server.ask(`{ ${query} }`);
    expect(status).toBe(403);
    expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
    expect(server.queries).toEqual([]);
  });
});
