/** A slice by its bucket and values, and how many people it is about. */
export interface Group {
  readonly at: readonly string[];
  readonly people: number;
}

/**
 * The slices that are not shown: those of too few people, and then again and again the smallest one beside a single
 * hidden one, among all slices that agree in the bucket and in some of their values: their sum is had elsewhere.
 */
export function hideSmall(groups: readonly Group[], minGroupSize: number): ReadonlySet<string> {
  const counted = groups.filter(({ people }) => people > 0);
  const hidden = new Set(
    counted.filter(({ people }) => people < minGroupSize).map(({ at }) => at.join()),
  );
  for (let isDone = false; !isDone;) {
    isDone = true;
    for (const crowd of listCrowds(counted)) {
      const shown = crowd.filter(({ at }) => !hidden.has(at.join()));
      if (shown.length === 0 || crowd.length - shown.length !== 1) continue;
      hidden.add(shown.sort(compare)[0]!.at.join());
      isDone = false;
    }
  }
  return hidden;
}

/** For each choice of values to look at, not all of them, the slices that have the same. */
function listCrowds(groups: readonly Group[]): readonly (readonly Group[])[] {
  const values = (groups[0]?.at.length ?? 1) - 1;
  const choices = Array.from({ length: 2 ** values - 1 }, (_, choice) => choice);
  return choices.flatMap((choice) => {
    const looked = (at: readonly string[]): string =>
      at.filter((_, index) => index === 0 || ((choice >> (index - 1)) & 1) === 1).join();
    return groups.map(({ at }) => groups.filter((other) => looked(other.at) === looked(at)));
  });
}

/** Smallest first; of equals the one whose values come first, none last. */
function compare(a: Group, b: Group): number {
  const place = (at: readonly string[]): string =>
    JSON.stringify(at.map((value) => (value === 'null' ? '\uffff' : value)));
  return a.people - b.people || (place(a.at) < place(b.at) ? -1 : 1);
}
