import { CONTEXT_ACTIVITY_KINDS } from './statement.ts';
import type {
  Activity,
  Actor,
  Agent,
  Context,
  Statement,
  StatementObject,
  SubStatement,
} from './statement.ts';

/**
 * What a statement is found by (Communication §2.1.3): one text a use, made of the kind of use and the
 * value. `agent` and `activity` are the uses that the plain filters match; `related-agent`, `authority`
 * and `related-activity` are those that related_agents and related_activities add. Distinct; what is
 * used directly is not repeated as related.
 */
export function indexKeys(statement: Statement): string[] {
  const { actor, verb, object, context, authority } = statement;
  const agents = [...keysOfActor(actor), ...keysOfActor(actorIn(object))];
  const related = [...relatedActors(context), ...subActors(object)].flatMap(keysOfActor);
  const activities = isActivity(object) ? [object.id] : [];
  const relatedIds = [...contextActivities(context), ...subActivities(object)].map(({ id }) => id);
  const keys = [
    `verb:${verb.id}`,
    ...(context?.registration === undefined ? [] : [registrationKey(context.registration)]),
    ...agents.map((key) => `agent:${key}`),
    ...related.filter((key) => !agents.includes(key)).map((key) => `related-agent:${key}`),
    ...keysOfActor(authority).map((key) => `authority:${key}`),
    ...activities.map((id) => `activity:${id}`),
    ...relatedIds.filter((id) => !activities.includes(id)).map((id) => `related-activity:${id}`),
  ];
  return [...new Set(keys)];
}

/** As every file, table and query of Praxis writes an agent; null for an anonymous group. */
export function agentKey(actor: Actor): string | null {
  if (actor.mbox !== undefined) return actor.mbox;
  if (actor.mbox_sha1sum !== undefined) return `sha1:${actor.mbox_sha1sum}`;
  if (actor.openid !== undefined) return `openid:${actor.openid}`;
  if (actor.account === undefined) return null;
  return `account:${actor.account.homePage}|${actor.account.name}`;
}

/** UUIDs are compared without regard to case. */
export function registrationKey(registration: string): string {
  return `registration:${registration.toLowerCase()}`;
}

/** The key of an agent or group, and those of its members. */
function keysOfActor(actor: Actor | undefined): string[] {
  if (actor === undefined) return [];
  return [actor, ...membersOf(actor)].map(agentKey).filter((key) => key !== null);
}

function membersOf(actor: Actor): readonly Agent[] {
  return 'member' in actor ? (actor.member ?? []) : [];
}

/** An object without objectType is an activity (Data §2.4.4). */
export function isActivity(object: StatementObject): object is Activity {
  return object.objectType === undefined || object.objectType === 'Activity';
}

export function isSubStatement(object: StatementObject): object is SubStatement {
  return object.objectType === 'SubStatement';
}

function actorIn(object: StatementObject): Actor | undefined {
  return object.objectType === 'Agent' || object.objectType === 'Group' ? object : undefined;
}

function relatedActors(context: Context | undefined): Actor[] {
  if (context === undefined) return [];
  const { instructor, team, contextAgents = [], contextGroups = [] } = context;
  return [
    instructor,
    team,
    ...contextAgents.map(({ agent }) => agent),
    ...contextGroups.map(({ group }) => group),
  ].filter((actor) => actor !== undefined);
}

function subActors(object: StatementObject): Actor[] {
  if (!isSubStatement(object)) return [];
  const inner = actorIn(object.object);
  return [object.actor, ...(inner === undefined ? [] : [inner]), ...relatedActors(object.context)];
}

function contextActivities(context: Context | undefined): Activity[] {
  const activities = context?.contextActivities;
  if (activities === undefined) return [];
  return CONTEXT_ACTIVITY_KINDS.flatMap((kind) => activities[kind] ?? []);
}

/** Every agent and group in a statement, members too, in all their uses. */
export function actorsOf({ actor, object, context, authority }: Statement): Actor[] {
  return [actor, actorIn(object), ...relatedActors(context), ...subActors(object), authority]
    .filter((each) => each !== undefined)
    .flatMap((each) => [each, ...membersOf(each)]);
}

/** Every activity in a statement, the object last. */
export function activitiesOf({ object, context }: Statement): Activity[] {
  return [
    ...subActivities(object),
    ...contextActivities(context),
    ...(isActivity(object) ? [object] : []),
  ];
}

function subActivities(object: StatementObject): Activity[] {
  if (!isSubStatement(object)) return [];
  const inner = object.object;
  return [...(isActivity(inner) ? [inner] : []), ...contextActivities(object.context)];
}
