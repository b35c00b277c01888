import { actorsOf, agentKey } from './index-keys.ts';
import type { Account, Actor, Statement } from './statement.ts';

/** Everything known of one agent, in lists (Communication §2.4). */
export interface Person {
  readonly objectType: 'Person';
  readonly name?: readonly string[];
  readonly mbox?: readonly string[];
  readonly mbox_sha1sum?: readonly string[];
  readonly openid?: readonly string[];
  readonly account?: readonly Account[];
}

/** The agent asked about, with the names that statements give it. One identifier, for only a person can say that two are theirs. */
export function describePerson(agent: Actor, names: readonly string[]): Person {
  const all = new Set(agent.name === undefined ? names : [agent.name, ...names]);
  return {
    objectType: 'Person',
    ...(all.size > 0 && { name: [...all] }),
    ...(agent.mbox !== undefined && { mbox: [agent.mbox] }),
    ...(agent.mbox_sha1sum !== undefined && { mbox_sha1sum: [agent.mbox_sha1sum] }),
    ...(agent.openid !== undefined && { openid: [agent.openid] }),
    ...(agent.account !== undefined && { account: [agent.account] }),
  };
}

/** The names that a statement gives to the agent of a key, wherever it names it. */
export function findNames(statement: Statement, key: string): string[] {
  return actorsOf(statement).flatMap((actor) =>
    actor.name !== undefined && agentKey(actor) === key ? [actor.name] : [],
  );
}
