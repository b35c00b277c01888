import { Temporal } from 'temporal-polyfill';
import { PraxisError } from '../../statements/errors.ts';
import type { WorkforceFilter } from './metric.ts';
import type { Period } from './period.ts';

/** What a report is compared with: the period before it, another one, or another part of the workforce. */
export type Comparison =
  { readonly previous: true } | { readonly period: Period } | { readonly where: WorkforceFilter };

export interface Compared {
  readonly period: Period;
  readonly where: WorkforceFilter;
}

/** The other side of a comparison; `period` has valid dates. */
export function resolveComparison(comparison: Comparison, { period, where }: Compared): Compared {
  if ('previous' in comparison) return { period: findPrevious(period), where };
  if ('period' in comparison) return { period: comparison.period, where };
  return { period, where: comparison.where };
}

/**
 * The period that ends where this one begins: of as many months when this one is whole months from the same day
 * of the month, so that a quarter is compared with a quarter, else of as many days.
 */
function findPrevious(period: Period): Period {
  const from = Temporal.PlainDate.from(period.from);
  const length = from.until(Temporal.PlainDate.from(period.to), { largestUnit: 'months' });
  const before =
    length.days === 0
      ? from.subtract({ months: length.months })
      : from.subtract(from.until(Temporal.PlainDate.from(period.to)));
  if (before.year < 1970)
    throw new PraxisError('INVALID', `compareTo: there is no period before ${period.from}.`);
  return { ...period, from: before.toString(), to: period.from };
}
