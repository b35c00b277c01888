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

const TOLERANCE = 1e-9;

/** `actual` with the expected number in place of each that is equal to it to 1e-9: what still differs, differs. */
export function settle(actual: unknown, expected: unknown): unknown {
  if (typeof actual === 'number' && typeof expected === 'number')
    return isClose(actual, expected) ? expected : actual;
  if (Array.isArray(actual) && Array.isArray(expected))
    return actual.map((item, index) => settle(item, expected[index]));
  if (isObject(actual) && isObject(expected))
    return Object.fromEntries(
      Object.entries(actual).map(([key, inner]) => [
        key,
        settle(inner, Reflect.get(expected, key)),
      ]),
    );
  return actual;
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
