import {
  computeWilson,
  countPeople,
  findAssignment,
  isDuring,
  isOfCourse,
  isOfPlatform,
  isOfSkill,
  isOfWorkforce,
  mean,
  type Answer,
  type Demands,
  type Event,
  type Organisation,
} from './organisation.ts';

export function computeAssessment(
  organisation: Organisation,
  period: readonly [number, number],
  demands: Demands,
): Answer {
  const made = organisation.events.filter(
    (event) => event.kind === 'ASSESSED' && isDuring(event, period),
  );
  const attempts = made
    .filter((event) => !made.some((other) => replaces(other, event)))
    .filter((event) => isOfAttempt(organisation, demands, event));
  const judged = attempts.filter(({ success }) => success !== null);
  const scored = attempts.filter(({ score }) => score !== null);
  const scores = scored.map(({ score }) => score!).sort((a, b) => a - b);
  const passed = judged.filter(({ success }) => success).length;
  return {
    value: {
      attempts: attempts.length,
      passRate: judged.length === 0 ? null : passed / judged.length,
      passRateInterval: computeWilson(passed, judged.length),
      meanScore: scores.length === 0 ? null : mean(scores),
      quantiles:
        scores.length === 0 ? null : [0, 1, 2, 3, 4].map((quarter) => quantile(scores, quarter)),
    },
    people: countPeople(attempts),
    parts: [
      { fields: ['passRate', 'passRateInterval'], people: countPeople(judged) },
      { fields: ['meanScore', 'quantiles'], people: countPeople(scored) },
    ],
  };
}

function replaces(later: Event, event: Event): boolean {
  return (
    event.activity !== null &&
    later.activity === event.activity &&
    later.person === event.person &&
    (later.at > event.at || (later.at === event.at && later.statement > event.statement))
  );
}

function isOfAttempt(organisation: Organisation, demands: Demands, event: Event): boolean {
  const assignment = findAssignment(organisation, event.person, event.at);
  const course = organisation.courses.find(({ id }) => id === event.course);
  const skills = event.skill === null ? (course?.skills ?? []) : [event.skill];
  return (
    assignment !== null &&
    isOfWorkforce(organisation, demands, assignment, event.at) &&
    isOfCourse(organisation, demands, event.course) &&
    (demands['SKILL'] === undefined || skills.some((skill) => isOfSkill(demands, skill))) &&
    isOfPlatform(organisation, demands, event.platform)
  );
}

/** On the line through the sorted scores, spaced evenly from 0 to 4 quarters. */
function quantile(sorted: readonly number[], quarter: number): number {
  const place = ((sorted.length - 1) * quarter) / 4;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}
