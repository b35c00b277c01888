import type { ReactNode } from 'react';
import { useAnswer } from '../answer.ts';
import { SegmentLines, type SegmentPoint } from '../charts/segment-lines.tsx';
import { Figure } from '../figure.tsx';
import { ReportFilters } from '../filters.tsx';
import { filterOf, periodOf, useReportLink, variablesOf, type ReportLink } from '../report-link.ts';
import { countSuppressed, type Interval } from '../report-types.ts';
import { SEGMENT_NAMES, type Segment } from '../segments.ts';
import { formatCell, type Table, type Unit } from '../table.tsx';

export function OverviewPage(): ReactNode {
  const [link] = useReportLink();
  return (
    <>
      <h1>Does training turn into work?</h1>
      <ReportFilters />
      <Headline link={link} />
      <ParticipationFigure link={link} />
      <GapFigure link={link} />
    </>
  );
}

// Headline --------------------------------------------------------------------------------------

const HEADLINE = `query Headline($period: Period!, $where: WorkforceFilter, $compareTo: Comparison) {
  workforce(period: $period, where: $where, compareTo: $compareTo) {
    asOf
    unmappedShare
    slices {
      headcount
      participation { active rate interval { low high } }
      skillApplication { matured applied rate interval { low high } medianDaysToApply }
      trainingRoi { completions cost benefit roi method sensitivity { low high } }
      changes { measure difference interval { low high } }
    }
  }
}`;

interface HeadlineData {
  readonly workforce: {
    readonly asOf: string;
    readonly unmappedShare: number;
    readonly slices: readonly HeadlineSlice[];
  };
}

interface HeadlineSlice {
  readonly headcount: number | null;
  readonly participation: { rate: number | null; interval: Interval | null } | null;
  readonly skillApplication: {
    rate: number | null;
    interval: Interval | null;
    medianDaysToApply: number | null;
  } | null;
  readonly trainingRoi: {
    cost: number | null;
    benefit: number | null;
    roi: number | null;
    sensitivity: Interval | null;
    method: string | null;
  } | null;
  readonly changes: readonly Change[];
}

interface Change {
  readonly measure: string;
  readonly difference: number | null;
  readonly interval: Interval | null;
}

function Headline({ link }: { readonly link: ReportLink }): ReactNode {
  const { data, error, isFetching } = useAnswer<HeadlineData>({
    query: HEADLINE,
    variables: {
      ...variablesOf(link),
      compareTo: link.compareTo === null ? null : { previous: true },
    },
  });
  if (error !== null) return <p role="alert">{error.message}</p>;
  if (data === undefined) return <p className="waiting">Counting…</p>;
  const { asOf, unmappedShare, slices } = data.workforce;
  const [slice] = slices;
  const { participation, skillApplication, trainingRoi, changes = [] } = slice ?? {};
  return (
    <section aria-label="The period in short" aria-busy={isFetching}>
      <dl className="tiles">
        <Tile
          name="People"
          value={slice?.headcount}
          unit="count"
          note="with an assignment in the period"
        />
        <Tile
          name="Take part"
          value={participation?.rate}
          unit="percent"
          interval={participation?.interval}
          change={changes.find(({ measure }) => measure === 'participation.rate')}
        />
        <Tile
          name="Apply what they learned"
          value={skillApplication?.rate}
          unit="percent"
          interval={skillApplication?.interval}
          change={changes.find(({ measure }) => measure === 'skillApplication.rate')}
          note={describeMedian(skillApplication?.medianDaysToApply)}
        />
        <Tile
          name="Training ROI"
          value={trainingRoi?.roi}
          unit="percent"
          interval={trainingRoi?.sensitivity}
          change={changes.find(({ measure }) => measure === 'trainingRoi.roi')}
          note={describeMethod(trainingRoi?.method)}
        />
      </dl>
      <p className="hint">
        {describeAsOf(asOf)} {formatCell(unmappedShare, 'percent')} of the statements could not be
        counted.
      </p>
    </section>
  );
}

/** A warehouse that reads the log from the start, after an upgrade, stands at the beginning of time. */
function describeAsOf(asOf: string): string {
  return asOf.startsWith('1970')
    ? 'The numbers are being made from the log and are not complete yet; load the page again in a minute.'
    : `As of ${new Date(asOf).toLocaleString('en')}.`;
}

function describeMedian(days: number | null | undefined): string {
  return days == null
    ? 'within 90 days of completing a course'
    : `within 90 days; half of them after ${formatCell(days, 'days')} days`;
}

export function describeMethod(method: string | null | undefined): string {
  switch (method) {
    case 'DIFFERENCE_IN_DIFFERENCES':
      return 'against colleagues who were not trained';
    case 'BEFORE_AFTER':
      return 'before and after, for want of a comparison';
    default:
      return 'no result was observed before and after';
  }
}

function Tile({
  name,
  value,
  unit,
  interval,
  change,
  note,
}: {
  readonly name: string;
  readonly value: number | null | undefined;
  readonly unit: Unit;
  readonly interval?: Interval | null | undefined;
  readonly change?: Change | undefined;
  readonly note?: string;
}): ReactNode {
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd className="value">{formatCell(value, unit)}</dd>
      {interval != null && (
        <dd>
          {formatCell(interval.low, unit)} to {formatCell(interval.high, unit)}
        </dd>
      )}
      {change !== undefined && <dd>{describeChange(change)}</dd>}
      {note !== undefined && <dd>{note}</dd>}
    </div>
  );
}

function describeChange({ difference, interval }: Change): string {
  if (difference === null) return 'not to be compared with the period before';
  const points = (value: number): string => formatCell(100 * value, 'points');
  const range = interval === null ? '' : ` (${points(interval.low)} to ${points(interval.high)})`;
  return `${points(difference)} points on the period before${range}`;
}

// Participation ---------------------------------------------------------------------------------

const PARTICIPATION = `query Participation($period: Period!, $where: WorkforceFilter) {
  workforce(period: $period, by: [SEGMENT], grain: MONTH, where: $where) {
    slices {
      segment
      bucket { from }
      suppressed
      participation { active headcount rate interval { low high } }
    }
  }
}`;

interface ParticipationData {
  readonly workforce: { readonly slices: readonly ParticipationSlice[] };
}

interface ParticipationSlice {
  readonly segment: Segment;
  readonly bucket: { readonly from: string };
  readonly suppressed: boolean;
  readonly participation: {
    readonly active: number | null;
    readonly headcount: number | null;
    readonly rate: number | null;
    readonly interval: Interval | null;
  };
}

function ParticipationFigure({ link }: { readonly link: ReportLink }): ReactNode {
  return (
    <Figure<ParticipationData>
      title="Participation by segment"
      meaning="Of the people employed in a month, the share who did something with learning material in it. The band is the 95 % interval."
      query={{
        query: PARTICIPATION,
        variables: variablesOf(link),
      }}
      table={makeParticipationTable}
      countHidden={countSuppressed}
      chart={({ workforce }) => (
        <SegmentLines
          label="Participation by month"
          unit="percent"
          axis={{ type: 'category', name: 'Month' }}
          points={gatherMonths(workforce.slices)}
        />
      )}
    />
  );
}

function monthOf({ bucket }: ParticipationSlice): string {
  return bucket.from.slice(0, 7);
}

function gatherMonths(slices: readonly ParticipationSlice[]): readonly SegmentPoint[] {
  return [...Map.groupBy(slices, monthOf)].map(([at, cells]) => ({
    at,
    values: Object.fromEntries(
      cells.flatMap(({ segment, participation: { rate } }) =>
        rate === null ? [] : [[segment, rate]],
      ),
    ),
    intervals: Object.fromEntries(
      cells.flatMap(({ segment, participation: { interval } }) =>
        interval === null ? [] : [[segment, [interval.low, interval.high]]],
      ),
    ),
  }));
}

function makeParticipationTable({ workforce }: ParticipationData): Table {
  return {
    columns: [
      { name: 'Month', unit: 'text' },
      { name: 'Segment', unit: 'text' },
      { name: 'Active', unit: 'count' },
      { name: 'Headcount', unit: 'count' },
      { name: 'Rate', unit: 'percent' },
      { name: 'From', unit: 'percent' },
      { name: 'To', unit: 'percent' },
    ],
    rows: workforce.slices.map((slice) => {
      const { active, headcount, rate, interval } = slice.participation;
      const bounds = [interval?.low ?? null, interval?.high ?? null];
      return [monthOf(slice), SEGMENT_NAMES[slice.segment], active, headcount, rate, ...bounds];
    }),
  };
}

// Gap -------------------------------------------------------------------------------------------

const GAP = `query Gap($period: Period!, $desk: WorkforceFilter!, $frontline: WorkforceFilter!) {
  participationGap(period: $period, a: $desk, b: $frontline, decomposeBy: DEPARTMENT) {
    a { active headcount rate }
    b { active headcount rate }
    percentagePoints
    interval { low high }
    ratio
    decomposition { value composition rate }
  }
}`;

interface Side {
  readonly active: number | null;
  readonly headcount: number | null;
  readonly rate: number | null;
}

interface GapData {
  readonly participationGap: {
    readonly a: Side;
    readonly b: Side;
    readonly percentagePoints: number | null;
    readonly interval: Interval | null;
    readonly ratio: number | null;
    readonly decomposition: readonly { value: string; composition: number; rate: number }[];
  };
}

function GapFigure({ link }: { readonly link: ReportLink }): ReactNode {
  const { role, department } = link;
  const where = filterOf({ ...link, segment: null, role, department });
  return (
    <Figure<GapData>
      title="The gap between desk and frontline"
      meaning="Desk less frontline, over the whole period. Parts say how much of it is where people work (make-up) and how much is that people of one department take part differently (rate)."
      query={{
        query: GAP,
        variables: {
          period: periodOf(link),
          desk: { ...where, segments: ['DESK'] },
          frontline: { ...where, segments: ['FRONTLINE'] },
        },
      }}
      table={({ participationGap: { decomposition } }) => ({
        columns: [
          { name: 'Department', unit: 'text' },
          { name: 'By make-up (points)', unit: 'points' },
          { name: 'By rate (points)', unit: 'points' },
        ],
        rows: decomposition.map(({ value, composition, rate }) => [value, composition, rate]),
      })}
      chart={({ participationGap }) => <GapSentence gap={participationGap} />}
    />
  );
}

function GapSentence({ gap }: { readonly gap: GapData['participationGap'] }): ReactNode {
  const { a, b, percentagePoints, interval, ratio } = gap;
  if (percentagePoints === null || interval === null)
    return <p>Too few people on one side to compare the two.</p>;
  return (
    <p className="sentence">
      <strong>{formatCell(percentagePoints, 'points')} points</strong> (
      {formatCell(interval.low, 'points')} to {formatCell(interval.high, 'points')}): of the desk{' '}
      {formatCell(a.rate, 'percent')} took part, of the frontline {formatCell(b.rate, 'percent')}
      {ratio !== null && `, ${formatCell(ratio, 'number')} times as many`}.
    </p>
  );
}
