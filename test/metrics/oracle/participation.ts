import {
  computeWilson,
  isOfCatalogue,
  isOfPlatform,
  isOfWorkforce,
  type Demands,
  type Organisation,
} from './organisation.ts';

export function computeParticipation(
  organisation: Organisation,
  [from, to]: readonly [number, number],
  demands: Demands,
): object {
  let headcount = 0;
  let active = 0;
  for (const person of organisation.people) {
    const last = organisation.assignments
      .filter((a) => a.person === person.id && a.from < to && a.to > from)
      .sort((a, b) => b.from - a.from)[0];
    if (last === undefined) continue;
    if (!isOfWorkforce(organisation, demands, last, Math.min(last.to, to) - 1)) continue;
    headcount += 1;
    const engaged = organisation.events.some(
      (event) =>
        event.person === person.id &&
        event.kind === 'ENGAGED' &&
        event.at >= from &&
        event.at < to &&
        isOfCatalogue(organisation, demands, event.course) &&
        isOfPlatform(organisation, demands, event.platform),
    );
    if (engaged) active += 1;
  }
  return {
    active,
    headcount,
    rate: headcount === 0 ? null : active / headcount,
    interval: computeWilson(active, headcount),
  };
}
