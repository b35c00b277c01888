import { PraxisError } from './errors.ts';
import type { Violation } from './errors.ts';
import { compileRules } from './rules/compile.ts';
import type { Actor, Statement, XapiVersion } from './statement.ts';

/**
 * Holds a parsed value to the rules of a statement's shape. `at` is its JSON Pointer in what was sent,
 * empty for a single statement. Throws INVALID with up to 20 violations.
 */
export function validateStatement(
  value: unknown,
  version: XapiVersion,
  at = '',
): asserts value is Statement {
  const rules = compileRules(version);
  if (!rules.isValid('statement', value))
    throw invalid('statement', at, rules.listViolations('statement', value, at));
}

/** As `validateStatement`, for an Agent or Group that stands alone, such as the `agent` parameter. */
export function validateActor(
  value: unknown,
  version: XapiVersion,
  at = '',
): asserts value is Actor {
  const rules = compileRules(version);
  if (!rules.isValid('actor', value))
    throw invalid('Agent or Group', at, rules.listViolations('actor', value, at));
}

function invalid(what: string, at: string, found: readonly Violation[]): PraxisError {
  // The JSON Pointer of the whole is '', which tells a reader nothing.
  const violations = found.map((each) => ({ ...each, path: each.path || `the ${what}` }));
  const [first] = violations;
  const reason = first === undefined ? '' : ` ${first.path}: ${first.message} [${first.rule}]`;
  return new PraxisError(
    'INVALID',
    `The ${what}${at === '' ? '' : ` at ${at}`} is not valid.${reason}`,
    violations,
  );
}
