import {
  computeWilson,
  countPeople,
  isDuring,
  isOfSlice,
  type Answer,
  type Demands,
  type Organisation,
} from './organisation.ts';

export function computeCompletion(
  organisation: Organisation,
  period: readonly [number, number],
  demands: Demands,
): Answer {
  const onCourses = organisation.events
    .filter((event) => event.course !== null)
    .sort((a, b) => a.at - b.at || a.statement - b.statement);
  const starts = onCourses
    .filter(
      (event, index) =>
        onCourses.findIndex((e) => e.person === event.person && e.course === event.course) ===
        index,
    )
    .filter((event) => isDuring(event, period) && isOfSlice(organisation, demands, event));
  const completed = starts.filter((start) =>
    onCourses.some(
      (event) =>
        event.kind === 'COMPLETED' &&
        event.person === start.person &&
        event.course === start.course,
    ),
  ).length;
  return {
    value: {
      completed,
      started: starts.length,
      rate: starts.length === 0 ? null : completed / starts.length,
      interval: computeWilson(completed, starts.length),
    },
    people: countPeople(starts),
    parts: [],
  };
}
