import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { did, organise } from '../../graphql/metrics/example-world.ts';
import { METRICS } from '../../graphql/metrics/registry.ts';
import { ALL_DIMENSIONS } from '../../graphql/metrics/scope.ts';
import { startGraphqlServer, type GraphqlServer } from './graphql-server.ts';

const ROLES = 40;
const PEOPLE_A_ROLE = 3;
const PERIOD = 'period: { from: "2026-01-01", to: "2027-01-01" }';

/** What to ask of each metric. */
const FIELDS: Readonly<Record<keyof typeof METRICS, string>> = {
  headcount: 'headcount',
  participation: 'participation { active rate }',
  skillApplication: 'skillApplication { cohort rate medianDaysToApply }',
  trainingRoi: 'trainingRoi { learners roi }',
  completion: 'completion { started rate }',
  assessment: 'assessment { attempts passRate quantiles }',
  effort: 'effort { hours hoursPerActivePerson }',
  flow: 'flow { inFlowShare mobileShare }',
  content: 'content { contributors smeShare rating }',
};

let server: GraphqlServer;

beforeAll(async () => {
  const staff = Array.from({ length: ROLES * PEOPLE_A_ROLE }, (_, index): [string, string] => [
    `p${index}`,
    `role${index % ROLES} ${index % 2 === 0 ? 'FRONTLINE' : 'DESK'}`,
  ]);
  server = await startGraphqlServer({
    world: organise({
      staff: Object.fromEntries(staff),
      skills: [{ id: 's:1' }],
      courses: [{ id: 'c:1', skills: ['s:1'] }],
      platforms: [{ id: 'till', inFlow: true }],
      events: staff.flatMap(([person], index) => {
        const at = `2026-${String((index % 12) + 1).padStart(2, '0')}-05`;
        return [
          did(person, 'ENGAGED', at, { course: 'c:1', platform: 'till', seconds: 60 }),
          did(person, 'COMPLETED', at, { course: 'c:1', skill: 's:1' }),
          did(person, 'ASSESSED', at, { course: 'c:1', activity: 'test', score: 0.5 }),
        ];
      }),
    }),
  });
});
afterAll(() => server.close());

describe('a report of 40 roles and 12 months', () => {
  const names = Object.keys(METRICS) as (keyof typeof METRICS)[];
  test.each([
    ['participation, application, ROI, completion and assessment', names.slice(1, 6)],
    ['every metric there is', names],
  ])('with %s asks the warehouse once a metric', async (_, metrics) => {
    const { body } = await server.ask(`{
      workforce(${PERIOD}, by: [ROLE], grain: MONTH) {
        slices { role bucket { from } ${metrics.map((name) => FIELDS[name]).join(' ')} }
      }
    }`);
    expect(body.errors).toBeUndefined();
    expect(body.data.workforce.slices).toHaveLength(ROLES * 12);
    expect(server.queries).toHaveLength(metrics.length);
  });

  test('with metrics of which none counts everyone asks once more, for who is there', async () => {
    const { body } = await server.ask(
      `{ workforce(${PERIOD}, by: [ROLE], grain: MONTH) { slices { ${FIELDS.flow} ${FIELDS.effort} } } }`,
    );
    expect(body.data.workforce.slices).toHaveLength(ROLES * 12);
    expect(server.queries).toHaveLength(3);
  });
});

describe.each(Object.values(METRICS).map(({ name, dimensions }) => [name, dimensions] as const))(
  '%s',
  (name, dimensions) => {
    test.each(ALL_DIMENSIONS)('is cut by %s, or says what it can be cut by', async (dimension) => {
      const { body, status } = await server.ask(
        `{ workforce(${PERIOD}, by: [${dimension}]) { slices { suppressed ${FIELDS[name as keyof typeof METRICS]} } } }`,
      );
      if (dimensions.includes(dimension)) {
        expect(body.errors).toBeUndefined();
        expect(body.data.workforce.slices).toBeInstanceOf(Array);
      } else {
        expect(status).toBe(400);
        expect(body.errors[0].message).toBe(
          `${name} cannot be cut by ${dimension}; it can by ${dimensions.join(', ')}.`,
        );
      }
    });
  },
);
