import type { Instant } from '../../statements/instant.ts';
import type { QueryRunner } from '../warehouse/query-runner.ts';

/**
 * Share of the statements with a timestamp in [from, to) that are in no metric, because none of their actors
 * is a known person or no rule gave an event. 0 when there are no statements.
 */
export async function measureUnmappedShare(
  runner: QueryRunner,
  from: Instant,
  to: Instant,
): Promise<number> {
  const rows = await runner.query(
    `
    WITH told AS (SELECT statement, agents, mapped FROM trace t WHERE t.at >= $from AND t.at < $to),
    counted AS (
      SELECT DISTINCT statement FROM (SELECT statement, unnest(agents) AS agent FROM told WHERE mapped)
      SEMI JOIN person_agent USING (agent)
    )
    SELECT (SELECT count(*) FROM told) AS told, (SELECT count(*) FROM counted) AS counted`,
    { from: { timestampMicros: from }, to: { timestampMicros: to } },
  );
  const told = Number(rows[0]?.['told']);
  return told === 0 ? 0 : 1 - Number(rows[0]?.['counted']) / told;
}
