import type { ReactNode } from 'react';
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Legend,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { SEGMENT_NAMES, SEGMENT_STYLES, SEGMENTS, type Segment } from '../segments.ts';
import { formatCell, type Unit } from '../table.tsx';

export interface SegmentPoint {
  readonly at: string | number;
  readonly values: Partial<Record<Segment, number>>;
  readonly intervals?: Partial<Record<Segment, readonly [number, number]>>;
}

const HEIGHT_PX = 300;

/** One line a segment, with its 95 % interval as a band when there is one. */
export function SegmentLines({
  label,
  unit,
  points,
  axis,
  isStepped = false,
}: {
  readonly label: string;
  readonly unit: Unit;
  readonly points: readonly SegmentPoint[];
  /** What stands along the bottom; a number axis keeps the distances. */
  readonly axis: { readonly type: 'category' | 'number'; readonly name: string };
  readonly isStepped?: boolean;
}): ReactNode {
  const shown = SEGMENTS.filter((segment) => points.some(({ values }) => segment in values));
  if (shown.length === 0) return <p>Nothing to show in this period.</p>;
  return (
    <div role="img" aria-label={describeLines(label, unit, points, shown)}>
      <ResponsiveContainer width="100%" height={HEIGHT_PX}>
        <ComposedChart
          data={[...points]}
          accessibilityLayer={false}
          margin={{ right: 16, bottom: 16 }}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="at"
            type={axis.type}
            {...(axis.type === 'number' ? { domain: ['dataMin', 'dataMax'] } : {})}
            label={{ value: axis.name, position: 'insideBottom', offset: -10, fill: 'var(--text)' }}
          />
          <YAxis
            domain={[0, unit === 'percent' ? 1 : 'auto']}
            tickFormatter={(value: number) => formatCell(value, unit)}
          />
          <Tooltip formatter={(value) => formatTip(value, unit)} />
          <Legend position="top" />
          {shown.map((segment) => (
            <Area
              key={`${segment} band`}
              dataKey={({ intervals }: SegmentPoint) => intervals?.[segment]}
              fill={SEGMENT_STYLES[segment].color}
              fillOpacity={0.15}
              stroke="none"
              legendType="none"
              tooltipType="none"
              isAnimationActive={false}
              activeDot={false}
            />
          ))}
          {shown.map((segment) => (
            <Line
              key={segment}
              name={SEGMENT_NAMES[segment]}
              dataKey={({ values }: SegmentPoint) => values[segment]}
              type={isStepped ? 'stepAfter' : 'linear'}
              stroke={SEGMENT_STYLES[segment].color}
              strokeDasharray={SEGMENT_STYLES[segment].dash}
              strokeWidth={2}
              dot={false}
              connectNulls={isStepped}
              isAnimationActive={false}
            />
          ))}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

function formatTip(value: unknown, unit: Unit): string {
  return typeof value === 'number' ? formatCell(value, unit) : '';
}

function describeLines(
  label: string,
  unit: Unit,
  points: readonly SegmentPoint[],
  shown: readonly Segment[],
): string {
  const ends = shown.map((segment) => {
    const own = points.flatMap(({ values }) => values[segment] ?? []);
    return `${SEGMENT_NAMES[segment]} from ${formatCell(own[0], unit)} to ${formatCell(own.at(-1), unit)}`;
  });
  return `${label}: ${ends.join(', ')}. The table has every point.`;
}
