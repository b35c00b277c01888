/** `docs/metrics.md`, from the metrics themselves. */
import { AUDIT_DEFINITION } from '../graphql/metrics/audit.ts';
import { METRICS } from '../graphql/metrics/registry.ts';
import type { Metric, MetricExample } from '../graphql/metrics/metric.ts';
import { PILOT_DEFINITION } from '../graphql/metrics/pilot.ts';
import { RETENTION_DEFINITION } from '../graphql/metrics/retention.ts';
import { ALL_DIMENSIONS } from '../graphql/metrics/scope.ts';
import { NEXT_STEPS_DEFINITION } from '../graphql/people/next-steps.ts';
import { escapeText as write, writeTable as table } from './markdown.ts';

/** Beside the metrics of a slice, what is a query of its own. */
const OTHERS: Readonly<Record<string, string>> = {
  retention: RETENTION_DEFINITION,
  pilot: PILOT_DEFINITION,
  audit: AUDIT_DEFINITION,
  nextSteps: NEXT_STEPS_DEFINITION,
};

const INTRODUCTION = `# Metrics

What each number means, exactly enough to compute it by hand. This page is written by \`npm run generate\` from
\`graphql/metrics/\`, where each metric is one file; the examples here are the tests that the SQL is held to.

A period is half-open: its first instant is in, its last is out. A *bucket* is a piece of the period (a day, ISO
week, month, quarter or year of its time zone), or the whole of it without a grain. Each slice has the numbers
of the same report filtered to it. *Events* are what rules read from statements: ENGAGED, COMPLETED, APPLIED,
ASSESSED, CONTRIBUTED, RATED; a voided statement has none. \`asOf\` is how far the statement log has been read. A
share whose denominator is 0 is null. A slice about fewer people than \`minGroupSize\` (5 by default) is suppressed:
its numbers are null, and so are those that would tell them by subtraction.

In the examples, events stand for the statements that gave them, and small groups are shown.`;

export function writeMetricsPage(): string {
  const metrics = Object.values(METRICS);
  return [
    INTRODUCTION,
    table(
      ['metric', 'unit'],
      metrics.map(({ name, unit }) => [`[${name}](#${name.toLowerCase()})`, unit]),
    ),
    ...metrics.map((metric) => writeMetric(metric)),
    '# Beside the slices',
    ...Object.entries(OTHERS).map(([name, definition]) => `## ${name}\n\n${write(definition)}`),
  ]
    .join('\n\n')
    .concat('\n');
}

/** What there is to say of a metric does not depend on the types of its arguments and its value. */
type AnyMetric = Pick<
  Metric<unknown, unknown>,
  'name' | 'unit' | 'definition' | 'source' | 'dimensions' | 'defaults'
> & { readonly examples: readonly Example[] };
type Example = Pick<MetricExample<unknown, unknown>, 'title' | 'given'> & {
  readonly asked: Omit<MetricExample<unknown, unknown>['asked'], 'args'> & {
    readonly args?: unknown;
  };
  readonly expect: Readonly<Record<string, unknown>>;
};

function writeMetric(metric: AnyMetric): string {
  const { name, unit, definition, source, dimensions, defaults, examples } = metric;
  const args = Object.entries(defaults ?? {}).map(
    ([argument, value]) => `\`${argument}\` (${JSON.stringify(value)} by default)`,
  );
  return [
    `## ${name}`,
    write(definition),
    [
      `- Unit: ${unit}.`,
      `- Dimensions: ${dimensions.length === ALL_DIMENSIONS.length ? 'all twelve' : dimensions.join(', ')}.`,
      ...(args.length > 0 ? [`- Arguments: ${args.join(', ')}.`] : []),
      ...(source === undefined ? [] : [`- Source: ${source}`]),
    ].join('\n'),
    ...examples.map(writeExample),
  ].join('\n\n');
}

function writeExample({ title, given, asked, expect }: Example): string {
  const { from, to, asOf, by, grain, where, args } = asked;
  const cut = [
    ...(by ?? []).map((dimension) => `by ${dimension}`),
    ...(grain === undefined ? [] : [`by ${grain}`]),
    ...(where === undefined ? [] : [`where ${JSON.stringify(where)}`]),
    ...(args === undefined ? [] : [`with ${JSON.stringify(args)}`]),
  ];
  return [
    `### ${write(title)}`,
    ...Object.entries(given).flatMap(([collection, records]) => writeRecords(collection, records)),
    `Asked ${[`from ${from} to ${to}`, ...cut, `as of ${asOf.slice(0, 10)}`].join(', ')}:`,
    table(
      ['slice', 'field', 'value'],
      Object.entries(expect).flatMap(([slice, value]) =>
        flatten(value).map(([path, leaf]) => [
          slice === '' ? 'all' : slice,
          path === '' ? 'value' : path,
          leaf,
        ]),
      ),
    ),
  ].join('\n\n');
}

function writeRecords(
  collection: string,
  records: readonly Readonly<Record<string, unknown>>[],
): readonly string[] {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  // People of whom nothing is told but that they are there.
  if (columns.length === 0 || columns.join() === 'id') return [];
  const rows = records.map((record) => columns.map((column) => cell(record[column])));
  return [`Given ${collection}:`, table(columns, rows)];
}

function flatten(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[path, cell(value)]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[path, 'none']];
  const isList = Array.isArray(value);
  return entries.flatMap(([key, inner]) =>
    flatten(inner, isList ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  );
}

const DIGITS = 6;

function cell(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(Number(value.toPrecision(DIGITS)));
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(cell).join(', ') : JSON.stringify(value);
}
