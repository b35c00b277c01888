import { APPLIED_RULES } from './applied.ts';
import { ASSESSED_RULES } from './assessed.ts';
import { COMPLETED_RULES } from './completed.ts';
import { CONTRIBUTED_RULES } from './contributed.ts';
import { ENGAGED_RULES } from './engaged.ts';
import { RATED_RULES } from './rated.ts';
import type { DefaultRule } from './rule.ts';

/** The rule set that holds until a customer's own rules change it. */
export const DEFAULT_RULES: readonly DefaultRule[] = [
  ...ENGAGED_RULES,
  ...COMPLETED_RULES,
  ...APPLIED_RULES,
  ...ASSESSED_RULES,
  ...CONTRIBUTED_RULES,
  ...RATED_RULES,
];
