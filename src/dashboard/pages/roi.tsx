import type { ReactNode } from 'react';
import { IntervalBars } from '../charts/interval-bars.tsx';
import { Figure } from '../figure.tsx';
import { ReportFilters } from '../filters.tsx';
import { useReportLink, variablesOf, type ReportLink } from '../report-link.ts';
import { countSuppressed, type Interval } from '../report-types.ts';
import { formatCell, type Table } from '../table.tsx';
import { describeMethod } from './overview.tsx';

const ROI = `query Roi($period: Period!, $where: WorkforceFilter) {
  workforce(period: $period, by: [COURSE], where: $where) {
    slices {
      course { name }
      suppressed
      trainingRoi {
        learners completions cost benefit netBenefit roi paybackMonths method sensitivity { low high }
        effects { kpi effect interval { low high } learners controls preTrend { warning } }
      }
    }
  }
}`;

interface RoiData {
  readonly workforce: { readonly slices: readonly RoiSlice[] };
}

interface RoiSlice {
  readonly course: { readonly name: string } | null;
  readonly suppressed: boolean;
  readonly trainingRoi: {
    readonly learners: number | null;
    readonly completions: number | null;
    readonly cost: number | null;
    readonly benefit: number | null;
    readonly netBenefit: number | null;
    readonly roi: number | null;
    readonly paybackMonths: number | null;
    readonly method: string | null;
    readonly sensitivity: Interval | null;
    readonly effects: readonly Effect[];
  };
}

interface Effect {
  readonly kpi: string;
  readonly effect: number | null;
  readonly interval: Interval | null;
  readonly learners: number;
  readonly controls: number;
  readonly preTrend: { readonly warning: boolean } | null;
}

export function RoiPage(): ReactNode {
  const [link] = useReportLink();
  return (
    <>
      <h1>Training ROI</h1>
      <ReportFilters />
      <RoiFigure link={link} />
      <EffectsFigure link={link} />
    </>
  );
}

function RoiFigure({ link }: { readonly link: ReportLink }): ReactNode {
  return (
    <Figure<RoiData>
      title="ROI by course"
      meaning="What a course gave for what it cost: 0 % pays for itself, 100 % gives twice its cost. The line runs from every effect at the unfavourable end of its interval to every effect at the favourable end. Courses whose people had no result observed before and after are in the table only."
      query={{ query: ROI, variables: variablesOf(link) }}
      countHidden={countSuppressed}
      table={makeRoiTable}
      chart={({ workforce }) => (
        <>
          <IntervalBars
            label="ROI by course"
            unit="percent"
            bars={workforce.slices
              .flatMap(({ course, trainingRoi: { roi, sensitivity, method } }) =>
                roi === null || sensitivity === null || method === null
                  ? []
                  : [{ name: course?.name ?? 'None', value: roi, ...sensitivity }],
              )
              .sort((a, b) => b.value - a.value)}
          />
          <ul className="facts">
            {workforce.slices.flatMap(({ course, trainingRoi }) =>
              trainingRoi.method === null
                ? []
                : [
                    <li key={course?.name}>
                      <strong>{course?.name}</strong>: cost {formatCell(trainingRoi.cost, 'money')},
                      benefit {formatCell(trainingRoi.benefit, 'money')},{' '}
                      {describeMethod(trainingRoi.method)}.
                    </li>,
                  ],
            )}
          </ul>
        </>
      )}
    />
  );
}

function makeRoiTable({ workforce }: RoiData): Table {
  return {
    columns: [
      { name: 'Course', unit: 'text' },
      { name: 'Learners', unit: 'count' },
      { name: 'Completions', unit: 'count' },
      { name: 'Cost', unit: 'money' },
      { name: 'Benefit', unit: 'money' },
      { name: 'Net benefit', unit: 'money' },
      { name: 'ROI', unit: 'percent' },
      { name: 'From', unit: 'percent' },
      { name: 'To', unit: 'percent' },
      { name: 'Payback (months)', unit: 'days' },
      { name: 'Method', unit: 'text' },
    ],
    rows: workforce.slices.map(({ course, trainingRoi: roi }) => [
      course?.name ?? null,
      roi.learners,
      roi.completions,
      roi.cost,
      roi.benefit,
      roi.netBenefit,
      roi.roi,
      roi.sensitivity?.low ?? null,
      roi.sensitivity?.high ?? null,
      roi.paybackMonths,
      roi.method,
    ]),
  };
}

function EffectsFigure({ link }: { readonly link: ReportLink }): ReactNode {
  return (
    <Figure<RoiData>
      title="What moved"
      meaning="By how much each result changed for learners, less its change for colleagues of the same role and segment who were not trained, in the result's own unit. A drift before the course warns that the two were parting already."
      query={{ query: ROI, variables: variablesOf(link) }}
      countHidden={countSuppressed}
      table={makeEffectsTable}
      chart={({ workforce }) => (
        <ul className="facts">
          {workforce.slices.flatMap(({ course, trainingRoi: { effects } }) =>
            effects.map((effect) => (
              <li key={`${course?.name} ${effect.kpi}`}>
                <strong>{course?.name}</strong> on {effect.kpi}: {describeEffect(effect)}
              </li>
            )),
          )}
        </ul>
      )}
    />
  );
}

function describeEffect({ effect, interval, preTrend }: Effect): string {
  if (effect === null) return 'too few people to say.';
  const size = formatCell(effect, 'number');
  const warning =
    preTrend?.warning === true ? ' The groups were drifting apart before the course.' : '';
  if (interval === null) return `${size}, without an interval.${warning}`;
  const range = `${formatCell(interval.low, 'number')} to ${formatCell(interval.high, 'number')}`;
  const isNothing = interval.low <= 0 && interval.high >= 0;
  return `${size} (${range})${isNothing ? ', which can be nothing at all' : ''}.${warning}`;
}

function makeEffectsTable({ workforce }: RoiData): Table {
  return {
    columns: [
      { name: 'Course', unit: 'text' },
      { name: 'Result', unit: 'text' },
      { name: 'Effect', unit: 'number' },
      { name: 'From', unit: 'number' },
      { name: 'To', unit: 'number' },
      { name: 'Learners', unit: 'count' },
      { name: 'Controls', unit: 'count' },
      { name: 'Drift before', unit: 'text' },
    ],
    rows: workforce.slices.flatMap(({ course, trainingRoi: { effects } }) =>
      effects.map(({ kpi, effect, interval, learners, controls, preTrend }) => [
        course?.name ?? null,
        kpi,
        effect,
        interval?.low ?? null,
        interval?.high ?? null,
        learners,
        controls,
        preTrend?.warning === true ? 'yes' : 'no',
      ]),
    ),
  };
}
