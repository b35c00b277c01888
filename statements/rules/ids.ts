/**
 * The requirements that this project answers for, as numbers of the conformance suite, so that a search
 * for an id finds its home and nothing else. `scripts/check-rule-ids.ts` holds the rules to this list.
 */

/** Numbers that have their home in a rule of this folder. */
export const WANTED: readonly Range[] = [
  { from: 1, to: 14 },
  { from: 17, to: 17 },
  { from: 19, to: 94 },
  { from: 96, to: 107 },
  { from: 118, to: 124 },
  { from: 150, to: 151 },
  { from: 157, to: 158 },
  { from: 166, to: 181 },
  { from: 324, to: 325 },
  { from: 332, to: 332 },
];

/** Numbers known to have no home in a rule, and why. A number in neither list is an oversight. */
export const NOT_YET: readonly (Range & { readonly because: string })[] = [
  { from: 15, to: 15, because: 'encoding of a request: HTTP tests' },
  { from: 16, to: 16, because: 'a voiding statement cannot be voided: the store contract' },
  { from: 18, to: 18, because: 'what makes a statement voided: the store contract' },
  { from: 95, to: 95, because: 'removed from the suite: an empty contextActivities is allowed' },
  { from: 108, to: 114, because: 'pages and their more links: HTTP tests' },
  { from: 115, to: 117, because: 'signed statements: next' },
  {
    from: 125,
    to: 149,
    because:
      'requests, headers, content types, multipart, PUT and POST: HTTP tests, attachments next',
  },
  { from: 152, to: 156, because: 'what GET /statements answers, and its headers: HTTP tests' },
  { from: 159, to: 165, because: 'what GET /statements answers, voided ones left out: HTTP tests' },
  { from: 182, to: 316, because: 'documents, agents, activities, about: next' },
  { from: 317, to: 323, because: 'concurrency and error codes: HTTP tests' },
  { from: 326, to: 331, because: 'atomic batches and versions of requests: HTTP tests' },
  { from: 333, to: 336, because: 'authentication and alternate request syntax: HTTP tests' },
];

export interface Range {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

/** The last number that the suite has given. */
export const LAST = 336;

/** The number of an id, whatever its suffix (some are split in two); null for an id of another kind. */
export function numberOf(id: string): number | null {
  const match = /^XAPI-(\d{5})(?:-\d)?$/.exec(id);
  return match === null ? null : Number(match[1]);
}

export function isIn(ranges: readonly Range[], number: number): boolean {
  return ranges.some(({ from, to }) => number >= from && number <= to);
}
