import { did, organise } from './example-world.ts';
import type { Metric, ReportScope, SqlQuery } from './metric.ts';
import { ALL_DIMENSIONS, bindScope, BUCKET_TABLES, joinBucketOf, nameSlices } from './scope.ts';
import { divide } from './statistics.ts';
import { tableUnits } from './units.ts';

export interface Flow {
  readonly inFlowShare: number | null;
  readonly mobileShare: number | null;
}

const ASKED = { from: '2026-01-01', to: '2026-02-01', asOf: '2026-06-01T00:00:00Z' };
const PLATFORMS = [
  { id: 'till', inFlow: true, device: 'SHARED' },
  { id: 'phone', inFlow: true, device: 'MOBILE' },
  { id: 'lms', inFlow: false, device: 'DESKTOP' },
  { id: 'lms-app', inFlow: false, device: 'MOBILE' },
];

function engage(person: string, at: string, platform?: string): Readonly<Record<string, unknown>> {
  return did(person, 'ENGAGED', at, platform === undefined ? {} : { platform });
}

export const flow: Metric<null, Flow> = {
  name: 'flow',
  unit: 'share of events',
  definition: `inFlowShare: ENGAGED events in the bucket on platforms with inFlow ÷ all ENGAGED events on a known
platform. mobileShare: the same with device MOBILE. An event with no platform, or with one that no record
describes, is on neither side: nobody knows where it was. Null when there are none.
Slice: the assignment in force at the event; an event with none is left out. By course (skill, author, device):
events on that course (a course that teaches the skill, …). By platform every share would be 0 or 1, so
that is refused.
Small groups: the people with an event on a known platform.`,
  dimensions: ALL_DIMENSIONS.filter((dimension) => dimension !== 'PLATFORM'),
  defaults: null,
  sql: countPlaces,
  read: (row) => {
    const events = Number(row['events']);
    return {
      value: {
        inFlowShare: divide(Number(row['in_flow']), events),
        mobileShare: divide(Number(row['mobile']), events),
      },
      people: Number(row['people']),
    };
  },
  empty: { inFlowShare: null, mobileShare: null },
  suppressed: { inFlowShare: null, mobileShare: null },
  examples: [
    {
      title: 'A share of events, not of people',
      given: organise({
        staff: { ann: 'cook FRONTLINE', bob: 'cook FRONTLINE' },
        platforms: PLATFORMS,
        events: [
          engage('ann', '2026-01-05', 'till'),
          engage('bob', '2026-01-05', 'lms'),
          engage('bob', '2026-01-06', 'lms'),
          engage('bob', '2026-01-07', 'lms-app'),
        ],
      }),
      asked: ASKED,
      expect: { '': { inFlowShare: 0.25, mobileShare: 0.25 } },
    },
    {
      title: 'In the flow and on a phone are two things',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        platforms: PLATFORMS,
        events: [engage('ann', '2026-01-05', 'till'), engage('ann', '2026-01-06', 'phone')],
      }),
      asked: ASKED,
      expect: { '': { inFlowShare: 1, mobileShare: 0.5 } },
    },
    {
      title: 'Events with no platform, or an unknown one, are in no denominator',
      given: organise({
        staff: { ann: 'cook FRONTLINE', bob: 'chef FRONTLINE' },
        platforms: PLATFORMS,
        events: [
          engage('ann', '2026-01-05', 'till'),
          engage('ann', '2026-01-06', 'somewhere'),
          engage('ann', '2026-01-07'),
          engage('bob', '2026-01-07', 'somewhere'),
        ],
      }),
      asked: { ...ASKED, by: ['ROLE'] },
      expect: {
        cook: { inFlowShare: 1, mobileShare: 0 },
        chef: { inFlowShare: null, mobileShare: null },
      },
    },
    {
      title: 'A use on the job is not learning in the flow of it',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        platforms: PLATFORMS,
        skills: [{ id: 's:knife' }],
        events: [
          engage('ann', '2026-01-05', 'lms'),
          did('ann', 'APPLIED', '2026-01-06', { platform: 'till', skill: 's:knife' }),
        ],
      }),
      asked: ASKED,
      expect: { '': { inFlowShare: 0 } },
    },
    {
      title: 'By device, the share in the flow of what was done on it',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        platforms: PLATFORMS,
        events: [
          engage('ann', '2026-01-05', 'phone'),
          engage('ann', '2026-01-06', 'lms-app'),
          engage('ann', '2026-01-07', 'lms'),
        ],
      }),
      asked: { ...ASKED, by: ['DEVICE'] },
      expect: { MOBILE: { inFlowShare: 0.5 }, DESKTOP: { inFlowShare: 0 } },
    },
    {
      title: 'An event outside of any assignment is left out',
      given: organise({
        people: [{ id: 'ann' }],
        assignments: [{ personId: 'ann', from: '2026-01-10', role: 'cook', segment: 'FRONTLINE' }],
        platforms: PLATFORMS,
        events: [engage('ann', '2026-01-09', 'till'), engage('ann', '2026-01-10', 'lms')],
      }),
      asked: ASKED,
      expect: { '': { inFlowShare: 0 } },
    },
  ],
};

function countPlaces(scope: ReportScope): SqlQuery {
  const events = `
    SELECT e.person, slot.bucket, e.at, e.assignment, e.course, e.platform,
      w.in_flow, w.device = 'MOBILE' AS mobile
    FROM event e ${joinBucketOf('e.at')}
    JOIN platform w ON w.id = e.platform
    WHERE e.kind = 'ENGAGED'::event_kind`;
  const sql = `
  WITH ${BUCKET_TABLES},
  ${tableUnits(scope, events, ['in_flow', 'mobile'])}
  SELECT ${nameSlices(scope)}bucket, count(*) AS events, count(*) FILTER (in_flow) AS in_flow,
    count(*) FILTER (mobile) AS mobile, count(DISTINCT person) AS people
  FROM unit GROUP BY ALL`;
  return bindScope(sql, scope);
}
