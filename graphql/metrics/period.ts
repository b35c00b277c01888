import { Temporal } from 'temporal-polyfill';
import { PraxisError } from '../../statements/errors.ts';
import type { Instant } from '../../statements/instant.ts';
import type { Bucket } from './metric.ts';

/** Dates as YYYY-MM-DD in `timeZone`; half-open. */
export interface Period {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

export type Grain = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

const BUCKETS_AT_MOST = 10_000;
/** Instants are microseconds since 1970 that must stay exact in a number. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2200;

/**
 * Cuts a period at the calendar's own boundaries in its time zone; the first and the last bucket are
 * shorter when the period starts or ends inside one. Without a grain, one bucket. Weeks are ISO weeks.
 */
export function cutPeriod(period: Period, grain: Grain | null): readonly Bucket[] {
  const from = parseDate(period.from, 'from');
  const to = parseDate(period.to, 'to');
  if (Temporal.PlainDate.compare(from, to) >= 0)
    throw new PraxisError(
      'INVALID',
      `The period is empty: from ${period.from} must be before to ${period.to}, which is not in it.`,
    );
  const toInstant = readTimeZone(period.timeZone);
  const boundaries = [...cutDates(from, to, grain)].map(toInstant);
  return (
    boundaries
      .slice(1)
      .map((end, index) => ({ from: boundaries[index] ?? end, to: end }))
      // A day that a zone skipped (Samoa, 2011-12-30) has no instant.
      .filter((bucket) => bucket.from < bucket.to)
      .map((bucket, index) => ({ index, ...bucket }))
  );
}

function* cutDates(
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  grain: Grain | null,
): Generator<Temporal.PlainDate> {
  let count = 0;
  let date = from;
  while (Temporal.PlainDate.compare(date, to) < 0) {
    count += 1;
    if (count > BUCKETS_AT_MOST)
      throw new PraxisError(
        'INVALID',
        `The period has more than ${BUCKETS_AT_MOST} buckets. Ask for a shorter period or a coarser grain.`,
      );
    yield date;
    date = grain === null ? to : startNext(date, grain);
  }
  yield to;
}

function startNext(date: Temporal.PlainDate, grain: Grain): Temporal.PlainDate {
  switch (grain) {
    case 'DAY':
      return date.add({ days: 1 });
    case 'WEEK':
      return date.add({ days: 8 - date.dayOfWeek });
    case 'MONTH':
      return date.with({ day: 1 }).add({ months: 1 });
    case 'QUARTER':
      return date.with({ day: 1 }).add({ months: 3 - ((date.month - 1) % 3) });
    case 'YEAR':
      return date.with({ day: 1, month: 1 }).add({ years: 1 });
  }
}

function parseDate(text: string, name: string): Temporal.PlainDate {
  const date = isDate(text) ? Temporal.PlainDate.from(text) : null;
  if (date === null || date.year < FIRST_YEAR || date.year > LAST_YEAR)
    throw new PraxisError(
      'INVALID',
      `${name} must be a date YYYY-MM-DD from ${FIRST_YEAR} to ${LAST_YEAR}, not "${text}".`,
    );
  return date;
}

/** A day of the calendar written YYYY-MM-DD. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function readTimeZone(timeZone: string): (date: Temporal.PlainDate) => Instant {
  const toInstant = (date: Temporal.PlainDate): Instant =>
    (date.toZonedDateTime({ timeZone }).epochMilliseconds * 1000) as Instant;
  try {
    toInstant(new Temporal.PlainDate(FIRST_YEAR, 1, 1));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PraxisError(
      'INVALID',
      `"${timeZone}" is no time zone. Use an IANA name such as Europe/Paris, or UTC.`,
    );
  }
  return toInstant;
}
