import { PraxisError } from '../../statements/errors.ts';
import { TOO_MANY_SLICES, type ReportPlan, type Slice } from './report.ts';

/** A bucket is hidden as a whole (small groups are found within it), so it is never cut further. */
const SLICES_OF_A_BUCKET_AT_MOST = 100_000;

/** Reads the buckets from `start` to before `end`; `slicesAtMost` where more than usual may come. */
export type ReadPart = (
  start: number,
  end: number,
  slicesAtMost: number | undefined,
) => Promise<readonly Slice[]>;

/**
 * A report of any length, a stretch of buckets at a time: what one query would answer with too many slices is asked
 * in halves. Throws INVALID when a single bucket has more than 100,000 slices.
 */
export async function* readParts(
  { buckets }: ReportPlan,
  readPart: ReadPart,
): AsyncGenerator<readonly Slice[], undefined> {
  let size = buckets.length;
  for (let start = 0; start < buckets.length;) {
    const end = Math.min(start + size, buckets.length);
    const isOne = end - start === 1;
    const slices = await readPart(start, end, isOne ? SLICES_OF_A_BUCKET_AT_MOST : undefined).catch(
      (error: unknown) => {
        if (isOne || !isTooLong(error)) throw error;
        return null;
      },
    );
    if (slices === null) size = Math.ceil((end - start) / 2);
    else {
      yield slices;
      start = end;
    }
  }
}

function isTooLong(error: unknown): boolean {
  return error instanceof PraxisError && error.violations[0]?.rule === TOO_MANY_SLICES;
}
