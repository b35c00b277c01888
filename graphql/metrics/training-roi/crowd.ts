import { FOREVER } from '../../warehouse/schema.ts';
import type { ReportScope } from '../metric.ts';
import { matchSlices } from '../scope.ts';

/** What a change is computed from: the two halves of the time before the pivot, and the time after it. */
const PARTS = ['early', 'late', 'after'];

/**
 * CTE `arm` as `measureEach` has it, where courses are sliced: most of a role are controls of most courses, so
 * that cells × controls would be billions. A person's change is a step function of the pivot. It is summed
 * once over all who have a post (role and segment), for every pivot (crowd); a cell takes its sums at its
 * control pivot and subtracts those of the few who have taken the course (taker). Values are whole numbers
 * of 2^-42 of the KPI's range, so that what is added and taken away leaves nothing behind.
 */
export function measureCrowd(scope: ReportScope, sameCourses: string): string {
  return `
  ${tableSteps()},
  crowd_turn AS (
    SELECT a.post, s.kpi, s.change, s.drift,
      unnest([
        {'at': greatest(a.starts, s.starts), 'sign': 1},
        {'at': least(a.ends, s.ends), 'sign': -1}], recursive := true)
    FROM step s
    JOIN (
      SELECT DISTINCT x.post, a.person, a.starts, a.ends
      FROM assignment a JOIN cell x ON x.role = a.role AND x.segment = a.segment
    ) a ON a.person = s.person AND a.starts < s.ends AND s.starts < a.ends
  ),
  -- Only pivots that a cell has are summed for: a turn counts from the first of them on.
  crowd AS (
    SELECT post, kpi, control_pivot, ${SUMS.map(({ name }) => `sum(${name}) OVER ordered AS ${name}`).join(', ')}
    FROM (
      SELECT t.post, t.kpi, p.control_pivot, ${sumUp('sign * ')}
      FROM crowd_turn t
      ASOF JOIN (SELECT DISTINCT post, control_pivot FROM cell) p
        ON p.post = t.post AND p.control_pivot >= t."at"
      GROUP BY t.post, t.kpi, p.control_pivot
    ) WINDOW ordered AS (PARTITION BY post, kpi ORDER BY control_pivot)
  ),
  treated AS (
    SELECT x.cell, x.post, x.control_pivot, s.kpi, ${sumUp()}
    FROM learner l
    JOIN cell x ON ${matchSlices(scope, 'l', 'x')} AND l.role = x.role AND l.segment = x.segment
    JOIN stage s ON ${isAt('l.person', 'l.pivot_at')}
    GROUP BY x.cell, x.post, x.control_pivot, s.kpi
  ),
  taker AS (
    SELECT x.cell, s.kpi, ${sumUp()}
    FROM (
      SELECT t.*, a.role, a.segment, a.starts, a.ends
      FROM first_taken t JOIN assignment a ON a.person = t.person
    ) t
    JOIN cell x ON t.role = x.role AND t.segment = x.segment${sameCourses}
      AND t.starts <= x.control_pivot AND x.control_pivot < t.ends
      AND t.taken <= x.control_pivot + to_days($after_days::INTEGER)
    JOIN stage s ON ${isAt('t.person', 'x.control_pivot')}
    GROUP BY x.cell, s.kpi
  ),
  both_arms AS (
    SELECT l.cell, l.kpi, scale.quantum, ${SUMS.map(
      ({ name }) => `l.${name} AS treated_${name},
      coalesce(w.${name}, 0) - coalesce(t.${name}, 0) AS control_${name}`,
    ).join(', ')}
    FROM treated l
    JOIN scale ON scale.kpi = l.kpi
    ASOF LEFT JOIN crowd w ON w.post = l.post AND w.kpi = l.kpi AND w.control_pivot <= l.control_pivot
    LEFT JOIN taker t ON t.cell = l.cell AND t.kpi = l.kpi
  ),
  arm AS (
    SELECT cell, kpi, ${readSums('change')}, ${readSums('drift')} FROM both_arms
  )`;
}

/**
 * CTEs `scale (kpi, low, quantum)`, `step (person, kpi, starts, ends, change, drift)`: the change of a person
 * for a pivot in [starts, ends), in quanta; and `stage`, the same cut into equal stretches of time, so that
 * a step is found by hash and not by trying all of the person's.
 */
function tableSteps(): string {
  return `
  scale AS (
    SELECT kpi, min(value) AS low,
      coalesce(nullif(max(value) - min(value), 0), 1) / 2 ** 42 AS quantum
    FROM observation GROUP BY kpi
  ),
  reading AS (
    SELECT o.person, o.kpi, o.at, round((o.value - scale.low) / scale.quantum)::BIGINT AS value
    FROM observation o JOIN scale ON scale.kpi = o.kpi
  ),
  -- The pivots at which an observation enters and leaves the windows: late and early half of before, and after.
  turn AS (
    SELECT person, kpi, value, unnest([
      {'starts': "at" + INTERVAL 1 MICROSECOND, 'early': 0, 'late': 1, 'after': 0},
      {'starts': "at" + to_hours(12 * $before_days::INTEGER) + INTERVAL 1 MICROSECOND, 'early': 1, 'late': -1, 'after': 0},
      {'starts': "at" + to_days($before_days::INTEGER) + INTERVAL 1 MICROSECOND, 'early': -1, 'late': 0, 'after': 0},
      {'starts': "at" - to_days($after_days::INTEGER), 'early': 0, 'late': 0, 'after': 1},
      {'starts': "at", 'early': 0, 'late': 0, 'after': -1}], recursive := true)
    FROM reading
  ),
  -- Of turns at one instant each has the sums of all of them, and all but the last an empty step.
  window_sum AS (
    SELECT person, kpi, starts, lead(starts, 1, TIMESTAMP '${FOREVER}') OVER own AS ends,
      ${PARTS.map(
        (part) => `sum(${part}) OVER own AS ${part}_count,
      sum(${part} * value) OVER own AS ${part}_sum`,
      ).join(', ')}
    FROM turn WINDOW own AS (PARTITION BY person, kpi ORDER BY starts)
  ),
  step AS MATERIALIZED (
    SELECT * FROM (
      SELECT person, kpi, starts, ends,
        round(after_sum / nullif(after_count, 0)
          - (early_sum + late_sum) / nullif(early_count + late_count, 0))::BIGINT AS change,
        round(late_sum / nullif(late_count, 0) - early_sum / nullif(early_count, 0))::BIGINT AS drift
      FROM window_sum WHERE starts < ends
    ) WHERE change IS NOT NULL OR drift IS NOT NULL
  ),
  stage AS MATERIALIZED (
    SELECT *, unnest(range(epoch_us(starts) // $stage_micros::BIGINT, (epoch_us(ends) - 1) // $stage_micros::BIGINT + 1)) AS stage
    FROM step
  )`;
}

/** Join condition: the step `s` of a person at an instant. */
function isAt(person: string, instant: string): string {
  return `s.person = ${person} AND s.stage = epoch_us(${instant}) // $stage_micros::BIGINT
      AND s.starts <= ${instant} AND ${instant} < s.ends`;
}

/** Count, sum and sum of squares, of the change and of the drift. */
const SUMS = ['change', 'drift'].flatMap((column) => [
  { name: `${column}_count`, of: `(${column} IS NOT NULL)::TINYINT` },
  { name: `${column}_sum`, of: column },
  { name: `${column}_squares`, of: `${column}::HUGEINT * ${column}` },
]);

function sumUp(sign = ''): string {
  return SUMS.map(({ name, of }) => `coalesce(sum(${sign}${of}), 0)::HUGEINT AS ${name}`).join(
    ', ',
  );
}

function readSums(column: string): string {
  const read = (arm: string, count: string, mean: string): string => {
    const [n, sum, squares] = ['count', 'sum', 'squares'].map((part) => `${arm}_${column}_${part}`);
    return `
    '${count}': ${n},
    '${mean}Mean': ${sum} * quantum / nullif(${n}, 0),
    '${mean}Variance': (${n} * ${squares} - ${sum} * ${sum})::DOUBLE * quantum * quantum
      / nullif(${n} * (${n} - 1), 0)`;
  };
  return `{${read('treated', 'treated', 'treated')}, ${read('control', 'controls', 'control')}} AS ${column}`;
}
