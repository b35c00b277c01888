import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Warehouse } from '../../graphql/warehouse/warehouse.ts';
import { describeWarehouse, World } from './world.ts';

/** Few of each, so that what comes in refers to one another often. */
const PEOPLE = ['ada', 'ben', 'cleo'];
const AGENTS = ['mailto:ada@example.org', 'mailto:ben@example.org', 'mailto:team@example.org'];
const SKILLS = ['https://skills.example.org/a', 'https://skills.example.org/b'];
const COURSES = ['https://courses.example.org/1', 'https://courses.example.org/2'];
const IDS = Array.from({ length: 9 }, (_, i) => `00000000-0000-4000-8000-00000000000${i}`);
const VERBS = [
  'https://w3id.org/xapi/video/verbs/played',
  'http://adlnet.gov/expapi/verbs/completed',
  'https://w3id.org/xapi/dod-isd/verbs/used',
  'http://id.tincanapi.com/verb/rated',
  'https://example.org/verbs/unknown',
];
const DATES = ['2026-01-01', '2026-02-01', '2026-03-01'];
const ALIGNMENT = 'https://w3id.org/xapi/acrossx/extensions/alignment';

type Step = (world: World) => Promise<void>;

const optional = { requiredKeys: [] };
const activity = fc
  .constantFrom(...COURSES, ...SKILLS, 'https://example.org/other')
  .map((id) => ({ id }));
const agent = fc.constantFrom(...AGENTS).map((mbox) => ({ mbox }));
const actor = fc.oneof(
  agent,
  fc
    .array(agent, { minLength: 1, maxLength: 3 })
    .map((member) => ({ objectType: 'Group', member })),
);
const statement = fc.record(
  {
    id: fc.constantFrom(...IDS),
    actor,
    verb: fc.constantFrom(...VERBS).map((id) => ({ id })),
    object: activity,
    result: fc.record(
      {
        duration: fc.constant('PT30S'),
        success: fc.boolean(),
        score: fc.constant({ raw: 3, max: 4 }),
      },
      optional,
    ),
    context: fc.record(
      {
        platform: fc.constantFrom('Till', 'LMS'),
        contextActivities: fc.record({ parent: fc.array(activity, { maxLength: 2 }) }),
        extensions: fc.constantFrom(...SKILLS).map((id) => ({ [ALIGNMENT]: id })),
      },
      optional,
    ),
    timestamp: fc.constantFrom(...DATES).map((date) => `${date}T00:00:00.000Z`),
  },
  { requiredKeys: ['actor', 'verb', 'object', 'context', 'timestamp'] },
);

const append: fc.Arbitrary<Step> = fc
  .uniqueArray(statement, { minLength: 1, maxLength: 3, selector: ({ id }) => id ?? {} })
  .map((statements) => async (world) => {
    const known = await Promise.all(statements.map(({ id }) => world.has(id)));
    await world.append(...statements.filter((_, index) => known[index] !== true));
  });
const voidOne: fc.Arbitrary<Step> = fc.constantFrom(...IDS).map(
  (id) => (world) =>
    world.append({
      verb: { id: 'http://adlnet.gov/expapi/verbs/voided' },
      object: { objectType: 'StatementRef', id },
    }),
);

function put(collection: string, record: fc.Arbitrary<object>): fc.Arbitrary<Step> {
  return record.map((value) => (world) => world.put(collection, value));
}
function remove(collection: string, ...keys: readonly string[]): fc.Arbitrary<Step> {
  return fc.constantFrom(...keys).map((key) => async (world) => {
    await world.store.deleteRecord(collection, key);
  });
}

const someOf = (values: readonly string[]): fc.Arbitrary<string[]> => fc.subarray([...values]);
const records: readonly fc.Arbitrary<Step>[] = [
  put(
    'people',
    fc.record(
      {
        id: fc.constantFrom(...PEOPLE),
        agents: fc.subarray(AGENTS, { minLength: 1 }),
        leftOn: fc.constantFrom(...DATES),
      },
      { requiredKeys: ['id', 'agents'] },
    ),
  ),
  put(
    'assignments',
    fc.record({
      personId: fc.constantFrom(...PEOPLE),
      from: fc.constantFrom(...DATES),
      role: fc.constantFrom('Clerk', 'Nurse'),
      segment: fc.constantFrom('FRONTLINE', 'DESK'),
    }),
  ),
  put(
    'skills',
    fc.record(
      {
        id: fc.constantFrom(...SKILLS),
        name: fc.constant('S'),
        targets: fc.constant({ Clerk: 0.5 }),
      },
      { requiredKeys: ['id', 'name'] },
    ),
  ),
  put(
    'courses',
    fc.record({
      id: fc.constantFrom(...COURSES),
      name: fc.constant('C'),
      skills: someOf(SKILLS),
      delivery: fc.constant('FORMAL'),
      author: fc.constant('SME'),
    }),
  ),
  put(
    'platforms',
    fc.record({
      id: fc.constantFrom('Till', 'LMS'),
      name: fc.constant('P'),
      device: fc.constant('SHARED'),
      inFlow: fc.boolean(),
      segments: fc.constant(['DESK']),
    }),
  ),
  put(
    'observations',
    fc.record({
      kpiId: fc.constant('k'),
      personId: fc.constantFrom(...PEOPLE),
      at: fc.constantFrom(...DATES),
      value: fc.integer(),
    }),
  ),
  remove('people', ...PEOPLE),
  remove('assignments', ...PEOPLE.map((id) => `${id}\u001f${DATES[0] ?? ''}`)),
  remove('skills', ...SKILLS),
  remove('courses', ...COURSES),
  remove('platforms', 'Till', 'LMS'),
];
const rules: fc.Arbitrary<Step> = fc
  .subarray([
    { id: 'engaged.learning-activity', disabled: true },
    { id: 'own', kind: 'CONTRIBUTED', when: { verbs: ['https://example.org/verbs/unknown'] } },
    { id: 'where', setPlatform: 'Till', when: { platforms: ['LMS'] } },
  ])
  .map((set) => (world) => world.putRules(...set));

const project: Step = (world) => world.project();
const reopen: Step = (world) => world.reopenWarehouse();

/** A world in which most things are known, so that each change that follows touches events. */
async function settle(world: World): Promise<void> {
  const from = DATES[0] ?? '';
  await world.put('people', ...PEOPLE.map((id, i) => ({ id, agents: [AGENTS[i] ?? ''] })));
  await world.put(
    'assignments',
    ...PEOPLE.map((personId) => ({ personId, from, role: 'Clerk', segment: 'DESK' })),
  );
  await world.put('skills', ...SKILLS.map((id) => ({ id, name: 'S' })));
  await world.put(
    'courses',
    ...COURSES.map((id) => ({ id, name: 'C', skills: SKILLS, delivery: 'FORMAL', author: 'SME' })),
  );
}

// A change of the rules reads all again, and with that hides what went wrong before: rarely, then.
const step = fc.oneof(
  { arbitrary: append, weight: 10 },
  { arbitrary: voidOne, weight: 4 },
  { arbitrary: fc.oneof(...records), weight: 30 },
  { arbitrary: rules, weight: 1 },
  { arbitrary: fc.constant(project), weight: 20 },
  { arbitrary: fc.constant(reopen), weight: 1 },
);

const RUNS = 15;

test('in whatever order statements, voidings and records come, the rows are those of a rebuild', async () => {
  const statements = fc.array(append, { minLength: 6, maxLength: 8, size: 'max' });
  const steps = fc.array(step, { minLength: 10, maxLength: 25, size: 'max' });
  await fc.assert(
    fc.asyncProperty(fc.boolean(), statements, steps, async (isSettled, first, then) => {
      const world = await World.open();
      try {
        if (isSettled) await settle(world);
        for (const take of [...first, project, ...then, project]) await take(world);
        const rebuilt = await Warehouse.open(':memory:');
        await rebuilt.project(world.store, await world.store.consistentThrough());
        expect(await describeWarehouse(world.warehouse)).toEqual(await describeWarehouse(rebuilt));
        await rebuilt.close();
      } finally {
        await world.close();
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 300_000);
