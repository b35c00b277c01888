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
  { from: 183, to: 184 },
  { from: 196, to: 221 },
  { from: 227, to: 227 },
  { from: 229, to: 229 },
  { from: 232, to: 235 },
  { from: 243, to: 243 },
  { from: 249, to: 250 },
  { from: 255, to: 258 },
  { from: 260, to: 268 },
  { from: 278, to: 281 },
  { from: 284, to: 284 },
  { from: 295, to: 304 },
  { from: 308, to: 310 },
  { from: 313, to: 314 },
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
  { from: 182, to: 182, because: 'a refused request changes nothing: HTTP tests' },
  { from: 185, to: 186, because: 'untestable, says the suite' },
  { from: 187, to: 195, because: 'what the state resource does: HTTP tests' },
  { from: 222, to: 223, because: 'the same as 195 and 205' },
  { from: 224, to: 226, because: 'the values of parameters: 12 speaks of all' },
  { from: 228, to: 228, because: 'the values of parameters: 12 speaks of all' },
  { from: 230, to: 231, because: 'what the state resource does: HTTP tests' },
  { from: 236, to: 242, because: 'what a Person is made of: HTTP tests' },
  { from: 244, to: 248, because: 'what a Person is made of: HTTP tests' },
  { from: 251, to: 254, because: 'what GET /activities answers: HTTP tests' },
  { from: 259, to: 259, because: 'what the agent profile resource does: HTTP tests' },
  { from: 269, to: 275, because: 'what the agent profile resource does: HTTP tests' },
  { from: 276, to: 277, because: 'the values of parameters: 12 speaks of all' },
  { from: 282, to: 283, because: 'what the agent profile resource does: HTTP tests' },
  { from: 285, to: 294, because: 'what the activity profile resource does: HTTP tests' },
  { from: 305, to: 307, because: 'the values of parameters: 12 speaks of all' },
  { from: 311, to: 312, because: 'what the activity profile resource does: HTTP tests' },
  { from: 315, to: 316, because: 'what GET /about answers: HTTP tests' },
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
