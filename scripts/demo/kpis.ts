/**
 * What the business measures of each person, once a month. Every KPI drifts for everyone, whatever they
 * learned: who compares before with after alone is fooled, who has a control group is not.
 */
import { DAY, HOUR, MONTHS, type Calendar } from './calendar.ts';
import type { CourseKey } from './courses.ts';
import type { LearningPlan } from './learning-plan.ts';
import { assignmentAt, type Organisation, type Role } from './organisation.ts';
import { createRandom } from './random.ts';

export interface Kpi {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  /** Money for one unit, person and month. */
  readonly valuePerUnit: number;
  readonly isolation: number;
  readonly confidence: number;
  readonly roles: readonly Role[];
  readonly mean: number;
  /** How much people differ from each other, and a person from month to month. */
  readonly deviation: number;
  readonly noise: number;
  /** For everyone, a month. */
  readonly trend: number;
  /** What a course really does, from its completion on. */
  readonly effect?: { readonly course: CourseKey; readonly units: number };
  /** Those who will take the course improve by so much a month in the three months before it. */
  readonly driftBefore?: { readonly course: CourseKey; readonly units: number };
}

export const KPIS = {
  itemsPerMinute: {
    id: 'checkout-items-per-minute',
    name: 'Items scanned per minute',
    unit: 'items/min',
    valuePerUnit: 65,
    isolation: 0.9,
    confidence: 0.9,
    roles: ['Checkout Operator'],
    mean: 18,
    deviation: 1.6,
    noise: 0.5,
    trend: 0.06,
    // 8 % of 18 items a minute.
    effect: { course: 'checkoutFlow', units: 1.44 },
  },
  satisfaction: {
    id: 'customer-satisfaction',
    name: 'Customer satisfaction',
    unit: 'points of 100',
    valuePerUnit: 6,
    isolation: 0.8,
    confidence: 0.9,
    roles: ['Store Associate', 'Baker'],
    mean: 71,
    deviation: 4,
    noise: 2,
    // The Warm Welcome is given while all stores get better at this, and adds nothing to it.
    trend: 0.5,
  },
  shrink: {
    id: 'shrink',
    name: 'Written-off goods',
    unit: 'EUR/week',
    // Lower is better; 52 ÷ 12 weeks a month.
    valuePerUnit: -4.33,
    isolation: 0.85,
    confidence: 0.8,
    roles: ['Store Associate', 'Baker'],
    mean: 48,
    deviation: 6,
    noise: 4,
    trend: -0.2,
    effect: { course: 'wasteNot', units: -6 },
  },
  picks: {
    id: 'picks-per-hour',
    name: 'Picks per hour',
    unit: 'picks/h',
    valuePerUnit: 3,
    isolation: 1,
    confidence: 0.8,
    roles: ['Warehouse Picker'],
    mean: 112,
    deviation: 8,
    noise: 2,
    trend: 0.1,
    // The keen ones signed up: they were on their way before the course, which does nothing.
    driftBefore: { course: 'leanPicking', units: 4 },
  },
} as const satisfies Record<string, Kpi>;
export type KpiKey = keyof typeof KPIS;

export interface Observation {
  readonly kpiId: string;
  readonly personId: string;
  readonly at: number;
  readonly value: number;
}

const DRIFT_DAYS = 90;
const DAYS_PER_MONTH = 30;

export function* observeKpis(
  seed: string,
  organisation: Organisation,
  plan: LearningPlan,
  calendar: Calendar,
): Generator<Observation> {
  const completions = indexCompletions(plan);
  for (const kpi of Object.values(KPIS) satisfies readonly Kpi[]) yield* observeKpi(kpi);

  function* observeKpi(kpi: Kpi): Generator<Observation> {
    for (const person of organisation.people) {
      const random = createRandom(seed, 'kpi', kpi.id, person.id);
      const usual = random.normal(kpi.mean, kpi.deviation);
      const trainedAt = (course: CourseKey | undefined): number =>
        completions.get(`${course ?? ''} ${person.id}`) ?? Number.POSITIVE_INFINITY;
      for (let month = 0; month < MONTHS; month += 1) {
        const at = calendar.month(month) + 14 * DAY + 21 * HOUR;
        const noise = random.normal(0, kpi.noise);
        const role = assignmentAt(person, at)?.role;
        if (role === undefined || !kpi.roles.includes(role)) continue;
        const effect = at > trainedAt(kpi.effect?.course) ? (kpi.effect?.units ?? 0) : 0;
        const ahead = (at - trainedAt(kpi.driftBefore?.course)) / DAY + DRIFT_DAYS;
        const drift =
          (Math.min(DRIFT_DAYS, Math.max(0, ahead)) / DAYS_PER_MONTH) *
          (kpi.driftBefore?.units ?? 0);
        const value = usual + noise + kpi.trend * month + effect + drift;
        yield { kpiId: kpi.id, personId: person.id, at, value: Math.round(value * 100) / 100 };
      }
    }
  }
}

function indexCompletions({ enrolments }: LearningPlan): ReadonlyMap<string, number> {
  return new Map(
    enrolments.flatMap(({ courseKey, person, completedAt }) =>
      completedAt === null ? [] : [[`${courseKey} ${person.id}`, completedAt] as const],
    ),
  );
}
