import type { ReportScope } from '../metric.ts';
import { matchSlices } from '../scope.ts';

/** CTE `arm (cell, kpi, change, drift)`: the arms of every cell from the observations of each learner and each control. */
export function measureEach(scope: ReportScope): string {
  return `
  -- Numbered, so that millions of observations are gathered by two integers.
  subject AS (
    SELECT (row_number() OVER ())::INTEGER AS subject, *,
      pivot_at - to_days($before_days::INTEGER) AS starts,
      pivot_at - to_hours(12 * $before_days::INTEGER) AS middle,
      pivot_at + to_days($after_days::INTEGER) AS ends
    FROM (
      SELECT x.cell, true AS treated, l.person, l.pivot_at
      FROM learner l JOIN cell x
        ON ${matchSlices(scope, 'l', 'x')} AND l.role = x.role AND l.segment = x.segment
      UNION ALL
      SELECT x.cell, false, a.person, x.control_pivot
      FROM cell x
      JOIN assignment a ON a.role = x.role AND a.segment = x.segment
        AND a.starts <= x.control_pivot AND x.control_pivot < a.ends
      ANTI JOIN first_taken t ON t.person = a.person
        AND t.taken <= x.control_pivot + to_days($after_days::INTEGER)
    )
  ),
  -- A mean over nothing is null, and so is a change from it: only people with both count.
  change AS (
    SELECT cell, treated, kpi, after_mean - before_mean AS change, late_mean - early_mean AS drift
    FROM (
      SELECT any_value(q.cell) AS cell, any_value(q.treated) AS treated, o.kpi,
        avg(o.value) FILTER (o.at > q.pivot_at) AS after_mean,
        avg(o.value) FILTER (o.at < q.pivot_at) AS before_mean,
        avg(o.value) FILTER (o.at < q.pivot_at AND o.at >= q.middle) AS late_mean,
        avg(o.value) FILTER (o.at < q.middle) AS early_mean
      FROM subject q
      JOIN observation o ON o.person = q.person AND o.at >= q.starts AND o.at <= q.ends
      GROUP BY q.subject, o.kpi
    )
  ),
  arm AS (
    SELECT cell, kpi, ${measureArms('change')}, ${measureArms('drift')}
    FROM change GROUP BY ALL
  )`;
}

function measureArms(column: string): string {
  return `{
    'treated': count(${column}) FILTER (treated),
    'treatedMean': avg(${column}) FILTER (treated),
    'treatedVariance': var_samp(${column}) FILTER (treated),
    'controls': count(${column}) FILTER (NOT treated),
    'controlMean': avg(${column}) FILTER (NOT treated),
    'controlVariance': var_samp(${column}) FILTER (NOT treated)} AS ${column}`;
}
