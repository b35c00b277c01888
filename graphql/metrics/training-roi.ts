import { ALL_DIMENSIONS } from './scope.ts';
import type { Metric } from './metric.ts';
import { measureCells, type TrainingRoiArguments } from './training-roi/cells.ts';
import { EXAMPLES } from './training-roi/examples.ts';
import { guardEffect, readRoi, type TrainingRoi } from './training-roi/value.ts';

export type { TrainingRoiArguments } from './training-roi/cells.ts';
export type { KpiEffect, PreTrend, RoiMethod, TrainingRoi } from './training-roi/value.ts';

const DAYS_PER_MONTH = 30;

const NOT_MEASURED = {
  benefitCostRatio: null,
  paybackMonths: null,
  method: null,
  effects: [],
  sensitivity: null,
};

export const trainingRoi: Metric<TrainingRoiArguments, TrainingRoi> = {
  name: 'trainingRoi',
  unit: 'ratio; costs and benefits in the money of the records',
  definition: `For a set of courses (all by default; by course, skill or author, those of the slice), a
bucket and a slice. The unit is the (person, course) pair with a COMPLETED event in the bucket, dated by its
first one there; its slice is the assignment in force then (a pair with none is left out).
completions = pairs; learners = distinct people of the pairs. fixedCost = Σ over courses: fixed cost × pairs
in the slice ÷ all pairs of the bucket, whatever the filters. perLearnerCost = Σ costPerLearner.
learnerTimeCost = Σ hours × the assignment's hourlyCost; hours = the person's seconds on that course before
the bucket's end ÷ 3600, or expectedMinutes ÷ 60 where there are none. cost is their sum.
Benefit, per KPI, by difference in differences. A person's pivot is their earliest pair of the slice. before =
mean of their observations in [pivot − beforeDays, pivot), after = mean in (pivot, pivot + afterDays]; only
people with both count. Cells by (role, segment) at the pivot. A cell's controls are all people, whatever the
slice or filter, who have that role and segment at the cell's control pivot — the lower median of the pivots of
all the cell's learners — who have completed none of the courses up to control pivot + afterDays, and have
both means around it. Cell effect = mean(after − before) of learners − the same of controls; in a cell
with no control, the learners' change alone, and the whole answer says BEFORE_AFTER. effect = mean of cell
effects weighted by learners; standard error of a cell √(s²L/nL + s²C/nC), combined as √Σ(weight² · se²), null
where a variance cannot be had; interval ±1.96 standard errors.
KPI benefit = effect × valuePerUnit × learners with both means × afterDays ÷ 30 × isolation × confidence;
benefit sums the KPIs (0 when none was observed: no data, no improvement). netBenefit = benefit − cost;
roi = netBenefit ÷ cost; benefitCostRatio = benefit ÷ cost; paybackMonths = cost ÷ (benefit ÷ months), null when
benefit ≤ 0. preTrend: the same effect between the two halves of the before window, same cells and controls'
rule; it warns when its interval excludes 0. sensitivity: ROI with every effect at the unfavourable, then
the favourable end of its interval; null when an interval is missing.`,
  source:
    'J. J. Phillips (2003), Return on Investment in Training and Performance Improvement Programs, 2nd ed.',
  dimensions: ALL_DIMENSIONS,
  defaults: { courses: null, beforeDays: 90, afterDays: 90 },
  sql: measureCells,
  read: (row, _scope, args) => {
    const value = readRoi(row, args.afterDays / DAYS_PER_MONTH);
    return { value, people: Number(row['learners']), parts: value.effects.map(guardEffect) };
  },
  empty: {
    ...NOT_MEASURED,
    learners: 0,
    completions: 0,
    cost: 0,
    fixedCost: 0,
    perLearnerCost: 0,
    learnerTimeCost: 0,
    benefit: 0,
    netBenefit: 0,
    roi: null,
  },
  suppressed: {
    ...NOT_MEASURED,
    learners: null,
    completions: null,
    cost: null,
    fixedCost: null,
    perLearnerCost: null,
    learnerTimeCost: null,
    benefit: null,
    netBenefit: null,
    roi: null,
  },
  examples: EXAMPLES,
};
