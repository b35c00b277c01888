import {
  countPeople,
  isDuring,
  isOfSlice,
  type Answer,
  type Demands,
  type Event,
  type Organisation,
} from './organisation.ts';

export function computeEffort(
  organisation: Organisation,
  period: readonly [number, number],
  demands: Demands,
): Answer {
  const isMeant = (event: Event): boolean =>
    isDuring(event, period) && isOfSlice(organisation, demands, event);
  const timed = organisation.events
    .filter((event) => event.seconds > 0)
    .filter((event, _, all) => !all.some((other) => isLonger(other, event)))
    .filter(isMeant);
  const engaged = organisation.events.filter((event) => event.kind === 'ENGAGED' && isMeant(event));
  const hours = timed.reduce((sum, { seconds }) => sum + seconds / 3600, 0);
  const active = countPeople(engaged);
  return {
    value: { hours, hoursPerActivePerson: active === 0 ? null : hours / active },
    people: countPeople([...timed, ...engaged]),
    parts: [
      { fields: ['hours', 'hoursPerActivePerson'], people: countPeople(timed) },
      { fields: ['hoursPerActivePerson'], people: active },
    ],
  };
}

/** Of one session, the one of two that counts: the longer, then the later. */
function isLonger(other: Event, event: Event): boolean {
  if (event.session === null || other.session !== event.session || other.person !== event.person)
    return false;
  if (other.seconds !== event.seconds) return other.seconds > event.seconds;
  if (other.at !== event.at) return other.at > event.at;
  return other.statement > event.statement;
}
