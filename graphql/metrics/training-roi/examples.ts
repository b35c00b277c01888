import { did, organise, type ExampleOrganisation } from '../example-world.ts';
import type { ExampleWorld, MetricExample } from '../metric.ts';
import type { TrainingRoiArguments } from './cells.ts';
import type { TrainingRoi } from './value.ts';

const ASKED = { from: '2026-02-01', to: '2026-03-01', asOf: '2026-12-01T00:00:00Z' };

function observe(personId: string, at: string, value: number): Readonly<Record<string, unknown>> {
  return { kpiId: 'sales', personId, at: `${at}T00:00:00Z`, value };
}

const ANN_AND_BOB = [
  did('ann', 'COMPLETED', '2026-02-01', { course: 'c:1' }),
  did('bob', 'COMPLETED', '2026-02-03', { course: 'c:1' }),
];

/** Sales rise by 6 and 4 for two who took the course, by 1 and 3 for two of the same role who did not. */
function trainCooks(more: ExampleOrganisation = {}): ExampleWorld {
  return organise({
    staff: {
      ann: 'cook FRONTLINE',
      bob: 'cook FRONTLINE',
      cat: 'cook FRONTLINE',
      dan: 'cook FRONTLINE',
    },
    courses: [
      { id: 'c:1', fixedCost: 100, costPerLearner: 10, expectedMinutes: 60 },
      { id: 'c:2' },
    ],
    kpis: [{ id: 'sales', valuePerUnit: 50 }],
    observations: [
      observe('ann', '2026-01-10', 10),
      observe('ann', '2026-03-01', 16),
      observe('bob', '2026-01-10', 10),
      observe('bob', '2026-03-01', 14),
      observe('cat', '2026-01-10', 10),
      observe('cat', '2026-03-01', 11),
      observe('dan', '2026-01-10', 10),
      observe('dan', '2026-03-01', 13),
    ],
    events: ANN_AND_BOB,
    ...more,
  });
}

/** What separates this ROI from its near misses. */
export const EXAMPLES: readonly MetricExample<TrainingRoiArguments, TrainingRoi>[] = [
  {
    title: 'What the learners gained beyond the controls, and what it cost',
    given: trainCooks(),
    asked: ASKED,
    expect: {
      '': {
        learners: 2,
        completions: 2,
        fixedCost: 100,
        perLearnerCost: 20,
        learnerTimeCost: 40,
        cost: 160,
        // (5 − 2) × 50 × 2 learners × 3 months
        benefit: 900,
        netBenefit: 740,
        roi: 4.625,
        benefitCostRatio: 5.625,
        paybackMonths: 160 / 300,
        method: 'DIFFERENCE_IN_DIFFERENCES',
        effects: [
          {
            kpi: 'sales',
            learners: 2,
            controls: 2,
            effect: 3,
            // √(2/2 + 2/2)
            standardError: Math.SQRT2,
            interval: { low: 3 - 1.96 * Math.SQRT2, high: 3 + 1.96 * Math.SQRT2 },
            benefit: 900,
          },
        ],
        sensitivity: {
          low: ((3 - 1.96 * Math.SQRT2) * 300 - 160) / 160,
          high: ((3 + 1.96 * Math.SQRT2) * 300 - 160) / 160,
        },
      },
    },
  },
  {
    title: 'Where less is better, the unfavourable end of the interval is its upper one',
    given: trainCooks({
      kpis: [{ id: 'sales', valuePerUnit: -50, isolation: 0.5, confidence: 0.8 }],
    }),
    asked: ASKED,
    expect: {
      '': {
        benefit: -360,
        paybackMonths: null,
        sensitivity: {
          low: ((3 + 1.96 * Math.SQRT2) * -120 - 160) / 160,
          high: ((3 - 1.96 * Math.SQRT2) * -120 - 160) / 160,
        },
      },
    },
  },
  {
    title: 'Without a control in the cell, the change of the learners alone, and it says so',
    given: trainCooks({
      staff: {
        ann: 'cook FRONTLINE',
        bob: 'cook FRONTLINE',
        cat: 'cook DESK',
        dan: 'chef FRONTLINE',
      },
    }),
    asked: ASKED,
    expect: {
      '': {
        benefit: 1500,
        method: 'BEFORE_AFTER',
        effects: [
          { learners: 2, controls: 0, effect: 5, standardError: 1, method: 'BEFORE_AFTER' },
        ],
      },
    },
  },
  {
    title:
      'Who completes the course later, within the after window, is no control; after it, is one',
    given: trainCooks({
      events: [
        ...ANN_AND_BOB,
        // The control pivot is ann's 2026-02-01, the lower median; 90 days later is 2026-05-02.
        did('cat', 'COMPLETED', '2026-05-02', { course: 'c:1' }),
        did('dan', 'COMPLETED', '2026-05-02T00:00:01Z', { course: 'c:1' }),
      ],
    }),
    asked: ASKED,
    expect: {
      '': {
        learners: 2,
        effects: [{ controls: 1, effect: 2, standardError: null, interval: null }],
        sensitivity: null,
      },
    },
  },
  {
    title: 'A learner without observations on both sides costs, and gives no benefit',
    given: trainCooks({
      observations: [
        observe('ann', '2026-01-10', 10),
        observe('ann', '2026-03-01', 16),
        // At the pivot itself: neither before nor after.
        observe('bob', '2026-02-03', 10),
        observe('bob', '2026-03-01', 14),
      ],
    }),
    asked: ASKED,
    expect: {
      '': { learners: 2, cost: 160, benefit: 900, effects: [{ learners: 1, effect: 6 }] },
    },
  },
  {
    title: 'No observations at all: the cost is lost',
    given: trainCooks({ observations: [] }),
    asked: ASKED,
    expect: {
      '': {
        benefit: 0,
        netBenefit: -160,
        roi: -1,
        paybackMonths: null,
        method: null,
        effects: [],
        sensitivity: null,
      },
    },
  },
  {
    title:
      'Measured time replaces the expected one: all the time on the course before the period ends',
    given: trainCooks({
      events: [
        ...ANN_AND_BOB,
        did('ann', 'ENGAGED', '2026-01-05', { course: 'c:1', seconds: 3600 }),
        did('ann', 'ENGAGED', '2026-02-20', { course: 'c:1', seconds: 3600 }),
        did('ann', 'ENGAGED', '2026-03-01', { course: 'c:1', seconds: 3600 }),
        did('ann', 'ENGAGED', '2026-02-20', { course: 'c:2', seconds: 3600 }),
      ],
    }),
    asked: ASKED,
    expect: { '': { learnerTimeCost: 60 } },
  },
  {
    title: 'A slice bears its part of the fixed cost, by its pairs among all of the period',
    given: trainCooks({
      assignments: [{ personId: 'bob', from: '2026-02-02', role: 'chef', segment: 'FRONTLINE' }],
    }),
    asked: { ...ASKED, by: ['ROLE'], where: { roles: ['cook'] } },
    expect: { cook: { completions: 1, fixedCost: 50, perLearnerCost: 10 } },
  },
  {
    title:
      'A second completion in the period is no second pair, one of another course is, of the same learner',
    given: trainCooks({
      events: [
        ...ANN_AND_BOB,
        did('ann', 'COMPLETED', '2026-02-10', { course: 'c:1' }),
        did('ann', 'COMPLETED', '2026-02-11', { course: 'c:2' }),
      ],
    }),
    asked: ASKED,
    expect: {
      '': { completions: 3, learners: 2, effects: [{ learners: 2, controls: 2, effect: 3 }] },
    },
  },
  {
    title: 'For one course, who completed only another can be a control',
    given: trainCooks({
      events: [...ANN_AND_BOB, did('cat', 'COMPLETED', '2026-02-04', { course: 'c:2' })],
    }),
    asked: { ...ASKED, args: { courses: ['c:1'] } },
    expect: { '': { learners: 2, effects: [{ controls: 2, effect: 3 }] } },
  },
  {
    title: 'Groups that drifted apart before the training give a warning',
    given: trainCooks({
      observations: [
        ...['ann', 'bob'].flatMap((id, index) => [
          observe(id, '2025-11-20', 1 + index),
          observe(id, '2026-01-10', 10),
          observe(id, '2026-03-01', 10),
        ]),
        ...['cat', 'dan'].flatMap((id, index) => [
          observe(id, '2025-11-20', 9 + index),
          observe(id, '2026-01-10', 10),
          observe(id, '2026-03-01', 10),
        ]),
      ],
    }),
    asked: ASKED,
    // Learners rose by 9 and 8, the others by 1 and 0.
    expect: { '': { effects: [{ preTrend: { difference: 8, warning: true } }] } },
  },
];
