import type { ReactNode } from 'react';
import {
  Bar,
  BarChart,
  CartesianGrid,
  ErrorBar,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatCell, type Unit } from '../table.tsx';

export interface IntervalBar {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const BAR_HEIGHT_PX = 34;
const AXES_HEIGHT_PX = 48;

/** A bar each with its 95 % interval; the labels need the width, so the bars lie. */
export function IntervalBars({
  label,
  unit,
  bars,
}: {
  readonly label: string;
  readonly unit: Unit;
  readonly bars: readonly IntervalBar[];
}): ReactNode {
  if (bars.length === 0) return <p>Nothing to show in this period.</p>;
  const data = bars.map(({ name, value, low, high }) => ({
    name,
    value,
    spread: [value - low, high - value],
  }));
  return (
    <div role="img" aria-label={describeBars(label, unit, bars)}>
      <ResponsiveContainer width="100%" height={bars.length * BAR_HEIGHT_PX + AXES_HEIGHT_PX}>
        <BarChart data={data} layout="vertical" margin={{ right: 24 }} accessibilityLayer={false}>
          <CartesianGrid horizontal={false} stroke="var(--line)" />
          <XAxis type="number" tickFormatter={(value: number) => formatCell(value, unit)} />
          <YAxis type="category" dataKey="name" width={170} tickLine={false} interval={0} />
          <Tooltip
            formatter={(value) => formatCell(Number(value), unit)}
            cursor={{ fill: 'var(--hover)' }}
          />
          <ReferenceLine x={0} stroke="var(--text)" />
          <Bar
            dataKey="value"
            name={label}
            fill="var(--accent)"
            isAnimationActive={false}
            barSize={18}
          >
            <ErrorBar
              dataKey="spread"
              direction="x"
              width={5}
              stroke="var(--text)"
              isAnimationActive={false}
            />
          </Bar>
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

function describeBars(label: string, unit: Unit, bars: readonly IntervalBar[]): string {
  const values = bars.map(({ name, value }) => `${name} ${formatCell(value, unit)}`);
  return `${label}: ${values.join(', ')}. The table has the intervals.`;
}
