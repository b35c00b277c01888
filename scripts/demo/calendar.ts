/** The demo's eighteen months. All instants are milliseconds since 1970, UTC. */
export const MONTHS = 18;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Calendar {
  readonly start: number;
  readonly end: number;
  /** First instant of month `index`; 0 is the first of the demo, 18 its end. */
  month(index: number): number;
  /** The month an instant falls in; below 0 before the demo. */
  monthOf(at: number): number;
}

/** `end` is the first day after the demo, YYYY-MM-01. Throws RangeError for anything else. */
export function makeCalendar(end: string): Calendar {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])-01$/.test(end))
    throw new RangeError(`The demo ends at the first of a month, as 2026-07-01; got "${end}".`);
  const [year, month] = [Number(end.slice(0, 4)), Number(end.slice(5, 7)) - 1];
  const instant = (index: number): number => Date.UTC(year, month - MONTHS + index, 1);
  return {
    start: instant(0),
    end: instant(MONTHS),
    month: instant,
    monthOf(at) {
      const date = new Date(at);
      return (date.getUTCFullYear() - year) * 12 + date.getUTCMonth() - month + MONTHS;
    },
  };
}

export function formatDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
