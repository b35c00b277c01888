import { Temporal } from 'temporal-polyfill';
import { PraxisError } from '../../statements/errors.ts';
import type { WorkforceFilter } from './metric.ts';
import type { Period } from './period.ts';
import type { Interval } from './statistics.ts';

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

export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

/**
 * 95 % interval of the difference `a − b` of independent estimates, from the 95 % interval of each: the method of
 * variance estimates recovery. For shares with Wilson's intervals it is Newcombe's method 10; for means with
 * symmetric intervals it is the usual one. G. Y. Zou and A. Donner (2008), Construction of confidence limits
 * about effect measures: a general approach, Statistics in Medicine 27.
 */
export function computeDifferenceInterval(a: Estimate, b: Estimate): Interval {
  const difference = a.value - b.value;
  return {
    low: difference - Math.hypot(a.value - a.interval.low, b.interval.high - b.value),
    high: difference + Math.hypot(a.interval.high - a.value, b.value - b.interval.low),
  };
}
