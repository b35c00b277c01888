import { DuckDBInstance } from '@duckdb/node-api';
import { FOREVER } from '../../graphql/warehouse/schema.ts';
import { Warehouse } from '../../graphql/warehouse/warehouse.ts';

/** Eighteen months of 20,000 people in 12 roles, 200 courses and 60 skills; the same rows on every run. */
const PEOPLE = 20_000;
const COURSES = 200;
const SKILLS = 60;
export const PERIOD = { from: '2025-01-01', to: '2026-07-01' } as const;

const PURPOSES = [
  ...['person', 'course', 'kind', 'platform', 'seconds', 'score', 'success', 'tier', 'observation'],
  ...[
    'hired',
    'change',
    'first role',
    'second role',
    'department',
    'location',
    'manager',
    'performance',
  ],
] as const;
type Purpose = (typeof PURPOSES)[number];

/**
 * A hash of row `i` for one purpose. DuckDB's hash of two values is linear in the hashes of both, so that
 * numbers drawn from it would go together; that of different numbers is not.
 */
const hash = (purpose: Purpose, row = 'i'): string =>
  `hash(${row}::BIGINT + ${PURPOSES.indexOf(purpose) + 1}00000000000)`;
/** A number from 0 to `size` − 1. */
const pick = (purpose: Purpose, size: number, row = 'i'): string =>
  `(${hash(purpose, row)} % ${size})::INTEGER`;
const share = (purpose: Purpose): string => `(${hash(purpose)} / 18446744073709551616.0)`;

/** When person `p` changes to their second assignment; for some that is after the period. */
const changedAt = (person: string): string =>
  `(TIMESTAMP '2025-02-01' + INTERVAL 1 DAY * ${pick('change', 700, person)})`;
const role = (person: string, number: string): string =>
  `CASE WHEN ${number} = 0 THEN ${pick('first role', 12, person)} ELSE ${pick('second role', 12, person)} END`;

const WORKFORCE = `
INSERT INTO person
  SELECT i, 'e' || i, 'Employee ' || i, TIMESTAMP '2022-01-01' + INTERVAL 1 DAY * ${pick('hired', 1000)},
    CASE WHEN i % 10 = 0 THEN TIMESTAMP '2025-12-01' ELSE TIMESTAMP '${FOREVER}' END
  FROM range(${PEOPLE}) AS numbers(i);
INSERT INTO person_agent SELECT 'account:https://people.example.org|e' || i, i FROM range(${PEOPLE}) AS numbers(i);
INSERT INTO assignment
  SELECT 2 * i + n, i,
    CASE n WHEN 0 THEN hired_on ELSE ${changedAt('i')} END,
    CASE n WHEN 0 THEN least(${changedAt('i')}, left_on) ELSE left_on END,
    'role ' || r, CASE WHEN r < 8 THEN 'FRONTLINE' ELSE 'DESK' END,
    'department ' || ${pick('department', 25)}, 'location ' || ${pick('location', 40)},
    'e' || ${pick('manager', 500)}, 25.0 + r * 4, ${pick('performance', 50)} / 10.0
  FROM (
    SELECT i, n, hired_on, left_on, ${role('i', 'n')} AS r
    FROM (SELECT person AS i, hired_on, left_on FROM person), range(2) AS numbers(n)
  )
  WHERE n = 0 OR ${changedAt('i')} < left_on;
INSERT INTO skill SELECT i, 'https://skills.example.org/' || i, 'Skill ' || i, NULL FROM range(${SKILLS}) AS numbers(i);
INSERT INTO skill_target
  SELECT i, 'role ' || r, 0.5 + (i + r) % 5 / 10.0 FROM range(${SKILLS}) AS numbers(i), range(12) AS roles(r) WHERE (i + r) % 3 = 0;
INSERT INTO course
  SELECT i, 'https://courses.example.org/' || i, 'Course ' || i,
    CASE WHEN i % 3 = 0 THEN 'IN_FLOW' ELSE 'FORMAL' END, CASE WHEN i % 4 = 0 THEN 'SME' ELSE 'L_AND_D' END,
    2000.0 + 100 * i, 5.0 + i % 20, 20.0 + i % 40
  FROM range(${COURSES}) AS numbers(i);
INSERT INTO course_skill SELECT i, i % ${SKILLS} FROM range(${COURSES}) AS numbers(i);
INSERT INTO platform VALUES
  ('tablet', 'Shop floor tablet', 'MOBILE', true, ['FRONTLINE']),
  ('desk', 'Service desk', 'DESKTOP', true, ['DESK']),
  ('portal', 'Learning portal', 'DESKTOP', false, ['FRONTLINE', 'DESK']);
INSERT INTO kpi VALUES (1, 'returns', 'Returns handled', 'cases', 12.5, 0.6, 0.8), (2, 'errors', 'Booking errors', 'errors', -30, 0.5, 0.7);
INSERT INTO observation
  SELECT k, i, TIMESTAMP '2025-01-15' + INTERVAL 1 MONTH * m, 20 + ${hash('observation', 'i * 18 + m')} / 18446744073709551616.0 * 10 + m * 0.1
  FROM range(${PEOPLE}) AS numbers(i), range(18) AS months(m), (VALUES (1), (2)) AS kpis(k);
INSERT INTO pilot
  SELECT 'pilot', 'Tablet first', ['https://courses.example.org/3'], list('e' || i), TIMESTAMP '2025-03-01', TIMESTAMP '2025-09-01'
  FROM range(500) AS numbers(i);
`;

/** In the order of the log, which is nearly that of time: 83 % engagement, 6 % completions, 6 % applications. */
const eventsSql = (count: number): string => `
INSERT INTO event (statement, person, assignment, "at", kind, course, skill, platform, seconds, score, success, tier, activity)
  SELECT epoch_us("at"), person,
    CASE WHEN "at" < ${changedAt('person')} THEN 2 * person ELSE 2 * person + 1 END,
    "at", kind::event_kind,
    CASE WHEN kind IN ('APPLIED', 'CONTRIBUTED') THEN NULL ELSE course END,
    CASE WHEN kind IN ('COMPLETED', 'APPLIED') THEN course % ${SKILLS} END,
    ['tablet', 'desk', 'portal', NULL][1 + ${pick('platform', 4)}],
    CASE WHEN kind IN ('ENGAGED', 'COMPLETED') THEN 30.0 + ${pick('seconds', 900)} END,
    CASE WHEN kind IN ('ASSESSED', 'RATED') THEN ${share('score')} END,
    CASE WHEN kind = 'ASSESSED' THEN ${pick('success', 10)} > 2 END,
    CASE WHEN kind = 'APPLIED' THEN ['SELF_REPORTED', 'SYSTEM', 'OBSERVED'][1 + ${pick('tier', 3)}]::evidence_tier END,
    CASE WHEN kind IN ('ASSESSED', 'RATED') THEN 'https://courses.example.org/' || course || '/test' END
  FROM (
    -- Who has left does nothing more; the next one does it instead.
    SELECT i, p + CASE WHEN p % 10 = 0 AND "at" >= TIMESTAMP '2025-12-01' THEN 1 ELSE 0 END AS person, course, "at",
      CASE WHEN k < 83 THEN 'ENGAGED' WHEN k < 89 THEN 'COMPLETED' WHEN k < 95 THEN 'APPLIED'
        WHEN k < 98 THEN 'ASSESSED' WHEN k < 99 THEN 'CONTRIBUTED' ELSE 'RATED' END AS kind
    FROM (
      SELECT i, ${pick('person', PEOPLE)} AS p, ${pick('course', COURSES)} AS course, ${pick('kind', 100)} AS k,
        TIMESTAMP '${PERIOD.from}' + to_microseconds((epoch_us(TIMESTAMP '${PERIOD.to}') - epoch_us(TIMESTAMP '${PERIOD.from}')) // ${count} * i) AS "at"
      FROM range(${count}) AS numbers(i)
    )
  );
INSERT INTO trace (statement, id, "at", agents, verb, object, mapped, readings, context, aligned, platform, seconds, score, success, observed)
  SELECT statement, uuid()::VARCHAR, "at", ['account:https://people.example.org|e' || person],
    'http://adlnet.gov/expapi/verbs/' || lower(kind::VARCHAR), 'https://courses.example.org/' || course, true,
    [kind::VARCHAR], [], [], platform, seconds, score, success, coalesce(tier = 'OBSERVED', false)
  FROM event;
`;

/** Makes a warehouse file with so many events, as if it had read a log of them. */
export async function makeWarehouse(path: string, events: number): Promise<void> {
  await (await Warehouse.open(path)).close();
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    await connection.run(WORKFORCE);
    await connection.run(eventsSql(events));
    await connection.run('CHECKPOINT');
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
