import { Ajv, type ErrorObject } from 'ajv';
import { RULE_SCHEMA } from '../rules/rule-schema.ts';
import { rules } from './collections.ts';
import type { Problem, Reading, RecordReader } from './read-record.ts';

export const MAX_RULES = 1000;
const POSITION_DIGITS = 6;

/** Rules are stored under their position: key order is their order, and their ids may repeat by source. */
export function createRuleReader(): RecordReader {
  const validate = new Ajv({ allErrors: true, strictRequired: false }).compile(RULE_SCHEMA);

  function read(value: unknown, index: number): Reading {
    if (index >= MAX_RULES)
      return { kind: 'problems', problems: [problemOf(null, `is over ${MAX_RULES} rules`)] };
    if (!validate(value))
      return { kind: 'problems', problems: (validate.errors ?? []).flatMap(describe) };
    const key = String(index + 1).padStart(POSITION_DIGITS, '0');
    return { kind: 'record', record: { key, json: JSON.stringify(value) } };
  }
  // A rule is named by its id, of which several positions may have one.
  return { collection: rules, read, readKey: () => null };
}

function describe({ keyword, instancePath, schemaPath, params, message }: ErrorObject): Problem[] {
  // These two only repeat, in the schema's terms, what the errors beside them say.
  if (keyword === 'if' || /\/anyOf\/\d/.test(schemaPath)) return [];
  const [, column = null, ...inner] = instancePath.split('/');
  if (keyword === 'anyOf')
    return [
      problemOf(
        column,
        'says nothing: give kind, setPlatform, disabled, skillExtensions or observerExtensions',
      ),
    ];
  const at = inner.length === 0 ? '' : `${inner.join('/')} `;
  const named: unknown = [params['additionalProperty'], params['allowedValues']].find(Boolean);
  const detail = named === undefined ? '' : `: ${JSON.stringify(named)}`;
  return [problemOf(column, `${at}${message ?? 'is wrong'}${detail}`)];
}

function problemOf(column: string | null, message: string): Problem {
  return { rule: column === null ? rules.name : `${rules.name}.${column}`, column, message };
}
