import type { ReactNode } from 'react';
import { IntervalBars } from '../charts/interval-bars.tsx';
import { SegmentLines, type SegmentPoint } from '../charts/segment-lines.tsx';
import { Figure } from '../figure.tsx';
import { ReportFilters } from '../filters.tsx';
import { useReportLink, variablesOf, type ReportLink } from '../report-link.ts';
import { countSuppressed, type Interval } from '../report-types.ts';
import { SEGMENT_NAMES, type Segment } from '../segments.ts';
import type { Table } from '../table.tsx';

const MEANING =
  'Of the skills that people completed a course for in the period, the share they used on the job within 90 days. The line on a bar is the 95 % interval.';

export function ApplicationPage(): ReactNode {
  const [link] = useReportLink();
  return (
    <>
      <h1>Skill application</h1>
      <ReportFilters />
      <BarsFigure
        link={link}
        title="Application by skill"
        query={makeBarsQuery('SKILL', 'skill { name }')}
        nameOf={({ skill }) => skill?.name ?? null}
      />
      <BarsFigure
        link={link}
        title="Application by role"
        query={makeBarsQuery('ROLE', 'role')}
        nameOf={({ role }) => role ?? null}
      />
      <CurveFigure link={link} />
    </>
  );
}

// Rates -----------------------------------------------------------------------------------------

interface BarsData {
  readonly workforce: { readonly slices: readonly BarsSlice[] };
}

interface BarsSlice {
  readonly skill?: { readonly name: string } | null;
  readonly role?: string | null;
  readonly suppressed: boolean;
  readonly skillApplication: {
    readonly matured: number | null;
    readonly applied: number | null;
    readonly rate: number | null;
    readonly interval: Interval | null;
    readonly medianDaysToApply: number | null;
    readonly maintained: { readonly rate: number | null } | null;
  };
}

function makeBarsQuery(dimension: string, field: string): string {
  return `query Application($period: Period!, $where: WorkforceFilter) {
  workforce(period: $period, by: [${dimension}], where: $where) {
    slices {
      ${field}
      suppressed
      skillApplication {
        matured applied rate interval { low high } medianDaysToApply maintained { rate }
      }
    }
  }
}`;
}

function BarsFigure({
  link,
  title,
  query,
  nameOf,
}: {
  readonly link: ReportLink;
  readonly title: string;
  readonly query: string;
  readonly nameOf: (slice: BarsSlice) => string | null;
}): ReactNode {
  return (
    <Figure<BarsData>
      title={title}
      meaning={MEANING}
      query={{
        query,
        variables: variablesOf(link),
      }}
      countHidden={countSuppressed}
      table={({ workforce }) => makeBarsTable(workforce.slices, nameOf)}
      chart={({ workforce }) => (
        <IntervalBars
          label={title}
          unit="percent"
          bars={workforce.slices
            .flatMap((slice) => {
              const { rate, interval } = slice.skillApplication;
              if (rate === null || interval === null) return [];
              return [{ name: nameOf(slice) ?? 'None', value: rate, ...interval }];
            })
            .sort((a, b) => b.value - a.value)}
        />
      )}
    />
  );
}

function makeBarsTable(
  slices: readonly BarsSlice[],
  nameOf: (slice: BarsSlice) => string | null,
): Table {
  return {
    columns: [
      { name: 'Name', unit: 'text' },
      { name: 'Matured', unit: 'count' },
      { name: 'Applied', unit: 'count' },
      { name: 'Rate', unit: 'percent' },
      { name: 'From', unit: 'percent' },
      { name: 'To', unit: 'percent' },
      { name: 'Median days', unit: 'days' },
      { name: 'Still in use', unit: 'percent' },
    ],
    rows: slices.map((slice) => {
      const { matured, applied, rate, interval, medianDaysToApply, maintained } =
        slice.skillApplication;
      return [
        nameOf(slice),
        matured,
        applied,
        rate,
        interval?.low ?? null,
        interval?.high ?? null,
        medianDaysToApply,
        maintained?.rate ?? null,
      ];
    }),
  };
}

// Curve -----------------------------------------------------------------------------------------

const CURVE = `query ApplicationCurve($period: Period!, $where: WorkforceFilter) {
  workforce(period: $period, by: [SEGMENT], where: $where) {
    slices {
      segment
      suppressed
      skillApplication { curve { day notYetApplied atRisk } }
    }
  }
}`;

interface CurveData {
  readonly workforce: {
    readonly slices: readonly {
      readonly segment: Segment;
      readonly suppressed: boolean;
      readonly skillApplication: { readonly curve: readonly CurvePoint[] };
    }[];
  };
}

interface CurvePoint {
  readonly day: number;
  readonly notYetApplied: number;
  readonly atRisk: number;
}

function CurveFigure({ link }: { readonly link: ReportLink }): ReactNode {
  return (
    <Figure<CurveData>
      title="How soon it is applied"
      meaning="The share who have used the skill so many days after the course (Kaplan–Meier: who left or is not there yet counts for as long as they could be seen)."
      query={{
        query: CURVE,
        variables: variablesOf(link),
      }}
      countHidden={countSuppressed}
      table={({ workforce }) => ({
        columns: [
          { name: 'Segment', unit: 'text' },
          { name: 'Day', unit: 'days' },
          { name: 'Not yet applied', unit: 'percent' },
          { name: 'At risk', unit: 'count' },
        ],
        rows: workforce.slices.flatMap(({ segment, skillApplication: { curve } }) =>
          curve.map(({ day, notYetApplied, atRisk }) => [
            SEGMENT_NAMES[segment],
            day,
            notYetApplied,
            atRisk,
          ]),
        ),
      })}
      chart={({ workforce }) => (
        <SegmentLines
          label="Share that has applied the skill"
          unit="percent"
          axis={{ type: 'number', name: 'Days since completing the course' }}
          isStepped
          points={workforce.slices
            .flatMap(({ segment, skillApplication: { curve } }) =>
              curve.map(({ day, notYetApplied }): SegmentPoint => ({
                at: Math.round(10 * day) / 10,
                values: { [segment]: 1 - notYetApplied },
              })),
            )
            .sort((a, b) => Number(a.at) - Number(b.at))}
        />
      )}
    />
  );
}
