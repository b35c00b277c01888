import { agentKey } from '../../statements/index-keys.ts';
import { parseInstant, type Instant } from '../../statements/instant.ts';
import type { Actor, Extensions, Score, Statement } from '../../statements/statement.ts';
import { readFacts } from './facts.ts';
import type { Reading, RuleSet } from './rule-set.ts';

/** What a statement says under a rule set, before anyone asks who its people and courses are. */
export interface Trace {
  /** The statement's timestamp. */
  readonly at: Instant;
  /** The actor, or the members of a group; empty when none can be identified. */
  readonly agents: readonly string[];
  readonly verb: string;
  /** Id of the object when it is an activity. */
  readonly object: string | null;
  /** Context activity ids: parent, grouping, category, other. */
  readonly context: readonly string[];
  /** What the skill extensions name. */
  readonly aligned: readonly string[];
  readonly platform: string | null;
  readonly seconds: number | null;
  /** −1 … 1. */
  readonly score: number | null;
  readonly success: boolean | null;
  /** Somebody watched: `context.instructor` or an observer extension. */
  readonly observed: boolean;
  /** cmi5's session id. Its statements all tell the time since the session began. */
  readonly session: string | null;
  readonly readings: readonly Reading[];
}

/** `stored` stands in for a timestamp that is missing or cannot be read. */
export function readTrace(statement: Statement, ruleSet: RuleSet, stored: Instant): Trace {
  const { actor, result, context, timestamp } = statement;
  const said = readFacts(statement);
  const platform = ruleSet.findPlatform(said);
  const facts = platform === said.platform ? said : { ...said, platform };
  const observers = ruleSet.findObserverExtensions(facts);
  return {
    at: (timestamp === undefined ? null : parseInstant(timestamp)) ?? stored,
    agents: listAgents(actor),
    verb: facts.verb,
    object: facts.activity?.id ?? null,
    context: facts.contextActivities.map(({ id }) => id),
    aligned: listAligned(facts.extensions, ruleSet.findSkillExtensions(facts)),
    platform,
    seconds: result?.duration === undefined ? null : parseDuration(result.duration),
    score: result?.score === undefined ? null : scaleScore(result.score),
    success: result?.success ?? null,
    observed:
      context?.instructor !== undefined ||
      facts.extensions.some((map) => observers.some((key) => Object.hasOwn(map, key))),
    session: readSession(context?.extensions),
    readings: ruleSet.readEvents(facts),
  };
}

/** AICC cmi5 Quartz, 9.6.3.1. */
const SESSION_ID = 'https://w3id.org/xapi/cmi5/context/extensions/sessionid';

function readSession(extensions: Extensions | undefined): string | null {
  const id = extensions?.[SESSION_ID];
  return typeof id === 'string' ? id : null;
}

/** A group acts through its members; one that lists none can only be reported as itself. */
function listAgents(actor: Actor): readonly string[] {
  const members = 'member' in actor ? (actor.member ?? []) : [];
  const named = members.length === 0 ? [actor] : members;
  return [...new Set(named.map(agentKey).filter((key) => key !== null))];
}

function listAligned(maps: readonly Extensions[], keys: readonly string[]): readonly string[] {
  if (maps.length === 0) return [];
  return maps.flatMap((map) => keys.flatMap((key) => listNamed(map[key])));
}

/** The ids in an extension's value: a text, an object with an `id`, or a list of such. */
function listNamed(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(listNamed);
  if (typeof value !== 'object' || value === null || !('id' in value)) return [];
  return typeof value.id === 'string' ? [value.id] : [];
}

/**
 * `scaled` when it is given, else where `raw` lies between `min` (0 when it is not given) and `max`; null
 * when that cannot be said.
 */
export function scaleScore({ scaled, raw, min = 0, max }: Score): number | null {
  if (scaled !== undefined) return scaled;
  if (raw === undefined || max === undefined || max <= min) return null;
  return Math.min(1, Math.max(-1, (raw - min) / (max - min)));
}

const DURATION =
  /^P(?:([\d.,]+)Y)?(?:([\d.,]+)M)?(?:([\d.,]+)W)?(?:([\d.,]+)D)?(?:T(?:([\d.,]+)H)?(?:([\d.,]+)M)?(?:([\d.,]+)S)?)?$/;

const DAY = 86_400;
/**
 * Of the parts of DURATION in order. Years and months have no fixed length: 365 and 30 days, the plain
 * reading of a duration without a date.
 */
const SECONDS_PER: readonly number[] = [365 * DAY, 30 * DAY, 7 * DAY, DAY, 3600, 60, 1];

/** Seconds of an ISO 8601 duration; null when the text is none. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const seconds = SECONDS_PER.reduce(
    (sum, length, index) => sum + readNumber(match[index + 1]) * length,
    0,
  );
  return Number.isFinite(seconds) ? seconds : null;
}

function readNumber(digits = '0'): number {
  return Number(digits.replace(',', '.'));
}
