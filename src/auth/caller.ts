import { PraxisError } from '../../statements/errors.ts';
import type { Agent } from '../../statements/statement.ts';
import type { Scope } from './scopes.ts';

/** Who sent the request. */
export interface Caller {
  readonly scopes: ReadonlySet<Scope>;
  /** What the statements of this caller carry as `authority`. */
  readonly authority: Agent;
}

/** `message` goes to a stranger: what to do, and nothing that helps to guess. */
export function unauthenticated(message: string): PraxisError {
  return new PraxisError('UNAUTHENTICATED', message);
}
