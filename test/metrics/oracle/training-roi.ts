import {
  DAY,
  findAssignment,
  isOfCatalogue,
  isOfPlatform,
  isOfWorkforce,
  mean,
  type Assignment,
  type Course,
  type Demands,
  type Organisation,
} from './organisation.ts';

interface Pair {
  readonly person: string;
  readonly course: Course;
  readonly at: number;
  readonly platform: string | null;
  readonly assignment: Assignment;
}
interface Subject {
  readonly person: string;
  readonly pivot: number;
}
interface Cell {
  readonly learners: readonly Subject[];
  readonly controls: readonly Subject[];
}
type Period = readonly [number, number];
type Window = (at: number, pivot: number) => boolean;

export interface RoiQuestion {
  readonly period: Period;
  readonly demands: Demands;
  readonly courses: readonly string[] | null;
  readonly beforeDays: number;
  readonly afterDays: number;
}

export function computeTrainingRoi(organisation: Organisation, question: RoiQuestion): object {
  const { period, demands, beforeDays, afterDays } = question;
  const isInSet = (course: string): boolean =>
    (question.courses?.includes(course) ?? true) && isOfCatalogue(organisation, demands, course);
  const all = findPairs(organisation, period);
  const pairs = all.filter(
    (pair) =>
      isInSet(pair.course.id) &&
      isOfWorkforce(organisation, demands, pair.assignment, pair.at) &&
      isOfPlatform(organisation, demands, pair.platform),
  );
  const costs = sumCosts(organisation, pairs, all, period[1]);
  const cost = costs.fixedCost + costs.perLearnerCost + costs.learnerTimeCost;
  const months = afterDays / 30;
  const cells = findCells(organisation, pairs, isInSet, afterDays);
  const before = beforeDays * DAY;
  const after = afterDays * DAY;
  const isBefore: Window = (at, pivot) => at >= pivot - before && at < pivot;
  const isAfter: Window = (at, pivot) => at > pivot && at <= pivot + after;
  const isEarly: Window = (at, pivot) => at >= pivot - before && at < pivot - before / 2;
  const isLate: Window = (at, pivot) => at >= pivot - before / 2 && at < pivot;

  const effects = organisation.kpis
    .map((kpi) => {
      const measured = measureEffect(organisation, cells, kpi.id, isBefore, isAfter);
      const drift = measureEffect(organisation, cells, kpi.id, isEarly, isLate);
      if (measured === null) return null;
      const value = kpi.worth * measured.learners * months;
      const ends = measured.interval && [
        measured.interval.low * value,
        measured.interval.high * value,
      ];
      return {
        ends,
        shown: {
          kpi: kpi.id,
          learners: measured.learners,
          controls: measured.controls,
          effect: measured.effect,
          standardError: measured.standardError,
          interval: measured.interval,
          benefit: measured.effect * value,
          method: measured.method,
          preTrend: drift && {
            difference: drift.effect,
            interval: drift.interval,
            warning: drift.interval !== null && drift.interval.low * drift.interval.high > 0,
          },
        },
      };
    })
    .filter((effect) => effect !== null)
    .sort((a, b) => (a.shown.kpi < b.shown.kpi ? -1 : 1));

  const benefit = effects.reduce((sum, { shown }) => sum + shown.benefit, 0);
  const worst = effects.map(({ ends }) => ends && Math.min(...ends));
  const best = effects.map(({ ends }) => ends && Math.max(...ends));
  const bounded = effects.length > 0 && cost !== 0 && !worst.includes(null);
  const sum = (values: readonly (number | null)[]): number =>
    values.reduce<number>((total, value) => total + value!, 0);
  return {
    learners: new Set(pairs.map((pair) => pair.person)).size,
    completions: pairs.length,
    cost,
    ...costs,
    benefit,
    netBenefit: benefit - cost,
    roi: cost === 0 ? null : (benefit - cost) / cost,
    benefitCostRatio: cost === 0 ? null : benefit / cost,
    paybackMonths: benefit > 0 ? cost / (benefit / months) : null,
    method:
      effects.length === 0
        ? null
        : effects.some(({ shown }) => shown.method === 'BEFORE_AFTER')
          ? 'BEFORE_AFTER'
          : 'DIFFERENCE_IN_DIFFERENCES',
    effects: effects.map(({ shown }) => shown),
    sensitivity: bounded ? { low: sum(worst) / cost - 1, high: sum(best) / cost - 1 } : null,
  };
}

function findPairs(organisation: Organisation, [from, to]: Period): Pair[] {
  const pairs = new Map<string, Pair | null>();
  const completions = organisation.events
    .filter((event) => event.kind === 'COMPLETED' && event.at >= from && event.at < to)
    .sort((a, b) => a.at - b.at || a.statement - b.statement);
  for (const { person, course: id, at, platform } of completions) {
    const course = organisation.courses.find((candidate) => candidate.id === id);
    const key = `${person} ${id}`;
    if (course === undefined || pairs.has(key)) continue;
    const assignment = findAssignment(organisation, person, at);
    pairs.set(key, assignment && { person, course, at, platform, assignment });
  }
  return [...pairs.values()].filter((pair) => pair !== null);
}

function sumCosts(
  organisation: Organisation,
  pairs: readonly Pair[],
  all: readonly Pair[],
  end: number,
): { fixedCost: number; perLearnerCost: number; learnerTimeCost: number } {
  let fixedCost = 0;
  for (const course of organisation.courses) {
    const own = pairs.filter((pair) => pair.course === course).length;
    const total = all.filter((pair) => pair.course === course).length;
    if (own > 0) fixedCost += (course.fixedCost * own) / total;
  }
  let perLearnerCost = 0;
  let learnerTimeCost = 0;
  for (const { person, course, assignment } of pairs) {
    perLearnerCost += course.costPerLearner;
    const seconds = organisation.events
      .filter((event) => event.person === person && event.course === course.id && event.at < end)
      .reduce((sum, event) => sum + event.seconds, 0);
    const hours = seconds > 0 ? seconds / 3600 : course.expectedMinutes / 60;
    learnerTimeCost += hours * assignment.hourlyCost;
  }
  return { fixedCost, perLearnerCost, learnerTimeCost };
}

function findCells(
  organisation: Organisation,
  pairs: readonly Pair[],
  isInSet: (course: string) => boolean,
  afterDays: number,
): Cell[] {
  const earliest = new Map<string, Pair>();
  for (const pair of pairs) {
    const known = earliest.get(pair.person);
    if (known === undefined || pair.at < known.at) earliest.set(pair.person, pair);
  }
  const groups = Map.groupBy(
    earliest.values(),
    ({ assignment }) => `${assignment.role} ${assignment.segment}`,
  );
  return [...groups.values()].map((group) => {
    const pivots = group.map((pair) => pair.at).sort((a, b) => a - b);
    const pivot = pivots[Math.ceil(pivots.length / 2) - 1]!;
    const { role, segment } = group[0]!.assignment;
    const controls = organisation.people.filter(({ id }) => {
      const assignment = findAssignment(organisation, id, pivot);
      const completed = organisation.events.some(
        (event) =>
          event.person === id &&
          event.kind === 'COMPLETED' &&
          event.course !== null &&
          isInSet(event.course) &&
          event.at <= pivot + afterDays * DAY,
      );
      return assignment?.role === role && assignment.segment === segment && !completed;
    });
    return {
      learners: group.map((pair) => ({ person: pair.person, pivot: pair.at })),
      controls: controls.map(({ id }) => ({ person: id, pivot })),
    };
  });
}

function measureEffect(
  organisation: Organisation,
  cells: readonly Cell[],
  kpi: string,
  first: Window,
  second: Window,
): {
  learners: number;
  controls: number;
  effect: number;
  standardError: number | null;
  interval: { low: number; high: number } | null;
  method: string;
} | null {
  const findChanges = (subjects: readonly Subject[]): number[] =>
    subjects.flatMap(({ person, pivot }) => {
      const own = organisation.observations.filter((o) => o.person === person && o.kpi === kpi);
      const before = own.filter((o) => first(o.at, pivot)).map((o) => o.value);
      const after = own.filter((o) => second(o.at, pivot)).map((o) => o.value);
      return before.length > 0 && after.length > 0 ? [mean(after) - mean(before)] : [];
    });
  const measured = cells
    .map((cell) => ({ L: findChanges(cell.learners), C: findChanges(cell.controls) }))
    .filter(({ L }) => L.length > 0);
  if (measured.length === 0) return null;
  const learners = measured.reduce((sum, { L }) => sum + L.length, 0);
  let effect = 0;
  let squared = 0;
  for (const { L, C } of measured) {
    const weight = L.length / learners;
    effect += weight * (mean(L) - (C.length > 0 ? mean(C) : 0));
    squared += weight ** 2 * (squareError(L) + (C.length > 0 ? squareError(C) : 0));
  }
  const standardError = Number.isNaN(squared) ? null : Math.sqrt(squared);
  return {
    learners,
    controls: measured.reduce((sum, { C }) => sum + C.length, 0),
    effect,
    standardError,
    interval:
      standardError === null
        ? null
        : { low: effect - 1.96 * standardError, high: effect + 1.96 * standardError },
    method: measured.some(({ C }) => C.length === 0) ? 'BEFORE_AFTER' : 'DIFFERENCE_IN_DIFFERENCES',
  };
}

/** s² ÷ n; NaN for one value. */
function squareError(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return squares / (values.length - 1) / values.length;
}
