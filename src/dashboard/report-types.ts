/** 95 %. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How many slices of a report are hidden. */
export function countSuppressed({
  workforce,
}: {
  readonly workforce: { readonly slices: readonly { readonly suppressed: boolean }[] };
}): number {
  return workforce.slices.filter(({ suppressed }) => suppressed).length;
}
