import type { Measured, SliceKey } from './metric.ts';

/** A slice and how many people the denominator of one metric counts in it. */
export interface CountedSlice {
  readonly key: SliceKey;
  readonly people: number;
}

/** Few enough to be told apart, where nobody is nothing to protect. */
export function isSmall(people: number, minGroupSize: number): boolean {
  return people > 0 && people < minGroupSize;
}

/**
 * Which slices of one metric must not be shown: the one place where the small-group rule stands.
 *
 * - Primary: 1 to `minGroupSize − 1` people, or `isNarrowed` (`narrow-filter.ts`). Nobody is nothing to protect.
 * - Complementary: in every roll-up of the report (each proper subset of its dimensions, within a bucket),
 *   when exactly one slice of a group is hidden, the total less the others would tell it; so the next
 *   smallest is hidden too. Hiding one can expose another roll-up: repeated until nothing changes.
 *
 * The answer does not depend on the order of the slices.
 */
export function findSuppressed(
  slices: readonly CountedSlice[],
  minGroupSize: number,
  isNarrowed: (key: SliceKey) => boolean = () => false,
): ReadonlySet<CountedSlice> {
  const counted = slices.filter((slice) => slice.people > 0).sort(compareSlices);
  const hidden = new Set(
    counted.filter(({ key, people }) => isSmall(people, minGroupSize) || isNarrowed(key)),
  );
  if (hidden.size === 0) return hidden;
  const rollUps = listRollUps(counted);
  for (let before = -1; before !== hidden.size;) {
    before = hidden.size;
    for (const group of rollUps) {
      const shown = group.filter((slice) => !hidden.has(slice));
      const next = shown[0];
      if (group.length - shown.length === 1 && next !== undefined) hidden.add(next);
    }
  }
  return hidden;
}

/**
 * The values of the slices of one metric, each without the parts of it that are about too few people, or that would
 * tell by subtraction what another slice withholds: the rule of slices, for each part by itself.
 */
export function withholdParts<Value>(
  slices: readonly { readonly key: SliceKey; readonly measured: Measured<Value> }[],
  minGroupSize: number,
): readonly Value[] {
  const values = slices.map(({ measured }) => measured.value);
  const parts = slices.flatMap(({ key, measured: { parts = [] } }, index) =>
    parts.map((part) => ({ key, people: part.people, index, part })),
  );
  for (const alike of Map.groupBy(parts, ({ part }) => part.name).values()) {
    const hidden = findSuppressed(alike, minGroupSize);
    for (const slice of alike) {
      const shown = values[slice.index];
      if (hidden.has(slice) && shown !== undefined)
        values[slice.index] = slice.part.withhold(shown);
    }
  }
  return values;
}

/** Groups of slices that some coarser report shows as one; each smallest first, as `counted` is. */
function listRollUps(counted: readonly CountedSlice[]): readonly (readonly CountedSlice[])[] {
  const dimensions = counted[0]?.key.values.length ?? 0;
  const subsets = Array.from({ length: 2 ** dimensions - 1 }, (_, subset) => subset);
  return subsets.flatMap((subset) => [
    ...Map.groupBy(counted, ({ key }) =>
      JSON.stringify([key.bucket, ...key.values.filter((_, index) => (subset >> index) & 1)]),
    ).values(),
  ]);
}

function compareSlices(a: CountedSlice, b: CountedSlice): number {
  return a.people - b.people || compareKeys(a.key, b.key);
}

/** By bucket, then by the values in turn, null last. */
export function compareKeys(a: SliceKey, b: SliceKey): number {
  if (a.bucket !== b.bucket) return a.bucket - b.bucket;
  for (const [index, value] of a.values.entries()) {
    const other = b.values[index] ?? null;
    if (value === other) continue;
    if (value === null) return 1;
    if (other === null) return -1;
    return value < other ? -1 : 1;
  }
  return 0;
}
