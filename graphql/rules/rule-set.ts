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
  /** What each rule id comes to, in order, for the facts as the statement says them. */
  explain(facts: Facts): readonly Verdict[];
}

/** What came of a rule: it holds; or what of it does not, in the words of the rule. */
export interface Verdict {
  readonly id: string;
  /** True when the rule that decided is the customer's. */
  readonly own: boolean;
  readonly holds: boolean;
  /** Null when there is no rule of this id for the statement's source, or it is disabled. */
  readonly rule: Rule | null;
  /** Members as JSON pointers into the rule: of `when` those that do not hold, of `unless` the items that do. */
  readonly because: readonly string[];
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
  const ids = Map.groupBy(rules, ({ id }) => id);
  const own: ReadonlySet<Rule> = new Set(customerRules);
  const findPlatform = (facts: Facts): string | null =>
    choose(platforms, facts).find(({ matches }) => matches(facts))?.platform ?? facts.platform;
  return {
    version: versionOf(rules),
    findPlatform,
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
    explain: (said) => {
      const platform = findPlatform(said);
      const facts = platform === said.platform ? said : { ...said, platform };
      return [...ids].map(([id, variants]) =>
        judge(id, variants, own, variants.some(isPlatformRule) ? said : facts),
      );
    },
  };
}

/** As `choose` and the tests of the chosen variant, with what they were decided by. */
function judge(
  id: string,
  variants: readonly Rule[],
  own: ReadonlySet<Rule>,
  facts: Facts,
): Verdict {
  const rule = variants.findLast(({ source }) => compileSource(source)(facts)) ?? null;
  const verdict = { id, rule, own: rule !== null && own.has(rule) };
  if (rule === null) return { ...verdict, holds: false, because: ['/source'] };
  if ('disabled' in rule) return { ...verdict, rule: null, holds: false, because: ['/disabled'] };
  if (isExtensionRule(rule)) return { ...verdict, holds: true, because: [] };
  const because = [
    ...listTests(rule.when)
      .filter(({ test }) => !test(facts))
      .map(({ member }) => `/when/${member}`),
    ...(rule.unless ?? []).flatMap((condition, index) =>
      compileCondition(condition)(facts) ? [`/unless/${index}`] : [],
    ),
  ];
  return { ...verdict, holds: because.length === 0, because };
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

/** The kind of event, with what it needs in all. */
export function readingOf({ kind, needs = [] }: EventRule): Reading {
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

const CONDITION_MEMBERS = [
  'verbs',
  'activities',
  'activityTypes',
  'contextActivities',
  'contextActivityTypes',
  'platforms',
  'authorities',
  'completion',
  'success',
  'score',
  'extensions',
] as const satisfies readonly (keyof Condition)[];

function compileMatch(rule: Pick<EventRule, 'when' | 'unless'>): Test {
  const when = compileCondition(rule.when);
  const unless = (rule.unless ?? []).map(compileCondition);
  return (facts) => when(facts) && !unless.some((test) => test(facts));
}

function compileSource({ platforms, authorities }: Source = {}): Test {
  return all(
    [
      listTest(platforms, (facts) => facts.platform),
      listTest(authorities, (facts) => facts.authority),
    ].filter((test) => test !== null),
  );
}

function compileCondition(condition: Condition): Test {
  return all(listTests(condition).map(({ test }) => test));
}

interface MemberTest {
  readonly member: keyof Condition;
  readonly test: Test;
}

/** A test for each member that the condition has. */
function listTests(condition: Condition): readonly MemberTest[] {
  const { completion, success, score, extensions } = condition;
  const tests: Readonly<Record<keyof Condition, Test | null>> = {
    verbs: listTest(condition.verbs, (facts) => facts.verb),
    activities: listTest(condition.activities, (facts) => facts.activity?.id),
    activityTypes: listTest(condition.activityTypes, (facts) => facts.activity?.definition?.type),
    contextActivities: anyTest(condition.contextActivities, (activity) => activity.id),
    contextActivityTypes: anyTest(
      condition.contextActivityTypes,
      (activity) => activity.definition?.type,
    ),
    platforms: listTest(condition.platforms, (facts) => facts.platform),
    authorities: listTest(condition.authorities, (facts) => facts.authority),
    completion: completion === undefined ? null : (facts) => facts.completion === completion,
    success: success === undefined ? null : (facts) => facts.success === success,
    score: score === undefined ? null : (facts) => facts.score === score,
    extensions:
      extensions === undefined
        ? null
        : (facts) =>
            extensions.some((key) => facts.extensions.some((map) => Object.hasOwn(map, key))),
  };
  return CONDITION_MEMBERS.flatMap((member) => {
    const test = tests[member];
    return test === null ? [] : [{ member, test }];
  });
}

function all(given: readonly Test[]): Test {
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
