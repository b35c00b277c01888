import type { EventKind } from '../warehouse/schema.ts';

/**
 * A rule set, in order, says which events a statement gives (metrics.md §1). It is data: the defaults
 * are in this folder, and a customer's own rules come as the workforce collection `rules`.
 */
export type Rule = EventRule | PlatformRule | ExtensionRule | Removal;

interface RuleHead {
  /** A customer's rule with the id of a default rule takes its place, where its source applies. */
  readonly id: string;
  readonly title?: string;
  /** The rule is for statements of these sources only; without it, for all. */
  readonly source?: Source;
}

/** Where a statement comes from: every list that is given must hold its value. */
export interface Source {
  readonly platforms?: readonly string[];
  /** As agents are written in workforce files: `mailto:…`, `account:HOMEPAGE|NAME`, … */
  readonly authorities?: readonly string[];
}

/** A statement that fits gives an event of `kind`. Several rules of a kind give one. */
export interface EventRule extends RuleHead {
  readonly kind: EventKind;
  readonly when: Condition;
  readonly unless?: readonly Condition[];
  /** What must be known among the workforce records, beside what the kind itself needs. */
  readonly needs?: readonly Need[];
}

/** A statement that fits was made on this platform, whatever its `context.platform` says. The first rule decides. */
export interface PlatformRule extends RuleHead {
  readonly setPlatform: string;
  readonly when: Condition;
  readonly unless?: readonly Condition[];
}

/** Extensions whose values name skills, or whose presence says that somebody observed. */
export interface ExtensionRule extends RuleHead {
  readonly skillExtensions?: readonly string[];
  readonly observerExtensions?: readonly string[];
}

/** Takes the default rule of this id away. */
export interface Removal extends RuleHead {
  readonly disabled: true;
}

export const NEEDS = ['COURSE', 'SKILL'] as const;
export type Need = (typeof NEEDS)[number];

/** All members that are given must hold. A list holds when one of its items does. */
export interface Condition {
  readonly verbs?: readonly string[];
  /** Ids of the object. */
  readonly activities?: readonly string[];
  /** Types of the object. */
  readonly activityTypes?: readonly string[];
  /** Ids of context activities. */
  readonly contextActivities?: readonly string[];
  /** Types of context activities. */
  readonly contextActivityTypes?: readonly string[];
  readonly platforms?: readonly string[];
  readonly authorities?: readonly string[];
  /** Keys of extensions of the context, the result or the object. */
  readonly extensions?: readonly string[];
  readonly completion?: boolean;
  readonly success?: boolean;
  /** Whether there is a `result.score`. */
  readonly score?: boolean;
}

/** What a kind always needs: a completion that is of no course, or a use of no skill, counts nowhere. */
export const NEEDS_OF_KIND: Readonly<Partial<Record<EventKind, Need>>> = {
  COMPLETED: 'COURSE',
  APPLIED: 'SKILL',
};

/** Shows what a default rule takes and leaves; replayed by a test. */
export interface RuleExample {
  readonly title: string;
  /** The members of a statement that matter; the rest is filled in. */
  readonly statement: object;
  /** The kinds of events that the whole default rule set gives. */
  readonly events: readonly EventKind[];
}

export type DefaultRule = Exclude<Rule, Removal> & {
  readonly title: string;
  readonly examples: readonly RuleExample[];
};
