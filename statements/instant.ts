/**
 * An instant as whole microseconds since 1970-01-01T00:00:00Z. A plain number holds it exactly until
 * the year 2255. A statement's `stored` is such an instant, strictly increasing, and is at the same
 * time its position in the log.
 */
export type Instant = number & { readonly instant: unique symbol };

export const BEGINNING = 0 as Instant;

/** 2026-01-31T12:00:00.123456Z, always six fractional digits, so that texts sort as instants do. */
export function formatInstant(instant: Instant): string {
  const millis = Math.floor(instant / 1000);
  const rest = String(instant - millis * 1000).padStart(3, '0');
  return `${new Date(millis).toISOString().slice(0, -1)}${rest}Z`;
}

export function instantOfDate(date: Date): Instant {
  return (date.getTime() * 1000) as Instant;
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:?\d\d|[+-]\d\d)?$/i;

/**
 * Reads an RFC 3339 / ISO 8601 timestamp; digits past the microsecond are cut, a missing zone is UTC.
 * Returns null when the text is no timestamp. Whether a form is allowed in a statement is a rule's
 * business (`rules/`), not this function's.
 */
export function parseInstant(text: string): Instant | null {
  const match = TIMESTAMP.exec(text);
  if (match === null) return null;
  const [, date, time, fraction = '', zone = 'Z'] = match;
  const digits = zone.replace(/[:Zz]/g, '');
  const offset = digits === '' ? 'Z' : `${digits.slice(0, 3)}:${digits.slice(3) || '00'}`;
  const millis = Date.parse(`${date}T${time}${offset}`);
  if (Number.isNaN(millis)) return null;
  return (millis * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))) as Instant;
}
