import { parseInstant } from './instant.ts';
import { isObject } from './rules/rule.ts';
import type { JsonObject } from './rules/rule.ts';

/**
 * Whether two statements, parsed, are the same statement, by the comparison rules of Data §2.3.1: for a
 * second statement of one id, and for a statement and its signed copy. Not compared, since the LRS sets
 * or may change it: stored, authority and version; id and timestamp where one side lacks it; display of
 * verbs, definition of activities, attachments. Group members come in any order, timestamps in any
 * zone, a single context activity in an array or alone, UUIDs in any case, and a duration is cut to
 * 0.01 s (Data §4.6).
 */
export function areEqualStatements(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return false;
  const shared = { id: hasBoth(one, other, 'id'), timestamp: hasBoth(one, other, 'timestamp') };
  return areSame(essenceOfStatement(one, shared), essenceOfStatement(other, shared));
}

function hasBoth(one: JsonObject, other: JsonObject, name: string): boolean {
  return one[name] !== undefined && other[name] !== undefined;
}

/** What is compared: the same keys and values for every way to write the same statement. */
function essenceOfStatement(
  { id, timestamp, actor, verb, object, result, context }: JsonObject,
  compares: { readonly id: boolean; readonly timestamp: boolean },
): JsonObject {
  return {
    id: compares.id ? foldCase(id) : undefined,
    timestamp: compares.timestamp ? essenceOfTimestamp(timestamp) : undefined,
    actor: essenceOfActor(actor),
    verb: isObject(verb) ? verb.id : verb,
    object: essenceOfObject(object),
    result: isObject(result) ? { ...result, duration: cutDuration(result.duration) } : result,
    context: isObject(context) ? essenceOfContext(context) : context,
  };
}

function essenceOfObject(object: unknown): unknown {
  if (!isObject(object)) return object;
  switch (object.objectType) {
    case 'Agent':
    case 'Group':
      return essenceOfActor(object);
    case 'StatementRef':
      return essenceOfReference(object);
    case 'SubStatement':
      return {
        ...essenceOfStatement(object, { id: false, timestamp: true }),
        objectType: 'SubStatement',
      };
    default:
      return essenceOfActivity(object);
  }
}

function essenceOfActivity(activity: unknown): unknown {
  return isObject(activity) ? { activity: activity.id } : activity;
}

function essenceOfReference(reference: unknown): unknown {
  return isObject(reference) ? { statement: foldCase(reference.id) } : reference;
}

/** objectType may be left out of an Agent (Data §2.4.2.1). */
function essenceOfActor(actor: unknown): unknown {
  if (!isObject(actor)) return actor;
  const { objectType = 'Agent', member, ...rest } = actor;
  const members = Array.isArray(member)
    ? member.map(essenceOfActor).sort((a, b) => compareTexts(canonicalText(a), canonicalText(b)))
    : member;
  return { ...rest, objectType, member: members };
}

function essenceOfContext(context: JsonObject): JsonObject {
  const {
    registration,
    instructor,
    team,
    contextActivities,
    contextAgents,
    contextGroups,
    statement,
  } = context;
  return {
    ...context,
    registration: foldCase(registration),
    instructor: essenceOfActor(instructor),
    team: essenceOfActor(team),
    statement: essenceOfReference(statement),
    contextAgents: essenceOfList(contextAgents, (item) => ({
      ...item,
      agent: essenceOfActor(item.agent),
    })),
    contextGroups: essenceOfList(contextGroups, (item) => ({
      ...item,
      group: essenceOfActor(item.group),
    })),
    contextActivities: isObject(contextActivities)
      ? essenceOfActivities(contextActivities)
      : contextActivities,
  };
}

function essenceOfActivities(activities: JsonObject): JsonObject {
  const lists = Object.entries(activities).map(([kind, value]) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return [kind, list.map(essenceOfActivity)] as const;
  });
  return Object.fromEntries(lists);
}

function essenceOfList(list: unknown, essence: (item: JsonObject) => JsonObject): unknown {
  return Array.isArray(list)
    ? list.map((item: unknown) => (isObject(item) ? essence(item) : item))
    : list;
}

function essenceOfTimestamp(timestamp: unknown): unknown {
  return typeof timestamp === 'string' ? (parseInstant(timestamp) ?? timestamp) : timestamp;
}

function cutDuration(duration: unknown): unknown {
  return typeof duration === 'string' ? duration.replace(/([.,]\d\d)\d+(?=S$)/, '$1') : duration;
}

function foldCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function areSame(one: unknown, other: unknown): boolean {
  return canonicalText(one) === canonicalText(other);
}

/** JSON with its names in order and absent members left out, so that equal values are equal texts. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (value === undefined) return 'null';
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${members
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonicalText(item)}`)
    .join(',')}}`;
}
