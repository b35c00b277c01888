import type { QueryRunner, Row } from '../warehouse/query-runner.ts';
import type { ReportScope, SliceKey } from './metric.ts';
import { readText } from './read-cells.ts';
import {
  bindScope,
  BUCKET_TABLES,
  isWorkforceDimension,
  listFilters,
  nameSlices,
  tableMembers,
} from './scope.ts';
import { isSmall } from './suppression.ts';

/** True for a slice that must not be shown because the same slice under a wider filter would tell a few. */
export type IsNarrowed = (key: SliceKey) => boolean;

/**
 * Guards a filtered report against being subtracted from the same report with some of its filters left
 * out: where that leaves 1 to `minGroupSize − 1` people more in a slice, the difference is about them, so the
 * filtered slice is hidden. People are those of headcount, whatever the metric. One query, none without a
 * filter on the workforce.
 */
export async function findNarrowed(
  { runner, minGroupSize }: { readonly runner: QueryRunner; readonly minGroupSize: number },
  scope: ReportScope,
): Promise<IsNarrowed> {
  const filters = listFilters(scope);
  if (filters.length === 0 || minGroupSize <= 1) return () => false;
  const open: ReportScope = { ...scope, where: {} };
  const met = filters.map((condition, index) => `coalesce(${condition}, false) AS met_${index}, `);
  const { sql, parameters } = bindScope(
    `WITH ${BUCKET_TABLES}, ${tableMembers(open, met.join(''))}
     SELECT ${nameSlices(scope, '', isWorkforceDimension)}bucket,
       ${filters.map((_, index) => `met_${index}`).join(', ')}, count(DISTINCT person) AS people
     FROM member GROUP BY ALL`,
    scope,
  );
  const rows = await runner.query(sql, parameters);
  const isOfWorkforce = scope.by.map(isWorkforceDimension);
  const idOf = (values: SliceKey['values'], bucket: number): string =>
    JSON.stringify([bucket, ...values.filter((_, index) => isOfWorkforce[index])]);
  const narrowed = new Set<string>();
  const slices = Map.groupBy(rows, (row) =>
    idOf(
      scope.by.map((_, index) => readText(row[`slice_${index}`])),
      Number(row['bucket']),
    ),
  );
  for (const [id, crowd] of slices)
    if (leavesOutFew(crowd, filters.length, minGroupSize)) narrowed.add(id);
  return ({ values, bucket }) => narrowed.has(idOf(values, bucket));
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
