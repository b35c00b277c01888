import type { Rule } from '../../graphql/rules/rule.ts';
import { compileRuleSet } from '../../graphql/rules/rule-set.ts';
import { rules } from '../../graphql/workforce/collections.ts';
import { MAX_RULES } from '../../graphql/workforce/read-rule.ts';
import { formatInstant } from '../../statements/instant.ts';
import type { KeyedRecord, RecordStore, StatementStore } from '../storage/store.ts';
import { walkRecords } from './walk-records.ts';

/** A rule set that held from an instant on. */
export interface RuleVersion {
  readonly version: string;
  /** When it was first seen to hold, as an ISO 8601 instant. */
  readonly since: string;
  /** The customer's own rules of it, in order. */
  readonly rules: readonly Rule[];
}

/** Beside the collections of `/workforce`, and under none of their names: only this file writes it. */
const VERSIONS = 'ruleVersions';

/** The customer's own rules as they stand, in order. */
export async function readOwnRules(
  store: Pick<RecordStore, 'listRecords'>,
): Promise<readonly Rule[]> {
  const records = await store.listRecords(rules.name, null, MAX_RULES);
  // Checked against RULE_SCHEMA before they were stored.
  return records.map(({ json }) => JSON.parse(json) as Rule);
}

/**
 * Lists the rule set that stands now as a version, unless it is the one listed last. Called after each change
 * and at start, since a new release can bring other default rules; a crash between a change and this call
 * is made good by the next. The instant is the store's, which rises also where several servers have clocks of
 * their own: versions are listed in its order.
 */
export async function recordRuleVersion(
  store: Pick<RecordStore & StatementStore, 'listRecords' | 'putRecords' | 'consistentThrough'>,
): Promise<void> {
  const own = await readOwnRules(store);
  const { version } = compileRuleSet(own);
  if ((await findLast(store))?.version === version) return;
  const since = formatInstant(await store.consistentThrough());
  const record: RuleVersion = { version, since, rules: own };
  await store.putRecords(VERSIONS, [{ key: since, json: JSON.stringify(record) }]);
}

/** Oldest first; `key` is where the next page goes on. */
export async function listRuleVersions(
  store: Pick<RecordStore, 'listRecords'>,
  after: string | null,
  limit: number,
): Promise<readonly (RuleVersion & { readonly key: string })[]> {
  return (await store.listRecords(VERSIONS, after, limit)).map(readVersion);
}

/** The version of this name that held last; null when none has it. */
export async function findRuleVersion(
  store: Pick<RecordStore, 'listRecords'>,
  version: string,
): Promise<RuleVersion | null> {
  let found: RuleVersion | null = null;
  for await (const record of walkRecords(store, VERSIONS)) {
    const listed = readVersion(record);
    if (listed.version === version) found = listed;
  }
  return found;
}

/** By reading all: a rule set changes by hand, a few times a year. */
async function findLast(store: Pick<RecordStore, 'listRecords'>): Promise<RuleVersion | null> {
  let last: KeyedRecord | null = null;
  for await (const record of walkRecords(store, VERSIONS)) last = record;
  return last === null ? null : readVersion(last);
}

function readVersion({ key, json }: KeyedRecord): RuleVersion & { readonly key: string } {
  // Written by recordRuleVersion alone.
  return { ...(JSON.parse(json) as RuleVersion), key };
}
