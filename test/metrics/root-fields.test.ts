import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCatalogue } from '../../graphql/catalogue.ts';
import { auditPeriod, measureReach } from '../../graphql/metrics/audit.ts';
import type { Dimension, ExampleWorld } from '../../graphql/metrics/metric.ts';
import { measureParticipationGap } from '../../graphql/metrics/participation-gap.ts';
import {
  comparePilotApplication,
  comparePilotParticipation,
  measurePilot,
} from '../../graphql/metrics/pilot.ts';
import type { Analytics } from '../../graphql/metrics/report.ts';
import { createPeople } from '../../graphql/people/people.ts';
import type { Database } from '../../graphql/warehouse/database.ts';
import { instantOfDate } from '../../statements/instant.ts';
import { roundDeep } from './compare.ts';
import { readOrganisation, type Organisation } from './oracle/organisation.ts';
import { computeGap } from './oracle/participation-gap.ts';
import { computeParticipation } from './oracle/participation.ts';
import { computeNextSteps, computeSkills } from './oracle/person.ts';
import { computePilot } from './oracle/pilot.ts';
import { inventOrganisation } from './oracle/random-organisation.ts';
import { openWorld } from './world.ts';

const ASKED = { from: '2025-11-10', to: '2026-05-20', timeZone: 'UTC' };
const PERIOD = [Date.parse(ASKED.from), Date.parse(ASKED.to)] as const;
const AS_OF = Date.parse('2026-06-01T10:00:00Z');

const CATALOGUE = {
  targets: {
    's:1': { cook: 0.8, chef: 0.3 },
    's:2': { cook: 0.8 },
    's:3': { chef: 1 },
  },
  skills: ['s:1', 's:2', 's:3'],
  courses: ['c:1', 'c:2', 'c:3'],
};

/** The oracle's own organisation, with what roles want and a pilot that has ended. */
function invent(seed: number): ExampleWorld {
  const world = JSON.parse(JSON.stringify(inventOrganisation(seed))) as ExampleWorld;
  return {
    ...world,
    skills: CATALOGUE.skills.map((id) => ({
      id,
      targets: CATALOGUE.targets[id as keyof typeof CATALOGUE.targets],
    })),
    pilots: [
      ...(world['pilots'] ?? []),
      { id: 'z', personIds: ['p1', 'p8', 'nobody'], from: '2025-12-01', to: '2026-02-01' },
    ],
  };
}

describe.each(Array.from({ length: 8 }, (_, index) => [index + 1]))(
  'in an organisation made at random (seed %i), SQL and hand agree',
  (seed) => {
    let database: Database;
    let organisation: Organisation;
    let world: ExampleWorld;
    const analytics = (minGroupSize = 1): Analytics => ({
      runner: database,
      status: () => ({ asOf: instantOfDate(new Date(AS_OF)), ruleSetVersion: '1' }),
      minGroupSize,
    });

    beforeAll(async () => {
      world = invent(seed * 31);
      database = await openWorld(world);
      organisation = readOrganisation(world);
    });
    afterAll(() => database.close());

    test('on pilots and those who are not in them', async () => {
      for (const pilot of world['pilots'] ?? []) {
        const report = (await measurePilot(analytics(), pilot['id'] as string))!;
        const { people, comparison } = report;
        const found = {
          people,
          comparison,
          participation: await comparePilotParticipation(analytics(), report),
          skillApplication: await comparePilotApplication(analytics(), report, { windowDays: 90 }),
        };
        const ends = pilot['to'] === undefined ? Infinity : Date.parse(pilot['to'] as string);
        expect(roundDeep(found)).toEqual(
          roundDeep(
            computePilot(
              organisation,
              pilot['personIds'] as string[],
              [Date.parse(pilot['from'] as string), ends],
              AS_OF,
            ),
          ),
        );
        expect(people).toBeGreaterThan(0);
      }
    });

    test.each(['ROLE', 'SEGMENT', 'DEPARTMENT', 'LOCATION', 'MANAGER', 'TENURE'] as const)(
      'on the gap and its parts by %s, which sum to it',
      async (dimension: Dimension) => {
        const gap = await measureParticipationGap(analytics(), {
          period: ASKED,
          a: { segments: ['DESK'] },
          b: { segments: ['FRONTLINE'], roles: ['cook', 'chef'] },
          decomposeBy: dimension,
        });
        const values = [
          ...new Set([
            ...organisation.assignments.flatMap((a) => [
              a.role,
              a.segment,
              a.department,
              a.location,
              a.manager,
            ]),
            ...['<90 days', '90 days–1 year', '1–3 years', '>3 years', null],
          ]),
        ];
        const { percentagePoints, interval, ratio, decomposition } = gap;
        const parts =
          decomposition &&
          Object.fromEntries(decomposition.map(({ value, ...part }) => [value, part]));
        const demands = [
          { SEGMENT: [['DESK']] },
          { SEGMENT: [['FRONTLINE']], ROLE: [['cook', 'chef']] },
        ] as const;
        expect(roundDeep({ percentagePoints, interval, ratio, parts })).toEqual(
          roundDeep(computeGap(organisation, PERIOD, demands, dimension, values)),
        );
        const total = decomposition?.reduce((sum, part) => sum + part.composition + part.rate, 0);
        expect(total).toBeCloseTo(percentagePoints!, 9);
      },
    );

    test('on the reach of platforms', async () => {
      const reach = await measureReach(analytics(), auditPeriod(analytics(), ASKED));
      expect(reach.length).toBeGreaterThan(3);
      for (const { segment, platform, people, share } of reach) {
        const demands = { SEGMENT: [[segment]], PLATFORM: [[platform]] };
        const expected = computeParticipation(organisation, PERIOD, demands);
        expect({ active: people, rate: share }).toEqual({
          active: Reflect.get(expected, 'active'),
          rate: Reflect.get(expected, 'rate'),
        });
      }
    });

    test.each([[1], [3], [5]])('on skills and next steps, with groups of %i', async (least) => {
      const people = createPeople(analytics(least), createCatalogue(database));
      let steps = 0;
      for (const { id } of organisation.people) {
        const person = (await people.find(id))!;
        const skills = (await people.skillsOf(person)).map(({ skillId, ...skill }) => ({
          ...skill,
          skill: skillId,
          trainedAt: skill.trainedAt && skill.trainedAt / 1000,
          appliedAt: skill.appliedAt && skill.appliedAt / 1000,
        }));
        expect(skills).toEqual(computeSkills(organisation, CATALOGUE, id, AS_OF));
        const next = (await people.nextStepsOf(person)).map((step) => ({
          skill: step.skillId,
          course: step.courseId,
          shortfall: step.shortfall,
          rate: step.applicationRate,
          basis: step.basis,
        }));
        expect(roundDeep(next)).toEqual(
          roundDeep(computeNextSteps(organisation, CATALOGUE, id, AS_OF, least)),
        );
        steps += next.length;
      }
      expect(steps).toBeGreaterThan(0);
    });
  },
);
