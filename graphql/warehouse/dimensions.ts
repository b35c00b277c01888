import { FOREVER } from './schema.ts';

/** A table that is a pure function of the workforce records (and of the dimensions above it in the list). */
export interface Dimension {
  readonly table: string;
  /** Its rows are replaced together when one of this key changes. */
  readonly key: string;
  /** Collections that it is computed from. */
  readonly from: readonly string[];
  /** Its rows as they should be, columns in the order of the table. */
  readonly select: string;
  /** Computed only for the rows that this condition holds for, the others cannot have changed. */
  readonly within?: string;
}

/** Collections whose records have a surrogate key. */
export const KEYED_COLLECTIONS: readonly string[] = [
  'people',
  'assignments',
  'skills',
  'courses',
  'kpis',
];

const keyed = (collection: string): string =>
  `(SELECT record.key, number, json FROM record JOIN surrogate USING (collection, key) WHERE collection = '${collection}')`;
const plain = (collection: string): string =>
  `(SELECT key, json FROM record WHERE collection = '${collection}')`;
// In parentheses: the arrow binds weaker than a comparison.
const text = (name: string): string => `(json ->> '$.${name}')`;
const number = (name: string): string => `(json ->> '$.${name}')::DOUBLE`;
const boolean = (name: string): string => `(json ->> '$.${name}')::BOOLEAN`;
const instant = (name: string): string => `(json ->> '$.${name}')::TIMESTAMP`;
const texts = (name: string): string => `coalesce((json -> '$.${name}')::VARCHAR[], [])`;

/** In an order in which none needs a later one. */
export const DIMENSIONS: readonly Dimension[] = [
  {
    table: 'skill',
    key: 'skill',
    from: ['skills'],
    select: `SELECT number, key, ${text('name')}, ${text('parentId')} FROM ${keyed('skills')}`,
  },
  {
    table: 'skill_target',
    key: 'skill',
    from: ['skills'],
    select: `
      SELECT number, wanted.key, wanted.value
      FROM (SELECT number, unnest(map_entries((json -> '$.targets')::MAP(VARCHAR, DOUBLE))) AS wanted FROM ${keyed('skills')})`,
  },
  {
    table: 'course',
    key: 'course',
    from: ['courses'],
    select: `
      SELECT number, key, ${text('name')}, ${text('delivery')}, ${text('author')},
        ${number('fixedCost')}, ${number('costPerLearner')}, ${number('expectedMinutes')}
      FROM ${keyed('courses')}`,
  },
  {
    table: 'course_skill',
    key: 'course',
    from: ['courses', 'skills'],
    select: `
      SELECT DISTINCT taught.number, skill.skill
      FROM (SELECT number, unnest(${texts('skills')}) AS skill_id FROM ${keyed('courses')}) taught
      JOIN skill ON skill.id = taught.skill_id`,
  },
  {
    table: 'person',
    key: 'person',
    from: ['people'],
    select: `
      SELECT number, key, ${text('name')}, ${instant('hiredOn')},
        coalesce(${instant('leftOn')}, TIMESTAMP '${FOREVER}')
      FROM ${keyed('people')}`,
  },
  {
    table: 'person_agent',
    key: 'agent',
    from: ['people'],
    select: `
      SELECT agent, arg_min(number, key)
      FROM (SELECT number, key, unnest(${texts('agents')}) AS agent FROM ${keyed('people')})
      GROUP BY agent`,
  },
  {
    table: 'assignment',
    key: 'person',
    from: ['people', 'assignments'],
    select: `
      SELECT number, person, starts, ends, role, segment, department, location, manager, hourly_cost, performance
      FROM (
        SELECT number, person.person, ${instant('from')} AS starts,
          least(coalesce(lead(starts) OVER (PARTITION BY person.person ORDER BY starts), TIMESTAMP '${FOREVER}'), left_on) AS ends,
          ${text('role')} AS role, ${text('segment')} AS segment, ${text('department')} AS department,
          ${text('location')} AS location, ${text('managerId')} AS manager,
          ${number('hourlyCost')} AS hourly_cost, ${number('performance')} AS performance
        FROM ${keyed('assignments')} JOIN person ON person.id = ${text('personId')}
      )
      WHERE starts < ends`,
  },
  {
    table: 'platform',
    key: 'id',
    from: ['platforms'],
    select: `
      SELECT key, ${text('name')}, ${text('device')}, ${boolean('inFlow')}, ${texts('segments')}
      FROM ${plain('platforms')}`,
  },
  {
    table: 'kpi',
    key: 'kpi',
    from: ['kpis'],
    select: `
      SELECT number, key, ${text('name')}, ${text('unit')}, ${number('valuePerUnit')}, ${number('isolation')}, ${number('confidence')}
      FROM ${keyed('kpis')}`,
  },
  {
    // The one collection that grows as the log does: only the people whose observations came are looked at.
    table: 'observation',
    key: 'person',
    from: ['people', 'observations'],
    select: `
      SELECT kpi.number, person.person, ${instant('at')}, ${number('value')}
      FROM ${plain('observations')} observed_record
      JOIN person ON person.id = split_part(observed_record.key, chr(31), 2)
      JOIN (SELECT key, number FROM surrogate WHERE collection = 'kpis') kpi
        ON kpi.key = split_part(observed_record.key, chr(31), 1)
      WHERE person.person IN (FROM observed)
      ORDER BY ALL`,
    within: 'person IN (FROM observed)',
  },
  {
    table: 'pilot',
    key: 'id',
    from: ['pilots'],
    select: `
      SELECT key, ${text('name')}, ${texts('courseIds')}, ${texts('personIds')}, ${instant('from')},
        coalesce(${instant('to')}, TIMESTAMP '${FOREVER}')
      FROM ${plain('pilots')}`,
  },
];

/** People whose observations can differ: theirs changed, or they came or went. Both are in `changed`. */
export const OBSERVED = `
CREATE OR REPLACE TEMP TABLE observed AS
SELECT number AS person FROM surrogate WHERE collection = 'people' AND key IN (
  SELECT split_part(key, chr(31), 2) FROM changed WHERE collection = 'observations'
  UNION ALL SELECT key FROM changed WHERE collection = 'people')`;

/**
 * Brings a dimension up to date, and leaves the keys whose rows differ in the temp table `changed_<table>`:
 * what follows from a change is found from what truly differs, whichever record it came from.
 */
export function refreshDimension({ table, key, select, within = 'true' }: Dimension): string {
  return `
CREATE OR REPLACE TEMP TABLE fresh AS FROM ${table} LIMIT 0;
INSERT INTO fresh ${select};
CREATE OR REPLACE TEMP TABLE changed_${table} AS
SELECT DISTINCT ${key} FROM (
  (FROM ${table} WHERE ${within} EXCEPT FROM fresh) UNION ALL (FROM fresh EXCEPT FROM ${table}));
DELETE FROM ${table} WHERE ${key} IN (FROM changed_${table});
INSERT INTO ${table} FROM fresh WHERE ${key} IN (FROM changed_${table});`;
}

/** Gives a number to every record that has none, and to the KPIs that observations name before they are known. */
export const NUMBER_RECORDS = `
INSERT INTO surrogate
SELECT collection, key, coalesce(last, 0) + row_number() OVER (PARTITION BY collection ORDER BY key)
FROM (
  SELECT collection, key FROM changed WHERE json IS NOT NULL AND list_contains($keyed, collection)
  UNION SELECT 'kpis', split_part(key, chr(31), 1) FROM changed WHERE collection = 'observations'
) ANTI JOIN surrogate USING (collection, key)
LEFT JOIN (SELECT collection, max(number) AS last FROM surrogate GROUP BY collection) USING (collection)`;
