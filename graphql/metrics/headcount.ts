import { organise } from './example-world.ts';
import type { Metric, ReportScope, SqlQuery } from './metric.ts';
import {
  ALL_DIMENSIONS,
  asksForContent,
  bindScope,
  BUCKET_TABLES,
  isWorkforceDimension,
  nameSlices,
  tableCatalogue,
  tableMembers,
  tableOffer,
} from './scope.ts';

const ASKED = {
  from: '2026-01-01',
  to: '2026-03-01',
  asOf: '2026-06-01T00:00:00Z',
  grain: 'MONTH',
} as const;

export const headcount: Metric<null, number | null> = {
  name: 'headcount',
  unit: 'people',
  definition: `People with an assignment in force at some instant of the bucket, each in the slice of the
last one in force inside the bucket; tenure and the rest are as of the end of that assignment's part in
the bucket. What cuts activity (skill, course, author, platform, device) leaves headcount unchanged.`,
  dimensions: ALL_DIMENSIONS,
  defaults: null,
  sql: countMembers,
  read: (row) => {
    const people = Number(row['headcount']);
    return { value: people, people };
  },
  empty: 0,
  suppressed: null,
  examples: [
    {
      title: 'Who changes role inside the bucket counts once, in the role held last',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        assignments: [{ personId: 'ann', from: '2026-01-20', role: 'chef', segment: 'FRONTLINE' }],
      }),
      asked: { ...ASKED, by: ['ROLE'] },
      expect: { 'chef | 2026-01-01': 1, 'chef | 2026-02-01': 1, 'cook | 2026-01-01': 0 },
    },
    {
      title: 'An assignment that starts where the bucket ends is not in it',
      given: organise({
        people: [{ id: 'ann' }],
        assignments: [{ personId: 'ann', from: '2026-02-01', role: 'cook', segment: 'DESK' }],
      }),
      asked: ASKED,
      expect: { '2026-01-01': 0, '2026-02-01': 1 },
    },
    {
      title: 'Who left on the first day of the bucket is not in it, who left on the second is',
      given: organise({
        people: [
          { id: 'ann', leftOn: '2026-01-01' },
          { id: 'bob', leftOn: '2026-01-02' },
        ],
        assignments: [
          { personId: 'ann', from: '2025-01-01', role: 'cook', segment: 'FRONTLINE' },
          { personId: 'bob', from: '2025-01-01', role: 'cook', segment: 'FRONTLINE' },
        ],
      }),
      asked: ASKED,
      expect: { '2026-01-01': 1, '2026-02-01': 0 },
    },
    {
      title: 'Tenure is that of the end of the bucket, not of its start',
      given: organise({
        people: [{ id: 'ann', hiredOn: '2025-11-01' }],
        assignments: [{ personId: 'ann', from: '2025-11-01', role: 'cook', segment: 'FRONTLINE' }],
      }),
      asked: { ...ASKED, by: ['TENURE'] },
      // 90 days after 2025-11-01 is 2026-01-30.
      expect: { '90 days–1 year | 2026-01-01': 1, '<90 days | 2026-01-01': 0 },
    },
    {
      title: 'A person of two pilots is in the slice of each',
      given: organise({
        staff: { ann: 'cook FRONTLINE', bob: 'cook FRONTLINE' },
        pilots: [
          { id: 'p1', personIds: ['ann', 'bob'], from: '2026-01-01' },
          { id: 'p2', personIds: ['ann'], from: '2026-01-01' },
        ],
      }),
      asked: { ...ASKED, by: ['PILOT'] },
      expect: { 'p1 | 2026-01-01': 2, 'p2 | 2026-01-01': 1 },
    },
  ],
};

function countMembers(scope: ReportScope): SqlQuery {
  const sql = `
  WITH ${BUCKET_TABLES},
  ${tableMembers(scope)},
  ${asksForContent(scope) ? `${tableCatalogue(scope)},` : ''}
  ${tableOffer(scope)},
  counted AS (
    SELECT ${nameSlices(scope, '', isWorkforceDimension)}bucket, count(*) AS headcount
    FROM member GROUP BY ALL
  )
  SELECT ${nameSlices(scope)}bucket, headcount FROM counted CROSS JOIN offer`;
  return bindScope(sql, scope);
}
