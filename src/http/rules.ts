import { Router } from 'express';
import { DEFAULT_RULES } from '../../graphql/rules/default-rules.ts';
import { rehearse } from '../../graphql/rules/rehearsal.ts';
import type { Rule } from '../../graphql/rules/rule.ts';
import { compileRuleSet } from '../../graphql/rules/rule-set.ts';
import type { QueryRunner } from '../../graphql/warehouse/query-runner.ts';
import { createRuleReader } from '../../graphql/workforce/read-rule.ts';
import { PraxisError, type Violation } from '../../statements/errors.ts';
import { readStatements } from '../../statements/prepare.ts';
import type { Statement } from '../../statements/statement.ts';
import { requireScope } from '../auth/authenticate.ts';
import { readClock } from '../clock.ts';
import type { RecordStore } from '../storage/store.ts';
import { NDJSON } from '../workforce/read-records.ts';
import { findRuleVersion, listRuleVersions, readOwnRules } from '../workforce/rule-versions.ts';
import { objectOf, readBody, type JsonObject } from './body.ts';
import { allowOnly } from './errors.ts';
import { cutPage, readPaging } from './paging.ts';

export interface RulesOptions {
  readonly store: Pick<RecordStore, 'listRecords'>;
  readonly warehouse: QueryRunner;
}

const MAX_BODY_BYTES = 4 * 2 ** 20;
const MAX_STATEMENTS = 100;

/** `/analytics/rules`: the rule set in force, its versions, and what statements would give under it or another. */
export function createRulesRouter({ store, warehouse }: RulesOptions): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });

  router
    .route('/')
    .get(requireScope('analytics/read'), async (_request, response) => {
      const own = await readOwnRules(store);
      response.json({
        version: compileRuleSet(own).version,
        defaults: DEFAULT_RULES.map(({ examples: _, ...rule }) => rule),
        own,
      });
    })
    .all(allowOnly('GET', 'HEAD'));

  router
    .route('/versions')
    .get(requireScope('analytics/read'), async (request, response) => {
      const { after, limit } = readPaging(request);
      const { items, cursor } = cutPage(await listRuleVersions(store, after, limit + 1), limit);
      const versions = items.map(({ version, since, rules }) => ({
        version,
        since,
        ownRules: rules.length,
      }));
      response.json({ versions, cursor });
    })
    .all(allowOnly('GET', 'HEAD'));

  router
    .route('/versions/:version')
    .get(requireScope('analytics/read'), async (request, response) => {
      const { version } = request.params;
      const found = await findRuleVersion(store, version);
      if (found === null)
        throw new PraxisError(
          'NOT_FOUND',
          `There has been no rule set ${version}; GET /analytics/rules/versions lists them.`,
        );
      const lines = found.rules.map((rule) => `${JSON.stringify(rule)}\n`).join('');
      response.type(NDJSON).send(lines);
    })
    .all(allowOnly('GET', 'HEAD'));

  router
    .route('/test')
    .post(requireScope('workforce/write'), readBody(MAX_BODY_BYTES), async (request, response) => {
      const { rules, statements } = readTest(objectOf(request, 'statements, and rules or none'));
      const ruleSet = compileRuleSet(rules ?? (await readOwnRules(store)));
      const outcomes = await rehearse(warehouse, ruleSet, statements, readClock());
      response.json({ ruleSetVersion: ruleSet.version, statements: outcomes });
    })
    .all(allowOnly('POST'));
  return router;
}

interface RulesTest {
  /** Null: those that are stored. */
  readonly rules: readonly Rule[] | null;
  readonly statements: readonly Statement[];
}

/** Reads `{ rules?, statements }`; throws MALFORMED, TOO_LARGE, and INVALID with all that is wrong. */
function readTest({ rules, statements, ...others }: JsonObject): RulesTest {
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new PraxisError('MALFORMED', `There is no member ${other}; there are rules, statements.`);
  return {
    rules: rules === undefined ? null : readRules(rules),
    statements: readTestStatements(statements),
  };
}

const ruleReader = createRuleReader();

function readRules(values: unknown): readonly Rule[] {
  if (!Array.isArray(values))
    throw new PraxisError(
      'MALFORMED',
      'rules must be a list, of what the lines of a rule file hold.',
    );
  const violations: Violation[] = [];
  for (const [index, value] of values.entries()) {
    const reading = ruleReader.read(value, index);
    if (reading.kind === 'record') continue;
    for (const { rule, column, message } of reading.problems)
      violations.push({
        rule,
        path: `/rules/${index}${column === null ? '' : `/${column}`}`,
        message,
      });
  }
  if (violations.length > 0)
    throw new PraxisError(
      'INVALID',
      'The rules cannot be taken, so nothing was tested.',
      violations,
    );
  // As RULE_SCHEMA found them.
  return values as readonly Rule[];
}

function readTestStatements(values: unknown): readonly Statement[] {
  if (!Array.isArray(values) || values.length === 0)
    throw new PraxisError('MALFORMED', 'statements must be a list of at least one statement.');
  if (values.length > MAX_STATEMENTS)
    throw new PraxisError(
      'TOO_LARGE',
      `A test takes at most ${MAX_STATEMENTS} statements; send the rest in another.`,
    );
  try {
    return readStatements(JSON.stringify(values), '2.0.0').map(({ statement }) => statement);
  } catch (error) {
    if (!(error instanceof PraxisError)) throw error;
    const violations = error.violations.map((each) => ({
      ...each,
      path: `/statements${each.path}`,
    }));
    throw new PraxisError(error.code, error.message, violations);
  }
}
