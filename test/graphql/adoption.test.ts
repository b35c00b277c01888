import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADMIN, putRecords, STATEMENTS, startTestServer, type TestServer } from '../http/server.ts';

const VERB = 'http://adlnet.gov/expapi/verbs/';
const STRANGE = 'https://example.org/verbs/sneezed';
const COURSE = 'https://example.org/c/1';
const OTHER = 'https://example.org/other';
const PERIOD = 'period: { from: "2026-01-01", to: "2026-03-01" }';

const STAFF = Array.from({ length: 12 }, (_, index) => `p${index}`);

let server: TestServer<'analyst'>;

interface Said {
  readonly by: string;
  readonly verb?: string;
  readonly object?: string;
  readonly at?: string;
  readonly platform?: string;
}

function say({
  by,
  verb = `${VERB}experienced`,
  object = COURSE,
  at = '2026-01-05',
  platform,
}: Said): object {
  return {
    actor: { mbox: `mailto:${by}@example.org` },
    verb: { id: verb },
    object: { id: object },
    timestamp: `${at}T12:00:00.000Z`,
    ...(platform === undefined ? {} : { context: { platform } }),
  };
}

/** Six in a pilot and six beside it; the six are active in both months, of the others one. */
beforeAll(async () => {
  server = await startTestServer({ credentials: { analyst: ['analytics/read'] } });
  const records = {
    people: STAFF.map((id) => ({ id, agents: [`mailto:${id}@example.org`] })),
    assignments: STAFF.map((personId) => ({
      personId,
      from: '2020-01-01',
      role: 'cook',
      segment: 'FRONTLINE',
    })),
    courses: [{ id: COURSE, name: 'C', delivery: 'FORMAL', author: 'SME', fixedCost: 90 }],
    platforms: [
      { id: 'phone', name: 'Phone', device: 'MOBILE', inFlow: true, segments: ['FRONTLINE'] },
    ],
    pilots: [
      {
        id: 'x',
        name: 'Xi',
        courseIds: [COURSE],
        personIds: STAFF.slice(0, 6),
        from: '2026-01-01',
        to: '2026-03-01',
      },
      {
        id: 'tiny',
        name: 'Tiny',
        courseIds: [COURSE],
        personIds: STAFF.slice(0, 2),
        from: '2026-01-01',
      },
    ],
  };
  await putRecords(server.as(ADMIN), records);
  const statements = [
    ...STAFF.slice(0, 6).flatMap((by) => [
      say({ by, platform: 'phone', verb: `${VERB}completed` }),
      say({ by, at: '2026-02-05' }),
    ]),
    say({ by: 'p6', platform: 'elsewhere' }),
    ...['guest', 'guest', 'visitor'].map((by) => say({ by })),
    say({ by: 'p7', verb: STRANGE }),
    say({ by: 'p7', object: OTHER }),
    say({ by: 'p7', object: OTHER, verb: STRANGE }),
    // Outside the period.
    say({ by: 'late', verb: STRANGE, object: OTHER, at: '2026-03-01' }),
  ];
  await server.as(ADMIN).post(STATEMENTS).send(statements).expect(200);
  await server.as(ADMIN).post('/analytics/refresh').expect(200);
});
afterAll(() => server.close());

async function ask(query: string, as: 'analyst' | typeof ADMIN = ADMIN) {
  const { body, status } = await server.as(as).post('/graphql').send({ query });
  return { status, data: body.data, errors: body.errors };
}

describe('an audit', () => {
  test('says who reaches which platform, and what cannot be counted, most frequent first', async () => {
    const { data, errors } = await ask(`{ audit(${PERIOD}) {
      asOf reach { segment platform people share }
      unmappedActors { id statements } one: unmappedActors(first: 1) { id }
      unmappedVerbs { id statements } unmappedActivities { id statements } unmappedPlatforms { id statements }
    } }`);
    expect(errors).toBeUndefined();
    expect(data.audit).toEqual({
      asOf: expect.stringMatching(/Z$/),
      reach: [{ segment: 'FRONTLINE', platform: 'phone', people: 6, share: 0.5 }],
      unmappedActors: [
        { id: 'mailto:guest@example.org', statements: 2 },
        { id: 'mailto:visitor@example.org', statements: 1 },
      ],
      one: [{ id: 'mailto:guest@example.org' }],
      unmappedVerbs: [{ id: STRANGE, statements: 2 }],
      unmappedActivities: [{ id: OTHER, statements: 2 }],
      unmappedPlatforms: [{ id: 'elsewhere', statements: 1 }],
    });
  });

  test('shows no agent to who may not see people, and all else', async () => {
    const all = await ask(
      `{ audit(${PERIOD}) { unmappedVerbs { id } reach { people } } }`,
      'analyst',
    );
    expect(all).toMatchObject({
      status: 200,
      data: { audit: { unmappedVerbs: [{ id: STRANGE }] } },
    });
    const { status, data, errors } = await ask(
      `{ audit(${PERIOD}) { unmappedActors { id } } }`,
      'analyst',
    );
    expect({ status, data }).toEqual({ status: 403, data: null });
    expect(errors[0].message).toContain('people/read');
  });

  test.each([
    ['unmappedVerbs(first: 0)', 'from 1 to 1000'],
    ['unmappedVerbs(first: 1001)', 'from 1 to 1000'],
  ])('asked for %s says what may be asked', async (field, message) => {
    const { status, errors } = await ask(`{ audit(${PERIOD}) { ${field} { id } } }`);
    expect(status).toBe(400);
    expect(errors[0].message).toContain(message);
  });

  test('of a period that is none is refused whatever is asked of it', async () => {
    const { status } = await ask(
      '{ audit(period: { from: "2026-03-01", to: "2026-01-01" }) { asOf } }',
    );
    expect(status).toBe(400);
  });
});

describe('a pilot', () => {
  const FIELDS = `id name suppressed people comparison
    participation { suppressed pilot { part whole rate } comparison { part whole rate } percentagePoints interval { low high } }
    skillApplication(windowDays: 30) { pilot { whole rate } percentagePoints }
    trainingRoi { pilot { learners cost } comparison { learners cost } }`;

  test('is set beside those of the same role and segment who are not in it', async () => {
    const { data, errors } = await ask(`{ pilot(id: "x") { ${FIELDS} } }`);
    expect(errors).toBeUndefined();
    expect(data.pilot).toEqual({
      id: 'x',
      name: 'Xi',
      suppressed: false,
      people: 6,
      comparison: 6,
      participation: {
        suppressed: false,
        pilot: { part: 6, whole: 6, rate: 1 },
        comparison: { part: 2, whole: 6, rate: 2 / 6 },
        percentagePoints: expect.closeTo(66.6666667, 6),
        interval: { low: expect.any(Number), high: expect.any(Number) },
      },
      skillApplication: { pilot: { whole: 0, rate: null }, percentagePoints: null },
      trainingRoi: { pilot: { learners: 6, cost: 90 }, comparison: { learners: 0, cost: 0 } },
    });
  });

  test('that is too small tells its name and no number', async () => {
    const { data } = await ask(
      `{ pilot(id: "tiny") { ${FIELDS} } nobody: pilot(id: "?") { id } }`,
      'analyst',
    );
    expect(data.nobody).toBeNull();
    expect(data.pilot).toMatchObject({
      name: 'Tiny',
      suppressed: true,
      people: 0,
      comparison: 0,
      participation: { suppressed: true, comparison: { part: 0, whole: 0, rate: null } },
      trainingRoi: { pilot: { learners: null }, comparison: { learners: null } },
    });
  });
});

test('retention tells by month of first activity who came back', async () => {
  const { data } = await ask(
    `{ retention(${PERIOD}, grain: MONTH) { bucket { from } suppressed size returned } }`,
    'analyst',
  );
  expect(data.retention).toEqual([
    {
      bucket: { from: '2026-01-01T00:00:00.000000Z' },
      suppressed: false,
      size: 8,
      returned: [1, 6 / 8],
    },
    {
      bucket: { from: '2026-02-01T00:00:00.000000Z' },
      suppressed: false,
      size: 0,
      returned: [null],
    },
  ]);
});
