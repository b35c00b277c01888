/**
 * Chance that can be had again: the same labels give the same numbers, on every machine. Each person,
 * tool and month draws from a stream of its own, so that a change in one leaves the others as they were.
 */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole, both ends included. */
  integer(low: number, high: number): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  normal(mean: number, deviation: number): number;
  /** Of version 4 in form. */
  uuid(): string;
}

// Taken out of Math once: under jest each look-up of a global is slow, and this is the inner loop.
const { floor, imul } = Math;

export function createRandom(...labels: readonly (string | number)[]): Random {
  const next = startSfc32(hashLabels(labels.join('\u001f')));
  const integer = (low: number, high: number): number => low + floor(next() * (high - low + 1));
  return {
    next,
    integer,
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[floor(next() * items.length)];
      if (item === undefined) throw new RangeError('There is nothing to pick from.');
      return item;
    },
    // Twelve uniforms: additions alone, where a logarithm may differ in its last digit between machines.
    normal: (mean, deviation) => {
      let sum = -6;
      for (let i = 0; i < 12; i += 1) sum += next();
      return mean + deviation * sum;
    },
    uuid: () => formatUuid([next(), next(), next(), next()].map((part) => floor(part * 2 ** 32))),
  };
}

const GOLDEN_RATIO = 0.618_033_988_749_895;

/**
 * The n-th of a sequence that fills [0, 1) evenly (Kronecker). Where a share is put into the data on
 * purpose, it is met by a small organisation as well as by a large one.
 */
export function spreadEvenly(n: number): number {
  return (0.29 + n * GOLDEN_RATIO) % 1;
}

/** How a share that is put into the data is met: nearly exactly, or as often as chance has it. */
export type Draws = 'EVEN' | 'CHANCE';

/** In [0, 1), for the n-th of its kind; the labels say which, where chance decides. */
export function drawShare(
  draws: Draws,
  n: number,
  ...labels: readonly (string | number)[]
): number {
  return draws === 'EVEN' ? spreadEvenly(n) : createRandom(...labels, n).next();
}

function formatUuid(words: readonly number[]): string {
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4] ?? '8';
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20),
  ].join('-');
}

type State = [number, number, number, number];

/** FNV-1a, four times with different offsets. */
function hashLabels(text: string): State {
  const state: State = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    for (let word = 0; word < 4; word += 1)
      state[word] = imul((state[word] ?? 0) ^ (code + word), 0x01000193);
  }
  return state;
}

/** Chris Doty-Humphrey's sfc32; twelve rounds mix the seed in. */
function startSfc32([a, b, c, d]: State): () => number {
  function next(): number {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }
  for (let i = 0; i < 12; i += 1) next();
  return next;
}
