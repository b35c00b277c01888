import { describe, expect, test } from '@jest/globals';
import { cutPeriod, type Grain } from '../../graphql/metrics/period.ts';
import { formatInstant } from '../../statements/instant.ts';

function cut(from: string, to: string, grain: Grain | null, timeZone = 'UTC'): string[] {
  return cutPeriod({ from, to, timeZone }, grain).map(
    (bucket) =>
      `${formatInstant(bucket.from).slice(0, 16)} ${formatInstant(bucket.to).slice(0, 16)}`,
  );
}

describe('a period', () => {
  test('is one bucket without a grain', () => {
    expect(cut('2026-01-15', '2026-07-01', null)).toEqual(['2026-01-15T00:00 2026-07-01T00:00']);
  });

  test('is cut at the calendar months, the first and last shorter', () => {
    expect(cut('2026-01-15', '2026-03-10', 'MONTH')).toEqual([
      '2026-01-15T00:00 2026-02-01T00:00',
      '2026-02-01T00:00 2026-03-01T00:00',
      '2026-03-01T00:00 2026-03-10T00:00',
    ]);
  });

  test('has ISO weeks that begin on Monday, across the year', () => {
    expect(cut('2026-12-30', '2027-01-12', 'WEEK')).toEqual([
      '2026-12-30T00:00 2027-01-04T00:00',
      '2027-01-04T00:00 2027-01-11T00:00',
      '2027-01-11T00:00 2027-01-12T00:00',
    ]);
  });

  test('has quarters and years', () => {
    expect(cut('2025-11-01', '2026-05-01', 'QUARTER')).toEqual([
      '2025-11-01T00:00 2026-01-01T00:00',
      '2026-01-01T00:00 2026-04-01T00:00',
      '2026-04-01T00:00 2026-05-01T00:00',
    ]);
    expect(cut('2025-11-01', '2026-05-01', 'YEAR')).toHaveLength(2);
  });

  test('has a day of 23 hours where a time zone moves its clocks', () => {
    expect(cut('2026-03-28', '2026-03-31', 'DAY', 'Europe/Paris')).toEqual([
      '2026-03-27T23:00 2026-03-28T23:00',
      '2026-03-28T23:00 2026-03-29T22:00',
      '2026-03-29T22:00 2026-03-30T22:00',
    ]);
  });

  test('has weeks, months, quarters and years that begin at the local midnight on both sides of a change', () => {
    const spring = cut('2026-03-23', '2026-04-06', 'WEEK', 'Europe/Paris');
    expect(spring).toEqual([
      '2026-03-22T23:00 2026-03-29T22:00',
      '2026-03-29T22:00 2026-04-05T22:00',
    ]);
    expect(cut('2026-10-01', '2026-12-01', 'MONTH', 'America/New_York')).toEqual([
      '2026-10-01T04:00 2026-11-01T04:00',
      '2026-11-01T04:00 2026-12-01T05:00',
    ]);
    expect(cut('2026-01-01', '2026-07-01', 'QUARTER', 'Europe/Paris')).toEqual([
      '2025-12-31T23:00 2026-03-31T22:00',
      '2026-03-31T22:00 2026-06-30T22:00',
    ]);
    // Half an hour, and no summer time in between; Lord Howe moves its clocks by half an hour.
    expect(cut('2026-01-01', '2027-01-01', 'YEAR', 'Asia/Kolkata')).toEqual([
      '2025-12-31T18:30 2026-12-31T18:30',
    ]);
    expect(cut('2026-04-04', '2026-04-07', 'DAY', 'Australia/Lord_Howe')).toEqual([
      '2026-04-03T13:00 2026-04-04T13:00',
      '2026-04-04T13:00 2026-04-05T13:30',
      '2026-04-05T13:30 2026-04-06T13:30',
    ]);
  });

  test('leaves out a day that a zone skipped', () => {
    expect(cut('2011-12-29', '2012-01-01', 'DAY', 'Pacific/Apia')).toHaveLength(2);
  });

  test.each([
    ['2026-02-30', '2026-03-01', 'UTC', 'YYYY-MM-DD'],
    ['2026-03-01', '2026-03-01', 'UTC', 'empty'],
    ['2026-03-01', '2026-03-02', 'Mars/Olympus', 'time zone'],
    ['1901-03-01', '2026-03-02', 'UTC', '1970'],
  ])('from %s to %s in %s is refused', (from, to, timeZone, reason) => {
    expect(() => cutPeriod({ from, to, timeZone }, 'DAY')).toThrow(reason);
  });

  test('of too many buckets is refused', () => {
    expect(() =>
      cutPeriod({ from: '1990-01-01', to: '2026-01-01', timeZone: 'UTC' }, 'DAY'),
    ).toThrow('coarser grain');
  });
});
