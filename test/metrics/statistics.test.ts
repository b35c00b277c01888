import { describe, expect, test } from '@jest/globals';
import {
  combineEffects,
  computeNewcombeInterval,
  computeWilsonInterval,
  decomposeDifference,
} from '../../graphql/metrics/statistics.ts';

describe('the Wilson interval', () => {
  // Newcombe (1998), Two-sided confidence intervals for the single proportion, Table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is the published one', (part, whole, low, high) => {
    const interval = computeWilsonInterval(part, whole);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  test('stays within 0 and 1 at the extremes', () => {
    expect(computeWilsonInterval(0, 7)?.low).toBe(0);
    expect(computeWilsonInterval(7, 7)?.high).toBe(1);
  });

  test('of nothing is null', () => {
    expect(computeWilsonInterval(0, 0)).toBeNull();
  });
});

describe("Newcombe's interval of a difference", () => {
  // Newcombe (1998), Interval estimation for the difference …, Table II, method 10.
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
  ])('of %i/%i − %i/%i is the published one', (partA, wholeA, partB, wholeB, low, high) => {
    const interval = computeNewcombeInterval(
      { part: partA, whole: wholeA },
      { part: partB, whole: wholeB },
    );
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });
});

describe("Kitagawa's decomposition", () => {
  const total = (parts: readonly { composition: number; rate: number }[]): number =>
    parts.reduce((sum, part) => sum + part.composition + part.rate, 0);

  test('sums to the whole difference', () => {
    const parts = [
      decomposeDifference({ weight: 0.3, rate: 0.5 }, { weight: 0.6, rate: 0.4 }),
      decomposeDifference({ weight: 0.7, rate: 0.2 }, { weight: 0.4, rate: 0.1 }),
    ];
    expect(parts[0]?.composition).toBeCloseTo(-0.135, 12);
    expect(parts[0]?.rate).toBeCloseTo(0.045, 12);
    expect(total(parts)).toBeCloseTo(0.3 * 0.5 + 0.7 * 0.2 - 0.6 * 0.4 - 0.4 * 0.1, 12);
  });

  test('is all make-up where one group has nobody', () => {
    const part = decomposeDifference({ weight: 0, rate: null }, { weight: 0.4, rate: 0.5 });
    expect(part).toEqual({ composition: -0.2, rate: 0 });
  });
});

describe('an effect over cells', () => {
  const cell = {
    treated: 4,
    treatedMean: 3,
    treatedVariance: 2,
    controls: 2,
    controlMean: 1,
    controlVariance: 1,
  };

  test('weighs each cell by its treated', () => {
    const effect = combineEffects([cell, { ...cell, treated: 12, treatedMean: 5 }]);
    expect(effect?.effect).toBe((4 / 16) * 2 + (12 / 16) * 4);
    expect(effect?.standardError).toBeCloseTo(
      Math.sqrt((4 / 16) ** 2 * (2 / 4 + 1 / 2) + (12 / 16) ** 2 * (2 / 12 + 1 / 2)),
      12,
    );
  });

  test('has no standard error when one cell has a single control, and still an effect', () => {
    const effect = combineEffects([cell, { ...cell, controls: 1, controlVariance: null }]);
    expect(effect).toMatchObject({ effect: 2, standardError: null, interval: null });
  });

  test('does not count cells in which nobody was treated', () => {
    expect(combineEffects([{ ...cell, treated: 0, treatedMean: null }])).toBeNull();
  });
});
