import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findSuppressed, type CountedSlice } from '../../graphql/metrics/suppression.ts';

function slice(people: number, ...values: string[]): CountedSlice {
  return { key: { values, bucket: 0 }, people };
}

function names(slices: ReadonlySet<CountedSlice>): string[] {
  return [...slices].map(({ key }) => key.values.join(' ')).sort();
}

describe('a slice', () => {
  test('of 1 to 4 people is hidden when 5 are wanted, one of 5 or of nobody is not', () => {
    const hidden = findSuppressed([slice(0, 'a'), slice(1, 'b'), slice(4, 'c'), slice(5, 'd')], 5);
    expect(names(hidden)).toEqual(['b', 'c']);
  });

  test('that is hidden alone takes the next smallest with it', () => {
    const hidden = findSuppressed([slice(3, 'a'), slice(20, 'b'), slice(9, 'c'), slice(0, 'd')], 5);
    expect(names(hidden)).toEqual(['a', 'c']);
  });

  test('hidden in one dimension is not told by the totals of the other', () => {
    // cook·desk is small. Without more, cook − cook·frontline and desk − chef·desk would tell it.
    const hidden = findSuppressed(
      [
        slice(3, 'cook', 'desk'),
        slice(30, 'cook', 'front'),
        slice(40, 'chef', 'desk'),
        slice(50, 'chef', 'front'),
      ],
      5,
    );
    expect(names(hidden)).toEqual(['chef desk', 'chef front', 'cook desk', 'cook front']);
  });

  test('is compared within its own bucket', () => {
    const other = { key: { values: ['b'], bucket: 1 }, people: 50 };
    expect(findSuppressed([slice(3, 'a'), slice(6, 'b'), other], 5)).not.toContain(other);
  });

  test('without any dimension is hidden by its own size alone', () => {
    expect(findSuppressed([slice(4)], 5).size).toBe(1);
    expect(findSuppressed([slice(5)], 5).size).toBe(0);
  });
});

const report = fc.array(
  fc.record({
    a: fc.constantFrom('x', 'y', 'z'),
    b: fc.constantFrom('p', 'q', 'r'),
    people: fc.integer({ min: 0, max: 12 }),
  }),
  { maxLength: 9 },
);

test('no roll-up is ever left with exactly one hidden slice beside shown ones, in any order of the slices', () => {
  fc.assert(
    fc.property(report, (rows) => {
      const slices = [...new Map(rows.map((row) => [row.a + row.b, row])).values()].map((row) =>
        slice(row.people, row.a, row.b),
      );
      const hidden = findSuppressed(slices, 5);
      expect(names(findSuppressed([...slices].reverse(), 5))).toEqual(names(hidden));
      for (const kept of [[], [0], [1]])
        for (const group of Map.groupBy(
          slices.filter(({ people }) => people > 0),
          ({ key }) => kept.map((index) => key.values[index]).join(),
        ).values()) {
          const count = group.filter((one) => hidden.has(one)).length;
          expect(count === 1 && group.length > 1).toBe(false);
        }
    }),
  );
});
