/**
 * The one error class that domain code throws. `src/http/errors.ts` is the one place that turns a
 * code into an HTTP status; anything that is not a PraxisError is a fault of ours, logged whole and
 * shown masked.
 */
export type ErrorCode =
  /** The request cannot be read: JSON, header, parameter, encoding. */
  | 'MALFORMED'
  /** It can be read, and breaks a rule of the spec or of a contract; `violations` says which and where. */
  | 'INVALID'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'CONFLICT'
  | 'PRECONDITION_FAILED'
  | 'TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  /** The store or the warehouse cannot answer now; trying again later is right. */
  | 'UNAVAILABLE'
  | 'TIMEOUT';

/** One broken rule. `path` is a JSON Pointer into what was sent (`/2/actor/mbox`), `the statement` or `the body` as a whole, or `line 3, column role`. */
export interface Violation {
  readonly rule: string;
  readonly path: string;
  readonly message: string;
}

export class PraxisError extends Error {
  override readonly name = 'PraxisError';
  readonly code: ErrorCode;
  readonly violations: readonly Violation[];

  /** `message` is for the person who sent the request: what is wrong and what to do next. No secrets. */
  constructor(code: ErrorCode, message: string, violations: readonly Violation[] = []) {
    super(message);
    this.code = code;
    this.violations = violations;
  }
}
