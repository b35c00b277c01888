/**
 * The statistics that metrics share. Shares are 0–1; counts are whole numbers, `part` ≤ `whole`.
 */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of the standard normal distribution. */
export const Z_95 = 1.959963984540054;

export function divide(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/**
 * 95 % interval of a share; null when `whole` is 0.
 * E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
 */
export function computeWilsonInterval(part: number, whole: number): Interval | null {
  if (whole === 0) return null;
  const share = part / whole;
  const z2 = Z_95 * Z_95;
  const centre = share + z2 / (2 * whole);
  const half = Z_95 * Math.sqrt((share * (1 - share)) / whole + z2 / (4 * whole * whole));
  const scale = 1 + z2 / whole;
  // The ends are exactly 0 and 1 at the extremes; rounding must not push them past.
  return {
    low: part === 0 ? 0 : (centre - half) / scale,
    high: part === whole ? 1 : (centre + half) / scale,
  };
}

/** A share and its 95 % interval; both null when `whole` is 0. */
export function estimateShare(
  part: number,
  whole: number,
): { readonly rate: number | null; readonly interval: Interval | null } {
  return { rate: divide(part, whole), interval: computeWilsonInterval(part, whole) };
}

/**
 * 95 % interval of the difference of two independent shares, `a − b`; null when either has no whole.
 * R. G. Newcombe (1998), Interval estimation for the difference between independent proportions,
 * Statistics in Medicine 17, method 10: from the Wilson limits of each share.
 */
export function computeNewcombeInterval(
  a: { readonly part: number; readonly whole: number },
  b: { readonly part: number; readonly whole: number },
): Interval | null {
  const limitsA = computeWilsonInterval(a.part, a.whole);
  const limitsB = computeWilsonInterval(b.part, b.whole);
  if (limitsA === null || limitsB === null) return null;
  return computeDifferenceInterval(
    { value: a.part / a.whole, interval: limitsA },
    { value: b.part / b.whole, interval: limitsB },
  );
}

export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

/**
 * 95 % interval of the difference `a − b` of independent estimates, from the 95 % interval of each: the method of
 * variance estimates recovery. For shares with Wilson's intervals it is Newcombe's method 10; for means with
 * symmetric intervals it is the usual one. G. Y. Zou and A. Donner (2008), Construction of confidence limits
 * about effect measures: a general approach, Statistics in Medicine 27.
 */
export function computeDifferenceInterval(a: Estimate, b: Estimate): Interval {
  const difference = a.value - b.value;
  return {
    low: difference - Math.hypot(a.value - a.interval.low, b.interval.high - b.value),
    high: difference + Math.hypot(a.interval.high - a.value, b.value - b.interval.low),
  };
}

/** What one value of a dimension weighs in a group, and the rate of its people; null when it has none. */
export interface Stratum {
  readonly weight: number;
  readonly rate: number | null;
}

/**
 * How much of `rateA − rateB` one value of a dimension explains by the groups' different make-up, and how
 * much by its different rates. Over all values the two sum to the whole difference.
 * E. M. Kitagawa (1955), Components of a difference between two rates, JASA 50.
 *
 * Where one group has nobody, its rate is taken to be the other's: a rate that cannot be observed
 * cannot differ, and all of the difference is make-up.
 */
export function decomposeDifference(
  a: Stratum,
  b: Stratum,
): { readonly composition: number; readonly rate: number } {
  const rateA = a.rate ?? b.rate ?? 0;
  const rateB = b.rate ?? a.rate ?? 0;
  return {
    composition: ((a.weight - b.weight) * (rateA + rateB)) / 2,
    rate: ((rateA - rateB) * (a.weight + b.weight)) / 2,
  };
}

/** One treated group and its comparison; a mean or variance is null when there are too few to have one. */
export interface Arms {
  readonly treated: number;
  readonly treatedMean: number | null;
  readonly treatedVariance: number | null;
  readonly controls: number;
  readonly controlMean: number | null;
  readonly controlVariance: number | null;
}

export interface Effect {
  readonly treated: number;
  readonly controls: number;
  readonly effect: number;
  /** Null when a variance is missing: fewer than two people in an arm of some cell. */
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** False when some cell has no control: its change alone then stands for its effect. */
  readonly controlled: boolean;
}

/** As the ROI definition writes it, unlike the Wilson and Newcombe intervals. */
const Z_EFFECT = 1.96;

/**
 * Difference in differences over cells, weighted by the treated; null when nobody is treated.
 * J. D. Angrist and J.-S. Pischke (2009), Mostly Harmless Econometrics, ch. 5.
 */
export function combineEffects(cells: readonly Arms[]): Effect | null {
  const measured = cells.filter((cell) => cell.treated > 0);
  const treated = measured.reduce((sum, cell) => sum + cell.treated, 0);
  if (treated === 0) return null;
  let effect = 0;
  let squaredError: number | null = 0;
  for (const cell of measured) {
    const weight = cell.treated / treated;
    effect +=
      weight * ((cell.treatedMean ?? 0) - (cell.controls > 0 ? (cell.controlMean ?? 0) : 0));
    const variance = computeEffectVariance(cell);
    squaredError =
      squaredError === null || variance === null ? null : squaredError + weight * weight * variance;
  }
  const standardError = squaredError === null ? null : Math.sqrt(squaredError);
  return {
    treated,
    controls: measured.reduce((sum, cell) => sum + cell.controls, 0),
    effect,
    standardError,
    interval:
      standardError === null
        ? null
        : { low: effect - Z_EFFECT * standardError, high: effect + Z_EFFECT * standardError },
    controlled: measured.every((cell) => cell.controls > 0),
  };
}

function computeEffectVariance(cell: Arms): number | null {
  if (cell.treatedVariance === null) return null;
  const own = cell.treatedVariance / cell.treated;
  if (cell.controls === 0) return own;
  return cell.controlVariance === null ? null : own + cell.controlVariance / cell.controls;
}
