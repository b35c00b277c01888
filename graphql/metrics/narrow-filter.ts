import type { QueryRunner, Row } from '../warehouse/query-runner.ts';
import type { ReportScope, SliceKey } from './metric.ts';
import { readSliceKey } from './read-cells.ts';
import {
  bindScope,
  BUCKET_TABLES,
  isWorkforceDimension,
  listFilters,
  nameSlices,
  tableMembers,
} from './scope.ts';
import { isSmall } from './suppression.ts';

/** True for a slice that must not be shown because the same slice of a wider report would tell a few. */
export type IsNarrowed = (key: SliceKey) => boolean;

interface Guard {
  readonly runner: QueryRunner;
  readonly minGroupSize: number;
}

/**
 * Guards a report against being subtracted from the same report with some of its filters left out, or without
 * its cut by pilot, whose slices are not the whole: where that lets 1 to `minGroupSize − 1` people more into
 * a slice, the difference is about them, so the slice is hidden. People are those of headcount, whatever the
 * metric. One query where a filter narrows the workforce, two where pilots cut it, else none.
 */
export async function findNarrowed(guard: Guard, scope: ReportScope): Promise<IsNarrowed> {
  if (guard.minGroupSize <= 1) return () => false;
  const checks = await Promise.all([
    listFilters(scope).length > 0 ? checkFilters(guard, scope) : null,
    scope.by.includes('PILOT') ? checkPilots(guard, scope) : null,
  ]);
  return (key) => checks.some((isNarrowed) => isNarrowed?.(key) === true);
}

async function checkFilters(
  { runner, minGroupSize }: Guard,
  scope: ReportScope,
): Promise<IsNarrowed> {
  const filters = listFilters(scope);
  const open: ReportScope = { ...scope, where: {} };
  const met = filters.map((condition, index) => `coalesce(${condition}, false) AS met_${index}, `);
  const rows = await countMembers(runner, open, met, scope);
  const narrowed = new Set<string>();
  for (const [id, crowd] of Map.groupBy(rows, (row) => nameRow(scope, row)))
    if (leavesOutFew(crowd, filters.length, minGroupSize)) narrowed.add(id);
  return (key) => narrowed.has(nameKey(scope, key));
}

/** Does any choice of filters to leave out let in a few more? `crowd` counts people by the filters they meet. */
function leavesOutFew(crowd: readonly Row[], filters: number, minGroupSize: number): boolean {
  const counts = crowd.map((row) => ({
    missed: Array.from({ length: filters }, (_, index) =>
      row[`met_${index}`] === true ? 0 : 1 << index,
    ).reduce((set, bit) => set | bit, 0),
    people: Number(row['people']),
  }));
  for (let left = 1; left < 1 << filters; left += 1) {
    const added = counts
      .filter(({ missed }) => missed !== 0 && (missed & ~left) === 0)
      .reduce((sum, { people }) => sum + people, 0);
    if (isSmall(added, minGroupSize)) return true;
  }
  return false;
}

async function checkPilots(
  { runner, minGroupSize }: Guard,
  scope: ReportScope,
): Promise<IsNarrowed> {
  const whole: ReportScope = { ...scope, by: scope.by.filter((each) => each !== 'PILOT') };
  const [pilots, all] = await Promise.all([
    countMembers(runner, scope, [], scope),
    countMembers(runner, whole, [], whole),
  ]);
  const people = new Map(all.map((row) => [nameRow(whole, row), Number(row['people'])]));
  const withoutPilot = ({ values, bucket }: SliceKey): SliceKey => ({
    values: values.filter((_, index) => scope.by[index] !== 'PILOT'),
    bucket,
  });
  const narrowed = new Set(
    pilots
      .filter((row) => {
        const total = people.get(nameKey(whole, withoutPilot(readSliceKey(row, scope)))) ?? 0;
        return isSmall(total - Number(row['people']), minGroupSize);
      })
      .map((row) => nameRow(scope, row)),
  );
  return (key) => narrowed.has(nameKey(scope, key));
}

/** By workforce slice and bucket, and by what else is selected; `bound` has the values of the filters. */
async function countMembers(
  runner: QueryRunner,
  scope: ReportScope,
  more: readonly string[],
  bound: ReportScope,
): Promise<readonly Row[]> {
  const { sql, parameters } = bindScope(
    `WITH ${BUCKET_TABLES}, ${tableMembers(scope, more.join(''))}
     SELECT ${nameSlices(scope, '', isWorkforceDimension)}bucket,
       ${more.map((_, index) => `met_${index}, `).join('')}count(DISTINCT person) AS people
     FROM member GROUP BY ALL`,
    bound,
  );
  return await runner.query(sql, parameters);
}

function nameRow(scope: ReportScope, row: Row): string {
  return nameKey(scope, readSliceKey(row, scope));
}

/** By its workforce values alone: what cuts activity cuts no people. */
function nameKey({ by }: ReportScope, { values, bucket }: SliceKey): string {
  const ofWorkforce = values.filter((_, index) => {
    const dimension = by[index];
    return dimension !== undefined && isWorkforceDimension(dimension);
  });
  return JSON.stringify([bucket, ...ofWorkforce]);
}
