import type { Metric, ReportScope, SqlQuery } from './metric.ts';
import {
  ALL_DIMENSIONS,
  asksForContent,
  bindScope,
  BUCKET_TABLES,
  cutPlatform,
  isWorkforceDimension,
  joinBucketOf,
  nameSlices,
  tableCatalogue,
  tableMembers,
  tableOffer,
} from './scope.ts';
import { computeWilsonInterval, divide, type Interval } from './statistics.ts';

export interface Participation {
  readonly active: number | null;
  readonly headcount: number | null;
  readonly rate: number | null;
  readonly interval: Interval | null;
}

export const participation: Metric<null, Participation> = {
  name: 'participation',
  unit: 'share of people',
  definition: `For each bucket, a person belongs to the slice of the last assignment in force inside it.
headcount: people with an assignment in force at some instant of the bucket. active: those of them with
at least one ENGAGED event in the bucket, whichever assignment was in force at the event, so that
active ≤ headcount. rate = active ÷ headcount, null when headcount is 0; interval: Wilson 95 %.
By course (skill, author, platform, device), active counts those with an ENGAGED event on that course (a
course that teaches the skill, …); headcount is unchanged.`,
  source: 'Interval: E. B. Wilson (1927), JASA 22.',
  dimensions: ALL_DIMENSIONS,
  defaults: null,
  sql: countActive,
  read: (row) => {
    const people = Number(row['headcount']);
    return { value: rateParticipation(Number(row['active']), people), people };
  },
  empty: { active: 0, headcount: 0, rate: null, interval: null },
  suppressed: { active: null, headcount: null, rate: null, interval: null },
  examples: [],
};

export function rateParticipation(active: number, headcount: number): Participation {
  return {
    active,
    headcount,
    rate: divide(active, headcount),
    interval: computeWilsonInterval(active, headcount),
  };
}

function countActive(scope: ReportScope): SqlQuery {
  const ofPeople = nameSlices(scope, '', isWorkforceDimension);
  const platform = cutPlatform(scope, 'e.platform');
  const withContent = asksForContent(scope);
  const ofCatalogue = nameSlices(scope, 'k.', (dimension) =>
    ['SKILL', 'COURSE', 'AUTHOR'].includes(dimension),
  );
  const sql = `
  WITH ${BUCKET_TABLES},
  ${tableMembers(scope)},
  ${withContent ? `${tableCatalogue(scope)},` : ''}
  ${tableOffer(scope)},
  engaged AS (
    SELECT DISTINCT ${ofCatalogue}${platform.select}slot.bucket, e.person
    FROM event e ${joinBucketOf('e.at')}
    ${withContent ? 'JOIN catalogue k ON k.course = e.course' : ''} ${platform.join}
    WHERE e.kind = 'ENGAGED'::event_kind${platform.where}
  ),
  counted AS (
    SELECT ${ofPeople}bucket, count(*) AS headcount FROM member GROUP BY ALL
  ),
  -- Every slice once with its headcount, and once more for each of its active people.
  tally AS (
    SELECT ${nameSlices(scope)}bucket, headcount, 0 AS active FROM counted CROSS JOIN offer
    UNION ALL
    SELECT ${nameSlices(scope)}member.bucket, 0, 1
    FROM member JOIN engaged ON engaged.person = member.person AND engaged.bucket = member.bucket
  )
  SELECT ${nameSlices(scope)}bucket, max(headcount) AS headcount, sum(active) AS active
  FROM tally GROUP BY ALL`;
  return bindScope(sql, scope);
}
