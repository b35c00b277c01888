import type { Row } from '../../warehouse/query-runner.ts';
import type { MeasuredPart } from '../metric.ts';
import { readNumber, readStruct, readStructs, requireText } from '../read-cells.ts';
import { combineEffects, divide, type Arms, type Effect, type Interval } from '../statistics.ts';

export type RoiMethod = 'DIFFERENCE_IN_DIFFERENCES' | 'BEFORE_AFTER';

export interface PreTrend {
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly warning: boolean;
}

export interface KpiEffect {
  readonly kpi: string;
  readonly learners: number;
  readonly controls: number;
  readonly effect: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly benefit: number | null;
  readonly method: RoiMethod | null;
  readonly preTrend: PreTrend | null;
}

export interface TrainingRoi {
  readonly learners: number | null;
  readonly completions: number | null;
  readonly cost: number | null;
  readonly fixedCost: number | null;
  readonly perLearnerCost: number | null;
  readonly learnerTimeCost: number | null;
  readonly benefit: number | null;
  readonly netBenefit: number | null;
  readonly roi: number | null;
  readonly benefitCostRatio: number | null;
  readonly paybackMonths: number | null;
  readonly method: RoiMethod | null;
  readonly effects: readonly KpiEffect[];
  readonly sensitivity: Interval | null;
}

interface KpiCells {
  /** Money for one unit, one person, one month, credited to training. */
  readonly worth: number;
  readonly change: readonly Arms[];
  readonly drift: readonly Arms[];
}

/** The value of a slice from its row of `measureCells`, with windows of so many months after the pivot. */
export function readRoi(row: Row, months: number): TrainingRoi {
  const fixedCost = Number(row['fixed_cost']);
  const perLearnerCost = Number(row['per_learner_cost']);
  const learnerTimeCost = Number(row['learner_time_cost']);
  const cost = fixedCost + perLearnerCost + learnerTimeCost;
  const measured = [...groupByKpi(readStructs(row['cells']))].flatMap(([kpi, cells]) => {
    const effect = combineEffects(cells.change);
    return effect === null ? [] : [valueEffect(kpi, cells, effect, months)];
  });
  const effects = measured.map(({ effect }) => effect);
  const benefit = effects.reduce((sum, effect) => sum + (effect.benefit ?? 0), 0);
  const netBenefit = benefit - cost;
  return {
    learners: Number(row['learners']),
    completions: Number(row['completions']),
    cost,
    fixedCost,
    perLearnerCost,
    learnerTimeCost,
    benefit,
    netBenefit,
    roi: divide(netBenefit, cost),
    benefitCostRatio: divide(benefit, cost),
    paybackMonths: benefit > 0 ? cost / (benefit / months) : null,
    method: chooseMethod(effects),
    effects,
    sensitivity: boundRoi(
      measured.map(({ range }) => range),
      cost,
    ),
  };
}

/** An effect is about its learners and its controls, fewer than the slice's; the sums would tell its benefit. */
export function guardEffect({ kpi, learners, controls }: KpiEffect): MeasuredPart<TrainingRoi> {
  return {
    name: kpi,
    people: controls === 0 ? learners : Math.min(learners, controls),
    withhold: (value) => ({
      ...value,
      benefit: null,
      netBenefit: null,
      roi: null,
      benefitCostRatio: null,
      paybackMonths: null,
      sensitivity: null,
      effects: value.effects.map((effect) =>
        effect.kpi === kpi ? { ...WITHHELD_EFFECT, kpi } : effect,
      ),
    }),
  };
}

const WITHHELD_EFFECT: Omit<KpiEffect, 'kpi'> = {
  learners: 0,
  controls: 0,
  effect: null,
  standardError: null,
  interval: null,
  benefit: null,
  method: null,
  preTrend: null,
};

function groupByKpi(cells: readonly Row[]): Map<string, KpiCells> {
  const kpis = Map.groupBy(cells, (cell) => requireText(cell['kpi']));
  return new Map(
    [...kpis].map(([kpi, rows]) => [
      kpi,
      {
        worth: Number(rows[0]?.['worth']),
        change: rows.map((cell) => readArms(readStruct(cell['change']))),
        drift: rows.map((cell) => readArms(readStruct(cell['drift']))),
      },
    ]),
  );
}

function readArms(arms: Row): Arms {
  return {
    treated: Number(arms['treated']),
    treatedMean: readNumber(arms['treatedMean']),
    treatedVariance: readNumber(arms['treatedVariance']),
    controls: Number(arms['controls']),
    controlMean: readNumber(arms['controlMean']),
    controlVariance: readNumber(arms['controlVariance']),
  };
}

interface ValuedEffect {
  readonly effect: KpiEffect;
  /** Benefit at the two ends of the interval, the smaller first. */
  readonly range: Interval | null;
}

function valueEffect(kpi: string, cells: KpiCells, measured: Effect, months: number): ValuedEffect {
  const worth = cells.worth * measured.treated * months;
  const { effect, standardError, interval } = measured;
  const ends = interval === null ? null : [interval.low * worth, interval.high * worth];
  return {
    effect: {
      kpi,
      learners: measured.treated,
      controls: measured.controls,
      effect,
      standardError,
      interval,
      benefit: effect * worth,
      method: measured.controlled ? 'DIFFERENCE_IN_DIFFERENCES' : 'BEFORE_AFTER',
      preTrend: readPreTrend(combineEffects(cells.drift)),
    },
    range: ends === null ? null : { low: Math.min(...ends), high: Math.max(...ends) },
  };
}

function readPreTrend(drift: Effect | null): PreTrend | null {
  if (drift === null) return null;
  const { effect: difference, interval } = drift;
  const warning = interval !== null && (interval.low > 0 || interval.high < 0);
  return { difference, interval, warning };
}

function chooseMethod(effects: readonly KpiEffect[]): RoiMethod | null {
  if (effects.length === 0) return null;
  return effects.every((effect) => effect.method === 'DIFFERENCE_IN_DIFFERENCES')
    ? 'DIFFERENCE_IN_DIFFERENCES'
    : 'BEFORE_AFTER';
}

function boundRoi(ranges: readonly (Interval | null)[], cost: number): Interval | null {
  if (ranges.length === 0 || cost === 0) return null;
  let low = 0;
  let high = 0;
  for (const range of ranges) {
    if (range === null) return null;
    low += range.low;
    high += range.high;
  }
  return { low: (low - cost) / cost, high: (high - cost) / cost };
}
