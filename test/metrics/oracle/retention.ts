import {
  isOfCatalogue,
  isOfPlatform,
  isOfWorkforce,
  type Demands,
  type Organisation,
} from './organisation.ts';

/** Retention person by person; `buckets` are half-open and in order. */
export function computeRetention(
  organisation: Organisation,
  buckets: readonly (readonly [number, number])[],
  demands: Demands,
  asOf: number,
): object[] {
  return buckets.map(([from, to], index) => {
    const cohort = organisation.people.filter(({ id }) => {
      const first = activeTimes(organisation, demands, id)[0];
      if (first === undefined || first < from || first >= to) return false;
      const last = organisation.assignments
        .filter((a) => a.person === id && a.from < to && a.to > from)
        .sort((a, b) => b.from - a.from)[0];
      return (
        last !== undefined && isOfWorkforce(organisation, demands, last, Math.min(last.to, to) - 1)
      );
    });
    return {
      size: cohort.length,
      returned: buckets.slice(index).map(([start, end]) => {
        if (start > asOf || cohort.length === 0) return null;
        const back = cohort.filter(({ id }) =>
          activeTimes(organisation, demands, id).some((at) => at >= start && at < end),
        );
        return back.length / cohort.length;
      }),
    };
  });
}

function activeTimes(organisation: Organisation, demands: Demands, person: string): number[] {
  return organisation.events
    .filter(
      (event) =>
        event.person === person &&
        event.kind === 'ENGAGED' &&
        isOfCatalogue(organisation, demands, event.course) &&
        isOfPlatform(organisation, demands, event.platform),
    )
    .map((event) => event.at)
    .sort((a, b) => a - b);
}
