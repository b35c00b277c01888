import { expect, test } from '@jest/globals';
import { countCovered, estimateTruths } from '../../scripts/truths.ts';

const ORGANISATIONS = 2;
const SCALE = 0.1;

test('what was put in lies within most of the intervals that are reported of organisations left to chance', async () => {
  const estimates = [];
  for (let seed = 1; seed <= ORGANISATIONS; seed += 1)
    estimates.push(...(await estimateTruths(`truths-${seed}`, SCALE)));
  const rows = countCovered(estimates);
  const [covered, intervals] = rows.reduce(
    ([in_, all], row) => [in_ + row.covered, all + row.intervals],
    [0, 0],
  );
  expect(intervals).toBe(8 * ORGANISATIONS);
  // Of 16 intervals of 95 %, fewer than 12 happen once in a thousand; these seeds always give the same.
  expect(covered).toBeGreaterThanOrEqual(12);
  // No effect is as good a truth as one.
  expect(rows.filter(({ what }) => what.startsWith('effect')).map(({ truth }) => truth)).toContain(
    0,
  );
}, 120_000);

test('an interval that misses the truth is not counted as one that covers it', () => {
  const estimate = {
    what: 'a rate',
    truth: 0.5,
    estimate: 0.4,
    interval: { low: 0.3, high: 0.45 },
  };
  const covering = { ...estimate, interval: { low: 0.3, high: 0.5 } };
  expect(countCovered([estimate, covering, { ...estimate, interval: null }])).toMatchObject([
    { estimates: 3, intervals: 2, covered: 1 },
  ]);
});
