import type { Instant } from '../../statements/instant.ts';
import { PraxisError } from '../../statements/errors.ts';
import { participation } from './participation.ts';
import { cutPeriod, type Period } from './period.ts';
import { requireText } from './read-cells.ts';
import { ask, readStatus, runReport, type Analytics } from './report.ts';

/** A period, and up to when it is known: what the lists of an audit are made from. */
export interface Audit {
  readonly asOf: Instant;
  readonly period: Period;
}

export interface PlatformReach {
  readonly segment: 'FRONTLINE' | 'DESK';
  readonly platform: string;
  readonly people: number | null;
  readonly share: number | null;
}

export interface Unmapped {
  readonly id: string;
  readonly statements: number;
}

export function auditPeriod(analytics: Analytics, period: Period): Audit {
  // Refuses a wrong period also when none of the lists is asked for.
  cutPeriod(period, null);
  return { asOf: readStatus(analytics).asOf, period };
}

/** In the words of metrics.md §9, complete enough to compute it by hand. */
export const AUDIT_DEFINITION = `reach: of each segment's people, how many and what share are active on each known
platform in the period, as participation by segment and platform has it. The lists count statements with a
timestamp in the period, voided and voiding ones left out, most frequent first. unmappedActors: actors, and members
of groups, that no person has. unmappedVerbs: verbs of statements that no rule matched. unmappedActivities: objects
that are no course. unmappedPlatforms: platforms that no record has.`;

/**
 * Of each segment's people, how many are active on each known platform: participation by both, so that
 * what is hidden there is hidden here.
 */
export async function measureReach(
  analytics: Analytics,
  { period }: Audit,
): Promise<readonly PlatformReach[]> {
  const report = await runReport(analytics, {
    period,
    by: ['SEGMENT', 'PLATFORM'],
    grain: null,
    where: {},
    questions: [ask(participation, null)],
  });
  return report.slices.flatMap((slice) => {
    const segment = slice.values.get('SEGMENT');
    const platform = slice.values.get('PLATFORM') ?? null;
    if ((segment !== 'FRONTLINE' && segment !== 'DESK') || platform === null) return [];
    const { active, rate } = slice.read(participation, null);
    return { segment, platform, people: active, share: rate };
  });
}

export type UnmappedList = 'actors' | 'verbs' | 'activities' | 'platforms';

/** One row a statement and thing; voided and voiding statements have no trace. */
const UNMAPPED: Readonly<Record<UnmappedList, string>> = {
  actors: `SELECT DISTINCT statement, agent AS id
    FROM (SELECT statement, unnest(agents) AS agent FROM told) ANTI JOIN person_agent USING (agent)`,
  verbs: 'SELECT statement, verb AS id FROM told WHERE len(readings) = 0',
  activities: `SELECT statement, object AS id FROM told
    WHERE object IS NOT NULL AND object NOT IN (SELECT id FROM course)`,
  platforms: `SELECT statement, platform AS id FROM told
    WHERE platform IS NOT NULL AND platform NOT IN (SELECT id FROM platform)`,
};

const LISTED_AT_MOST = 1000;

/**
 * What the period's statements (by timestamp) name and no record or rule knows, most frequent first, then
 * by id: actors no person has, verbs of statements that no rule matched, objects that are no course,
 * platforms that no record has.
 */
export async function listUnmapped(
  { runner }: Analytics,
  { period }: Audit,
  list: UnmappedList,
  first: number,
): Promise<readonly Unmapped[]> {
  if (first < 1 || first > LISTED_AT_MOST)
    throw new PraxisError('INVALID', `first must be from 1 to ${LISTED_AT_MOST}, not ${first}.`);
  const bucket = cutPeriod(period, null)[0];
  if (bucket === undefined) return [];
  const rows = await runner.query(
    `
    WITH told AS (FROM trace t WHERE t.at >= $from AND t.at < $to)
    SELECT id, count(*) AS statements FROM (${UNMAPPED[list]})
    GROUP BY id ORDER BY statements DESC, id LIMIT $first`,
    { from: { timestampMicros: bucket.from }, to: { timestampMicros: bucket.to }, first },
  );
  return rows.map((row) => ({
    id: requireText(row['id']),
    statements: Number(row['statements']),
  }));
}
