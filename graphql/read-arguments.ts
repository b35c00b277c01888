import { PraxisError } from '../statements/errors.ts';
import type { AnalyticsContext } from './analytics-context.ts';
import type { Comparison } from './metrics/comparison.ts';
import type { WorkforceFilter } from './metrics/metric.ts';
import type { Period } from './metrics/period.ts';
import type * as Schema from './schema.generated.ts';

export function readPeriod({ from, to, timeZone }: Schema.Period): Period {
  return { from, to, timeZone: timeZone ?? 'UTC' };
}

/**
 * A field given as null is a field not given. Only who may see people may filter by who they are: it is the
 * one filter that can be made to fit any group.
 */
export function readFilter(
  filter: Schema.WorkforceFilter | null | undefined,
  { authorise }: Pick<AnalyticsContext, 'authorise'>,
): WorkforceFilter {
  const given = Object.fromEntries(
    Object.entries(filter ?? {}).filter(([, values]) => values !== null),
  );
  if ('people' in given) authorise('people/read');
  return given;
}

/** One of three, by the schema. */
export function readComparison(
  comparison: Schema.Comparison | null | undefined,
  context: Parameters<typeof readFilter>[1],
): Comparison | null {
  if (comparison === null || comparison === undefined) return null;
  if (comparison.period) return { period: readPeriod(comparison.period) };
  if (comparison.where) return { where: readFilter(comparison.where, context) };
  if (comparison.previous) return { previous: true };
  throw new PraxisError('INVALID', 'compareTo: previous can only be true; leave compareTo out.');
}
