import { describe, expect, test } from '@jest/globals';
import {
  parseActivityRequest,
  parseAgentRequest,
  parseDocumentRequest,
} from '../../statements/document-request.ts';
import { mergeDocuments } from '../../statements/documents.ts';
import { PraxisError } from '../../statements/errors.ts';
import { formatStatement } from '../../statements/formats.ts';
import { prepareStatement, readStatements } from '../../statements/prepare.ts';
import { parseStatementQuery } from '../../statements/query.ts';
import { findMisplacedIds } from '../../statements/rules/homes.ts';
import type {
  BehaviourExample,
  MergeExample,
  MergeRule,
  ParameterRule,
  QueryExample,
  Rule,
} from '../../statements/rules/rule.ts';
import { RULES } from '../../statements/rules/rules.ts';
import { VERB_RULES } from '../../statements/rules/verb.ts';
import type { XapiVersion } from '../../statements/statement.ts';
import { validateStatement } from '../../statements/validate.ts';
import { applyExample, findAt } from './example-statement.ts';

const VERSIONS: readonly XapiVersion[] = ['1.0.3', '2.0.0'];

/** The ids of the rules that a call breaks, without repeats; none when it is fine. */
function brokenRules(call: () => unknown): string[] {
  try {
    call();
    return [];
  } catch (error) {
    if (error instanceof PraxisError) return [...new Set(error.violations.map(({ rule }) => rule))];
    throw error;
  }
}

function parseParameters(
  { resource, method }: ParameterRule,
  example: QueryExample,
  version: XapiVersion,
): void {
  if (resource === 'agents') parseAgentRequest(example, version);
  else if (resource === 'activities') parseActivityRequest(example, version);
  else parseDocumentRequest(resource, method, example, version);
}

/** A refused merge names no rule, for the caller sees the two documents: any MALFORMED is this rule's. */
function replayMerge(rule: MergeRule, example: MergeExample): string[] {
  const { stored, storedType, sent, sentType } = example;
  const documentOf = (text: string, contentType = 'application/json') => ({
    contentType,
    content: Buffer.from(text),
  });
  try {
    const merged = mergeDocuments(
      stored === null ? null : documentOf(stored, storedType),
      documentOf(sent, sentType),
    );
    expect(Buffer.from(merged.content).toString()).toBe(example.expect);
    expect(merged.contentType).toBe(sentType ?? 'application/json');
    return [];
  } catch (error) {
    if (error instanceof PraxisError && error.code === 'MALFORMED') return [rule.id];
    throw error;
  }
}

function replay(rule: Rule, example: unknown, version: XapiVersion): string[] {
  if ('merges' in rule) return replayMerge(rule, example as MergeExample);
  return brokenRules(() => {
    if ('text' in rule) readStatements(example as string, version);
    else if ('asks' in rule) parseParameters(rule, example as QueryExample, version);
    else if ('query' in rule) parseStatementQuery(example as Record<string, string>, version);
    else validateStatement(applyExample(example as Record<string, unknown>), version);
  });
}

function runBehaviour(
  { given, format, acceptLanguage = '' }: BehaviourExample,
  version: XapiVersion,
): unknown {
  const [received] = readStatements(JSON.stringify(applyExample(given)), version);
  const { openText } = prepareStatement(received!, {
    id: '00000000-0000-4000-8000-000000000000',
    authority: { account: { homePage: 'http://lrs.example.org', name: 'key' } },
    version,
  });
  return JSON.parse(formatStatement(`${openText}}`, format ?? 'exact', acceptLanguage));
}

describe.each(VERSIONS)('In %s', (version) => {
  const rules = RULES.filter(({ versions }) => versions?.includes(version) ?? true);

  test.each(rules.map((rule) => [`${rule.id} ${rule.title}`, rule] as const))('%s', (_, rule) => {
    if ('behaviour' in rule) {
      for (const example of rule.accepts) {
        const returned = runBehaviour(example, version);
        for (const [pointer, value] of Object.entries(example.expect)) {
          expect({ example, pointer, value: findAt(returned, pointer) }).toEqual({
            example,
            pointer,
            value,
          });
        }
      }
      return;
    }
    for (const example of rule.accepts)
      expect({ example, broken: replay(rule, example, version) }).toEqual({ example, broken: [] });
    for (const example of rule.rejects) {
      const broken = replay(rule, example, version);
      expect({ example, broken }).toEqual({
        example,
        broken: expect.arrayContaining([rule.id]),
      });
    }
  });
});

test('every rule shows at least one example', () => {
  expect(RULES.filter(({ accepts, rejects }) => accepts.length + rejects.length === 0)).toEqual([]);
});

test('every requirement has exactly one home', () => {
  expect(findMisplacedIds(RULES.map(({ id }) => id))).toEqual([]);
});

test('an id with two homes, and one with none, are found', () => {
  const [lost, ...rest] = VERB_RULES.map(({ id }) => id);
  const ids = RULES.map(({ id }) => id).filter((id) => id !== lost);
  expect(findMisplacedIds([...ids, rest[0]!])).toEqual([
    `${rest[0]} has two homes; keep one.`,
    expect.stringContaining(`${lost} has no home`),
  ]);
});

test('members that only 2.0 knows are refused in 1.0.3', () => {
  const statement = applyExample({ '/context': { contextAgents: [] } });
  expect(brokenRules(() => validateStatement(statement, '1.0.3'))).not.toEqual([]);
  expect(brokenRules(() => validateStatement(statement, '2.0.0'))).toEqual([]);
});

test('a violation names the rule, the JSON Pointer in the batch, and what is wrong', () => {
  const batch = JSON.stringify([applyExample({}), applyExample({ '/verb/id': 'did' })]);
  expect(() => readStatements(batch, '1.0.3')).toThrow(
    expect.objectContaining({
      code: 'INVALID',
      message: expect.stringContaining('/1/verb/id'),
      violations: expect.arrayContaining([
        { rule: VERB_RULES[0]!.id, path: '/1/verb/id', message: expect.stringContaining('IRI') },
      ]),
    }),
  );
});
