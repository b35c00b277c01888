import {
  countPeople,
  isDuring,
  isOfSlice,
  mean,
  type Answer,
  type Demands,
  type Event,
  type Organisation,
} from './organisation.ts';

export function computeContent(
  organisation: Organisation,
  period: readonly [number, number],
  demands: Demands,
): Answer {
  const during = organisation.events
    .filter((event) => isDuring(event, period))
    .sort((a, b) => a.at - b.at || a.statement - b.statement);
  const isMeant = (event: Event): boolean => isOfSlice(organisation, demands, event);
  const contributed = during.filter((event) => event.kind === 'CONTRIBUTED' && isMeant(event));
  const rated = during.filter(
    (event) => event.kind === 'RATED' && event.score !== null && isMeant(event),
  );
  const completed = during
    .filter((event) => event.kind === 'COMPLETED' && event.course !== null)
    .filter(
      (event, index, all) =>
        all.findIndex((e) => e.person === event.person && e.course === event.course) === index,
    )
    .filter(isMeant);
  const bySme = completed.filter(
    ({ course }) => organisation.courses.find(({ id }) => id === course)!.author === 'SME',
  );
  return {
    value: {
      contributors: countPeople(contributed),
      smeShare: completed.length === 0 ? null : bySme.length / completed.length,
      rating: rated.length === 0 ? null : mean(rated.map(({ score }) => score!)),
    },
    people: countPeople([...contributed, ...rated, ...completed]),
    parts: [
      { fields: ['contributors'], people: countPeople(contributed) },
      { fields: ['smeShare'], people: countPeople(completed) },
      { fields: ['rating'], people: countPeople(rated) },
    ],
  };
}
