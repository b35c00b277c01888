import { createHash } from 'node:crypto';
import type { EventKind } from '../warehouse/schema.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import type { Facts } from './facts.ts';
import {
  NEEDS_OF_KIND,
  type Condition,
  type EventRule,
  type ExtensionRule,
  type Need,
  type PlatformRule,
  type Rule,
  type Source,
} from './rule.ts';

/** An event that a rule sees in a statement; it comes about when what it needs is known. */
export interface Reading {
  readonly kind: EventKind;
  readonly needs: readonly Need[];
}

export interface RuleSet {
  /** Short hash of what the rules do: the same rules have the same version everywhere. */
  readonly version: string;
  findPlatform(facts: Facts): string | null;
  /** One reading for each kind and needs. */
  readEvents(facts: Facts): readonly Reading[];
  findSkillExtensions(facts: Facts): readonly string[];
  findObserverExtensions(facts: Facts): readonly string[];
}

type Test = (facts: Facts) => boolean;

/** One rule id: its default and the customer's variants of it; the last whose source fits decides. */
interface Slot<R> {
  readonly variants: readonly { readonly fits: Test; readonly rule: R | null }[];
}

/** The default rules with the customer's own, in order, put over them. */
export function compileRuleSet(customerRules: readonly Rule[]): RuleSet {
  const rules: readonly Rule[] = [...DEFAULT_RULES, ...customerRules];
  const platforms = slotsOf(rules, isPlatformRule, (rule) => ({
    platform: rule.setPlatform,
    matches: compileMatch(rule),
  }));
  const events = slotsOf(rules, isEventRule, (rule) => ({
    reading: readingOf(rule),
    matches: compileMatch(rule),
  }));
  const extensions = slotsOf(rules, isExtensionRule, (rule) => rule);
  return {
    version: versionOf(rules),
    findPlatform: (facts) =>
      choose(platforms, facts).find(({ matches }) => matches(facts))?.platform ?? facts.platform,
    readEvents: (facts) =>
      distinctReadings(
        choose(events, facts)
          .filter(({ matches }) => matches(facts))
          .map(({ reading }) => reading),
      ),
    findSkillExtensions: (facts) =>
      choose(extensions, facts).flatMap(({ skillExtensions }) => skillExtensions ?? []),
    findObserverExtensions: (facts) =>
      choose(extensions, facts).flatMap(({ observerExtensions }) => observerExtensions ?? []),
  };
}

function isPlatformRule(rule: Rule): rule is PlatformRule {
  return 'setPlatform' in rule;
}

function isEventRule(rule: Rule): rule is EventRule {
  return 'kind' in rule;
}

function isExtensionRule(rule: Rule): rule is ExtensionRule {
  return 'skillExtensions' in rule || 'observerExtensions' in rule;
}

/**
 * Slots in the order in which their ids first appear. A variant that is of another form, or disabled,
 * still takes the place of the ones before it: it leaves nothing of this form there.
 */
function slotsOf<R extends Rule, Compiled>(
  rules: readonly Rule[],
  isOfForm: (rule: Rule) => rule is R,
  compile: (rule: R) => Compiled,
): readonly Slot<Compiled>[] {
  const byId = Map.groupBy(rules, ({ id }) => id);
  return [...byId.values()]
    .filter((variants) => variants.some(isOfForm))
    .map((variants) => ({
      variants: variants
        .map((rule) => ({
          fits: compileSource(rule.source),
          rule: isOfForm(rule) ? compile(rule) : null,
        }))
        .reverse(),
    }));
}

function choose<R>(slots: readonly Slot<R>[], facts: Facts): readonly R[] {
  const chosen: R[] = [];
  for (const { variants } of slots) {
    const rule = variants.find(({ fits }) => fits(facts))?.rule ?? null;
    if (rule !== null) chosen.push(rule);
  }
  return chosen;
}

function readingOf({ kind, needs = [] }: EventRule): Reading {
  const own = NEEDS_OF_KIND[kind];
  const all = new Set(own === undefined ? needs : [own, ...needs]);
  return { kind, needs: [...all].sort() };
}

function distinctReadings(readings: readonly Reading[]): readonly Reading[] {
  if (readings.length < 2) return readings;
  return [...new Map(readings.map((reading) => [writeReading(reading), reading])).values()];
}

/** `ENGAGED`, `APPLIED+SKILL`: the form in which the warehouse keeps a reading. */
export function writeReading({ kind, needs }: Reading): string {
  return [kind, ...needs].join('+');
}

// Conditions ------------------------------------------------------------------------------------

function compileMatch(rule: Pick<EventRule, 'when' | 'unless'>): Test {
  const when = compileCondition(rule.when);
  const unless = (rule.unless ?? []).map(compileCondition);
  return (facts) => when(facts) && !unless.some((test) => test(facts));
}

function compileSource({ platforms, authorities }: Source = {}): Test {
  return all([
    listTest(platforms, (facts) => facts.platform),
    listTest(authorities, (facts) => facts.authority),
  ]);
}

function compileCondition(condition: Condition): Test {
  const { completion, success, score, extensions } = condition;
  return all([
    listTest(condition.verbs, (facts) => facts.verb),
    listTest(condition.activities, (facts) => facts.activity?.id),
    listTest(condition.activityTypes, (facts) => facts.activity?.definition?.type),
    anyTest(condition.contextActivities, (activity) => activity.id),
    anyTest(condition.contextActivityTypes, (activity) => activity.definition?.type),
    compileSource(condition),
    completion === undefined ? null : (facts) => facts.completion === completion,
    success === undefined ? null : (facts) => facts.success === success,
    score === undefined ? null : (facts) => facts.score === score,
    extensions === undefined
      ? null
      : (facts) =>
          extensions.some((key) => facts.extensions.some((map) => Object.hasOwn(map, key))),
  ]);
}

function all(tests: readonly (Test | null)[]): Test {
  const given = tests.filter((test) => test !== null);
  if (given.length === 1 && given[0] !== undefined) return given[0];
  return (facts) => given.every((test) => test(facts));
}

function listTest(
  allowed: readonly string[] | undefined,
  valueOf: (facts: Facts) => string | null | undefined,
): Test | null {
  if (allowed === undefined) return null;
  const set: ReadonlySet<string | null | undefined> = new Set(allowed);
  return (facts) => set.has(valueOf(facts));
}

function anyTest(
  allowed: readonly string[] | undefined,
  valueOf: (activity: Facts['contextActivities'][number]) => string | undefined,
): Test | null {
  if (allowed === undefined) return null;
  const set: ReadonlySet<string | undefined> = new Set(allowed);
  return (facts) => facts.contextActivities.some((activity) => set.has(valueOf(activity)));
}

// Version ---------------------------------------------------------------------------------------

const VERSION_LENGTH = 12;
/** They explain; they decide nothing. */
const EXPLANATIONS: ReadonlySet<string> = new Set(['title', 'examples']);

function versionOf(rules: readonly Rule[]): string {
  const text = JSON.stringify(rules.map(canonical));
  return createHash('sha256').update(text).digest('hex').slice(0, VERSION_LENGTH);
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !EXPLANATIONS.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, canonical(member)]),
  );
}
