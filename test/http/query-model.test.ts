import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type TestAgent from 'supertest/lib/agent.js';
import { referTo, queryOf, VOIDED } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type StatementResult, type TestServer } from './server.ts';

/**
 * What a query finds, worked out naively: every statement of the run is looked at for every query. Nothing
 * of the product is used for it, so that the two cannot be wrong in the same way.
 */

const AGENTS = [
  { mbox: 'mailto:ada@example.org' },
  { mbox: 'mailto:bob@example.org' },
  { account: { homePage: 'https://hr.example.org', name: '7|7' } },
  { openid: 'https://id.example.org/cem' },
] as const;
const CREW = { objectType: 'Group', mbox: 'mailto:crew@example.org', member: [AGENTS[1]] };
const PAIR = { objectType: 'Group', member: [AGENTS[0], AGENTS[2]] };
const ACTORS: readonly Actor[] = [...AGENTS, CREW, PAIR];
const VERBS = ['a', 'b', 'c'].map((name) => `https://example.org/verbs/${name}`);
const ACTIVITIES = ['x', 'y', 'z'].map((name) => `https://example.org/activities/${name}`);
const REGISTRATIONS = [
  '0b1f5c0e-0000-4000-8000-00000000000a',
  '0b1f5c0e-0000-4000-8000-00000000000b',
];
const SENDERS = ['one', 'two'] as const;
type Sender = (typeof SENDERS)[number];

interface Actor {
  readonly objectType?: string;
  readonly mbox?: string;
  readonly account?: { readonly homePage: string; readonly name: string };
  readonly openid?: string;
  readonly member?: readonly Actor[];
}
interface Context {
  readonly registration?: string;
  readonly instructor?: Actor;
  readonly team?: Actor;
  readonly contextActivities?: Readonly<Record<string, readonly { readonly id: string }[]>>;
  readonly contextAgents?: readonly { readonly agent: Actor }[];
  readonly contextGroups?: readonly { readonly group: Actor }[];
  /** By id; here the number of a statement of the run. */
  readonly statement?: number;
}
/** `refersTo` is the number of a statement of the run, which may not come, or may be this one. */
type Target =
  | { readonly kind: 'activity'; readonly id: string }
  | { readonly kind: 'actor'; readonly actor: Actor }
  | { readonly kind: 'reference'; readonly to: number }
  | { readonly kind: 'sub'; readonly actor: Actor; readonly of: Target; readonly context: Context };
interface Sent {
  readonly sender: Sender;
  readonly actor: Actor;
  readonly verb: string;
  readonly object: Target;
  readonly context: Context;
  /** Whether the next statement goes into the same request, as long as it is the same sender's. */
  readonly joins: boolean;
}
interface Query {
  readonly reader: Sender | 'admin';
  readonly agent?: Actor;
  readonly verb?: string;
  readonly activity?: string;
  readonly registration?: string;
  readonly related_agents?: boolean;
  readonly related_activities?: boolean;
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
  readonly ascending?: boolean;
}

// Generating ------------------------------------------------------------------------------------

const MOST_STATEMENTS = 16;
const optional = { requiredKeys: [] };
const actor = fc.constantFrom(...ACTORS);
const group = fc.constantFrom<Actor>(CREW, PAIR);
const activityList = fc.array(
  fc.constantFrom(...ACTIVITIES).map((id) => ({ id })),
  { minLength: 1, maxLength: 2 },
);
// Two more than there are: they never come.
const number = fc.nat({ max: MOST_STATEMENTS + 1 });
const context: fc.Arbitrary<Context> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  fc.record(
    {
      registration: fc.constantFrom(...REGISTRATIONS),
      instructor: actor,
      team: group,
      contextActivities: fc.record(
        {
          parent: activityList,
          grouping: activityList,
          category: activityList,
          other: activityList,
        },
        optional,
      ),
      contextAgents: fc.array(fc.record({ agent: fc.constantFrom<Actor>(...AGENTS) }), {
        maxLength: 2,
      }),
      contextGroups: fc.array(fc.record({ group }), { maxLength: 1 }),
      statement: number,
    },
    optional,
  ),
);
const plainTarget: fc.Arbitrary<Target> = fc.oneof(
  fc.constantFrom(...ACTIVITIES).map((id) => ({ kind: 'activity' as const, id })),
  actor.map((each) => ({ kind: 'actor' as const, actor: each })),
);
const reference: fc.Arbitrary<Target> = number.map((to) => ({ kind: 'reference', to }));
const subStatement: fc.Arbitrary<Target> = fc.record({
  kind: fc.constant('sub' as const),
  actor,
  of: fc.oneof(plainTarget, reference),
  context,
});
const wording = fc.oneof(
  fc.record({
    verb: fc.constantFrom(...VERBS),
    object: fc.oneof(plainTarget, { weight: 2, arbitrary: reference }, subStatement),
  }),
  fc.record({ verb: fc.constant(VOIDED), object: reference }),
);
const sent: fc.Arbitrary<Sent> = fc
  .record({ sender: fc.constantFrom(...SENDERS), actor, wording, context, joins: fc.boolean() })
  .map(({ wording: worded, ...rest }) => ({ ...rest, ...worded }));
const query: fc.Arbitrary<Query> = fc.record(
  {
    reader: fc.constantFrom<Query['reader'][]>('admin', 'admin', ...SENDERS),
    agent: fc.constantFrom<Actor>(...AGENTS, CREW),
    verb: fc.constantFrom(...VERBS, VOIDED),
    activity: fc.constantFrom(...ACTIVITIES),
    registration: fc.constantFrom(...REGISTRATIONS),
    related_agents: fc.boolean(),
    related_activities: fc.boolean(),
    since: number,
    until: number,
    limit: fc.integer({ min: 1, max: 4 }),
    ascending: fc.boolean(),
  },
  { requiredKeys: ['reader'] },
);

// The model -------------------------------------------------------------------------------------

/** A run as it ended: the statements in the order they were stored. */
class Model {
  readonly #statements: readonly Sent[];
  constructor(statements: readonly Sent[]) {
    this.#statements = statements;
  }

  /** The numbers of the statements that a query finds, in order. */
  find(asked: Query): number[] {
    const found = this.#statements
      .map((_, number) => number)
      .filter((number) => !this.isVoided(number) && this.#answers(number, asked));
    return asked.ascending === true ? found : found.toReversed();
  }

  isVoided(number: number): boolean {
    return (
      this.#statements[number]?.verb !== VOIDED &&
      this.#statements.some(({ verb, object }) => verb === VOIDED && refersTo(object) === number)
    );
  }

  #answers(number: number, asked: Query): boolean {
    const { reader, agent, verb, activity, registration, since, until } = asked;
    const { related_agents: allAgents, related_activities: allActivities } = asked;
    return (
      (reader === 'admin' || this.#statements[number]?.sender === reader) &&
      (since === undefined || number > since) &&
      (until === undefined || number <= until) &&
      (verb === undefined || this.#holds(number, (one) => one.verb === verb)) &&
      (registration === undefined ||
        this.#holds(number, (one) => one.context.registration === registration)) &&
      (activity === undefined ||
        this.#holds(number, (one) =>
          activitiesOf(one, allActivities === true).includes(activity),
        )) &&
      (agent === undefined ||
        this.#holds(number, (one) =>
          agentsOf(one, allAgents === true).some((each) => isSameAgent(each, agent)),
        ))
    );
  }

  /** Of the statement, or of one that it refers to, at any remove (Communication §2.1.4). */
  #holds(number: number, condition: (statement: Sent) => boolean): boolean {
    const seen = new Set<number>();
    for (let at: number | null = number; at !== null && !seen.has(at);) {
      seen.add(at);
      const statement: Sent | undefined = this.#statements[at];
      if (statement === undefined) return false;
      if (condition(statement)) return true;
      at = refersTo(statement.object);
    }
    return false;
  }
}

function refersTo(object: Target): number | null {
  return object.kind === 'reference' ? object.to : null;
}

function isSameAgent(one: Actor, other: Actor): boolean {
  return (
    (one.mbox !== undefined && one.mbox === other.mbox) ||
    (one.openid !== undefined && one.openid === other.openid) ||
    (one.account !== undefined &&
      one.account.homePage === other.account?.homePage &&
      one.account.name === other.account.name)
  );
}

function agentsOf({ actor: who, object, context: around }: Sent, related: boolean): Actor[] {
  const direct = [who, ...(object.kind === 'actor' ? [object.actor] : [])];
  const inner = object.kind === 'sub' ? object : null;
  const others = [
    ...agentsAround(around),
    ...(inner === null ? [] : [inner.actor, ...agentsAround(inner.context)]),
    ...(inner?.of.kind === 'actor' ? [inner.of.actor] : []),
  ];
  return [...direct, ...(related ? others : [])].flatMap((each) => [each, ...(each.member ?? [])]);
}

function agentsAround(around: Context): Actor[] {
  const { instructor, team, contextAgents = [], contextGroups = [] } = around;
  return [
    ...(instructor === undefined ? [] : [instructor]),
    ...(team === undefined ? [] : [team]),
    ...contextAgents.map(({ agent }) => agent),
    ...contextGroups.map((each) => each.group),
  ];
}

function activitiesOf({ object, context: around }: Sent, related: boolean): string[] {
  const own = object.kind === 'activity' ? [object.id] : [];
  if (!related) return own;
  const inner = object.kind === 'sub' ? object : null;
  return [
    ...own,
    ...activitiesAround(around),
    ...(inner === null ? [] : activitiesAround(inner.context)),
    ...(inner?.of.kind === 'activity' ? [inner.of.id] : []),
  ];
}

function activitiesAround({ contextActivities = {} }: Context): string[] {
  return Object.values(contextActivities).flatMap((list) => list.map(({ id }) => id));
}

// Sending ---------------------------------------------------------------------------------------

/** What goes over the wire, with ids in place of numbers. */
function writeStatement(
  { actor: who, verb, object, context: around }: Sent,
  ids: readonly string[],
) {
  return {
    actor: who,
    verb: { id: verb },
    object: writeTarget(object, ids),
    context: writeContext(around, ids),
  };
}

function writeTarget(target: Target, ids: readonly string[]): object {
  switch (target.kind) {
    case 'activity':
      return { id: target.id };
    case 'actor':
      return { objectType: 'Agent', ...target.actor };
    case 'reference':
      return referTo(ids[target.to]!);
    case 'sub':
      return {
        objectType: 'SubStatement',
        actor: target.actor,
        verb: { id: VERBS[0] },
        object: writeTarget(target.of, ids),
        context: writeContext(target.context, ids),
      };
  }
}

function writeContext(around: Context, ids: readonly string[]): object {
  const { statement, contextAgents, contextGroups } = around;
  return {
    ...around,
    ...(statement !== undefined && { statement: referTo(ids[statement]!) }),
    ...(contextAgents && {
      contextAgents: contextAgents.map((each) => ({ objectType: 'contextAgent', ...each })),
    }),
    ...(contextGroups && {
      contextGroups: contextGroups.map((each) => ({ objectType: 'contextGroup', ...each })),
    }),
  };
}

/** Neighbours of one sender that join are one request. */
function groupIntoRequests(statements: readonly Sent[]): number[][] {
  const requests: number[][] = [];
  for (const [number, { sender }] of statements.entries()) {
    const before = statements[number - 1];
    if (before?.joins === true && before.sender === sender) requests.at(-1)?.push(number);
    else requests.push([number]);
  }
  return requests;
}

let server: TestServer<Sender>;
const clients: Record<Query['reader'], TestAgent> = {} as Record<Query['reader'], TestAgent>;

beforeAll(async () => {
  server = await startTestServer({
    credentials: {
      one: ['statements/write', 'statements/read/mine'],
      two: ['statements/write', 'statements/read/mine'],
    },
  });
  clients.admin = server.as(server.admin, '2.0.0');
  for (const sender of SENDERS) clients[sender] = server.as(sender, '2.0.0');
});
afterAll(() => server.close());

async function storeAll(statements: readonly Sent[], ids: readonly string[]): Promise<void> {
  for (const request of groupIntoRequests(statements)) {
    const batch = request.map((number) => ({
      id: ids[number],
      ...writeStatement(statements[number]!, ids),
    }));
    const { status, text } = await clients[statements[request[0]!]!.sender]
      .post(STATEMENTS)
      .send(batch);
    expect([status, text]).toEqual([200, JSON.stringify(batch.map(({ id }) => id))]);
  }
}

function definedOf(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}

/** Found by the parameter for what the model says it is, and not by the other. */
async function readOne(id: string, isVoided: boolean): Promise<StatementResult> {
  const [right, wrong] = isVoided
    ? ['voidedStatementId', 'statementId']
    : ['statementId', 'voidedStatementId'];
  const found = await clients.admin.get(STATEMENTS + queryOf({ [right]: id }));
  expect(found.status).toBe(200);
  expect((await clients.admin.get(STATEMENTS + queryOf({ [wrong]: id }))).status).toBe(404);
  return found.body;
}

async function walkPages(client: TestAgent, path: string, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (let next = path; next !== '';) {
    const { status, body } = await client.get(next);
    expect(status).toBe(200);
    const page = body.statements.map(({ id }: StatementResult) => id);
    expect(page.length).toBeLessThanOrEqual(limit);
    ids.push(...page);
    next = body.more;
  }
  return ids;
}

const RUNS = 40;

test('a query finds what a look at every statement would find, in the same order', async () => {
  const runs = fc.asyncProperty(
    fc.array(sent, { minLength: 1, maxLength: MOST_STATEMENTS }),
    fc.array(query, { minLength: 1, maxLength: 10 }),
    async (statements, queries) => {
      const ids = Array.from({ length: MOST_STATEMENTS + 2 }, () => randomUUID() as string);
      // Statements of earlier runs are cut off by time; the first of this run comes after it.
      const { headers } = await clients.admin.get(`${STATEMENTS}?limit=1`);
      const start = headers['x-experience-api-consistent-through'];
      await storeAll(statements, ids);
      const model = new Model(statements);
      const stored: string[] = [];
      for (const number of statements.keys())
        stored.push((await readOne(ids[number]!, model.isVoided(number))).stored);
      for (const { reader, ...asked } of queries) {
        const since = asked.since === undefined ? start : (stored[asked.since] ?? stored.at(-1));
        const until = asked.until === undefined ? undefined : stored[asked.until];
        const path = STATEMENTS + queryOf(definedOf({ ...asked, since, until }));
        const bounded = { ...asked, reader, since: Math.min(asked.since ?? -1, stored.length - 1) };
        expect(
          (await walkPages(clients[reader], path, asked.limit ?? 500)).map((id) => ids.indexOf(id)),
        ).toEqual(model.find(bounded));
      }
    },
  );
  await fc.assert(runs, { numRuns: RUNS, endOnFailure: false });
}, 240_000);
