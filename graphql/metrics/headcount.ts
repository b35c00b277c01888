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
      given: {
        people: [{ id: 'ann', agents: ['mailto:ann@example.org'] }],
        assignments: [
          { personId: 'ann', from: '2025-01-01', role: 'cook', segment: 'FRONTLINE' },
          { personId: 'ann', from: '2026-01-20', role: 'chef', segment: 'FRONTLINE' },
        ],
      },
      asked: {
        from: '2026-01-01',
        to: '2026-03-01',
        asOf: '2026-06-01T00:00:00Z',
        by: ['ROLE'],
        grain: 'MONTH',
      },
      expect: { 'chef | 2026-01-01': 1, 'chef | 2026-02-01': 1, 'cook | 2026-01-01': 0 },
    },
    {
      title:
        'An assignment that starts at the end of the bucket is not in it, for the period is half-open',
      given: {
        people: [{ id: 'ann', agents: ['mailto:ann@example.org'] }],
        assignments: [{ personId: 'ann', from: '2026-02-01', role: 'cook', segment: 'FRONTLINE' }],
      },
      asked: {
        from: '2026-01-01',
        to: '2026-03-01',
        asOf: '2026-06-01T00:00:00Z',
        grain: 'MONTH',
      },
      expect: { '2026-01-01': 0, '2026-02-01': 1 },
    },
    {
      title: 'Who left on the first day of the bucket is not in it; who left on the second is',
      given: {
        people: [
          { id: 'ann', agents: ['mailto:ann@example.org'], leftOn: '2026-01-01' },
          { id: 'bob', agents: ['mailto:bob@example.org'], leftOn: '2026-01-02' },
        ],
        assignments: [
          { personId: 'ann', from: '2025-01-01', role: 'cook', segment: 'FRONTLINE' },
          { personId: 'bob', from: '2025-01-01', role: 'cook', segment: 'FRONTLINE' },
        ],
      },
      asked: { from: '2026-01-01', to: '2026-02-01', asOf: '2026-06-01T00:00:00Z' },
      expect: { '': 1 },
    },
    {
      title: 'Tenure is that of the end of the bucket, not of its start',
      given: {
        people: [{ id: 'ann', agents: ['mailto:ann@example.org'], hiredOn: '2025-11-01' }],
        assignments: [{ personId: 'ann', from: '2025-11-01', role: 'cook', segment: 'FRONTLINE' }],
      },
      asked: {
        from: '2026-01-01',
        to: '2026-03-01',
        asOf: '2026-06-01T00:00:00Z',
        by: ['TENURE'],
        grain: 'MONTH',
      },
      // 90 days after 2025-11-01 is 2026-01-30.
      expect: {
        '90 days–1 year | 2026-01-01': 1,
        '90 days–1 year | 2026-02-01': 1,
        '<90 days | 2026-01-01': 0,
      },
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
