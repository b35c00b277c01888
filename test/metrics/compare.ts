/** Numbers to ten significant digits: sums taken in another order differ in the last ones. */
export function roundDeep<T>(value: T): T {
  return round(value) as T;
}

function round(value: unknown): unknown {
  if (typeof value === 'number') {
    const rounded = Number(value.toPrecision(10));
    return Math.abs(rounded) < 1e-10 ? 0 : rounded;
  }
  if (Array.isArray(value)) return value.map(round);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, round(inner)]));
  return value;
}
