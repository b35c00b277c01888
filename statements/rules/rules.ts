import { ACTOR_RULES } from './actor.ts';
import { ATTACHMENT_RULES } from './attachments.ts';
import { CONTEXT_RULES } from './context.ts';
import { DATA_TYPE_RULES } from './data-types.ts';
import { MERGE_RULES, PARAMETER_RULES } from './documents.ts';
import { FORMAT_RULES } from './format.ts';
import { JSON_RULES } from './json.ts';
import { OBJECT_RULES } from './object.ts';
import { QUERY_RULES } from './query.ts';
import { RESULT_RULES } from './result.ts';
import { LIFECYCLE_RULES, STATEMENT_RULES } from './statement.ts';
import { VERB_RULES } from './verb.ts';
import type { Rule, StatementRule } from './rule.ts';

/** All that the schema of a statement is made of. */
export const STATEMENT_SHAPE_RULES: readonly StatementRule[] = [
  ...STATEMENT_RULES,
  ...ACTOR_RULES,
  ...VERB_RULES,
  ...OBJECT_RULES,
  ...RESULT_RULES,
  ...CONTEXT_RULES,
  ...ATTACHMENT_RULES,
  ...DATA_TYPE_RULES,
];

export const RULES: readonly Rule[] = [
  ...STATEMENT_SHAPE_RULES,
  ...LIFECYCLE_RULES,
  ...JSON_RULES,
  ...QUERY_RULES,
  ...FORMAT_RULES,
  ...PARAMETER_RULES,
  ...MERGE_RULES,
];
