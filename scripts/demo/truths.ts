/**
 * What was put into the demo on purpose, as data: the question to ask, in the words of the analytics
 * API, and the answer that is true of the data. Tests compute it plainly from the raw records and then
 * hold the server's answers to it.
 */
import { formatDate, makeCalendar } from './calendar.ts';
import {
  APP_LAUNCH_MONTH,
  COURSES,
  PILOT_MONTH,
  SKILLS,
  type CourseKey,
  type SkillKey,
} from './courses.ts';
import { PILOT_ID } from './generate.ts';
import { KPIS, type Kpi, type KpiKey } from './kpis.ts';
import { REACH, shareAppliedBy } from './learning-plan.ts';
import type { Role } from './organisation.ts';

/** Half-open, dates. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

export interface GapTruth {
  readonly period: Period;
  readonly desk: number;
  readonly frontline: number;
  readonly percentagePoints: number;
}

export interface ApplicationTruth {
  readonly skillId: string;
  readonly skillName: string;
  readonly period: Period;
  readonly windowDays: number;
  /** Share of those trained that applies it within the window. */
  readonly rate: number;
  /** Null where under one half ever applies it. */
  readonly medianDays: number | null;
}

export interface EffectTruth {
  readonly courseId: string;
  readonly courseName: string;
  readonly kpiId: string;
  readonly period: Period;
  readonly beforeDays: number;
  readonly afterDays: number;
  /** In units of the KPI, beyond what happened to everyone. */
  readonly effect: number;
  /** What a comparison of before and after alone would have called the effect. */
  readonly naiveEffect: number;
  readonly paysOff: boolean;
}

export interface DemoTruths {
  /** Before the shift app, and in the last six months with it. */
  readonly gaps: { readonly early: GapTruth; readonly recent: GapTruth };
  readonly applications: {
    readonly slow: ApplicationTruth;
    readonly inFlow: ApplicationTruth;
    readonly yearly: ApplicationTruth;
  };
  readonly effects: {
    readonly works: EffectTruth;
    readonly doesNothing: EffectTruth;
    readonly lowerIsBetter: EffectTruth;
  };
  /** People who were already improving: the answer has to come with a warning. */
  readonly preTrend: EffectTruth;
  readonly pilot: {
    readonly id: string;
    readonly period: Period;
    readonly percentagePoints: number;
  };
  /** Fewer people than may be shown. */
  readonly smallRole: { readonly role: Role; readonly people: number };
}

const WINDOW_DAYS = 90;

/** `end` as in DemoOptions; throws RangeError when it is no first of a month. */
export function describeTruths(end: string): DemoTruths {
  const calendar = makeCalendar(end);
  const between = (from: number, to: number): Period => ({
    from: formatDate(calendar.month(from)),
    to: formatDate(calendar.month(to)),
  });
  const gap = (period: Period, frontline: number): GapTruth => ({
    period,
    desk: REACH.desk,
    frontline,
    percentagePoints: (REACH.desk - frontline) * 100,
  });
  const matured = between(0, 15);
  return {
    gaps: {
      early: gap(between(0, 6), REACH.frontlineBeforeApp),
      recent: gap(between(12, 18), REACH.frontlineWithApp),
    },
    applications: {
      slow: describeApplication('care', matured),
      inFlow: describeApplication('shelf', matured),
      yearly: describeApplication('foodSafety', matured),
    },
    effects: {
      works: describeEffect('checkoutFlow', 'itemsPerMinute', between(6, 11)),
      doesNothing: describeEffect('warmWelcome', 'satisfaction', between(4, 8)),
      lowerIsBetter: describeEffect('wasteNot', 'shrink', between(11, 14)),
    },
    preTrend: describeEffect('leanPicking', 'picks', between(9, 10)),
    pilot: {
      id: PILOT_ID,
      period: between(PILOT_MONTH, APP_LAUNCH_MONTH),
      percentagePoints: (REACH.pilot - REACH.frontlineBeforeApp) * 100,
    },
    smallRole: { role: 'Quality Auditor', people: 3 },
  };
}

function describeApplication(key: SkillKey, period: Period): ApplicationTruth {
  const { id, name, transfer } = SKILLS[key];
  const everyoneMedian = transfer.share > 0.5 ? transfer.medianDays : null;
  return {
    skillId: id,
    skillName: name,
    period,
    windowDays: WINDOW_DAYS,
    rate: shareAppliedBy(key, WINDOW_DAYS),
    medianDays: everyoneMedian,
  };
}

function describeEffect(courseKey: CourseKey, kpiKey: KpiKey, period: Period): EffectTruth {
  const kpi: Kpi = KPIS[kpiKey];
  const effect = kpi.effect?.course === courseKey ? kpi.effect.units : 0;
  // The middles of the two windows are as far apart as a window is long.
  const drift = kpi.trend * (WINDOW_DAYS / 30);
  return {
    courseId: COURSES[courseKey].id,
    courseName: COURSES[courseKey].name,
    kpiId: kpi.id,
    period,
    beforeDays: WINDOW_DAYS,
    afterDays: WINDOW_DAYS,
    effect,
    naiveEffect: effect + drift,
    paysOff: effect * kpi.valuePerUnit > 0,
  };
}
