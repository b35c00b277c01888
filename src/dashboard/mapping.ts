import { request } from './api.ts';
import type { Session } from './session.tsx';

export type EventKind = 'ENGAGED' | 'COMPLETED' | 'APPLIED' | 'ASSESSED' | 'CONTRIBUTED' | 'RATED';

export const EVENT_KINDS: readonly { readonly kind: EventKind; readonly name: string }[] = [
  { kind: 'ENGAGED', name: 'Learning activity' },
  { kind: 'COMPLETED', name: 'Completing a course' },
  { kind: 'APPLIED', name: 'Using a skill on the job' },
  { kind: 'CONTRIBUTED', name: 'Making or sharing content' },
];

interface PersonRecord {
  readonly id: string;
  readonly name?: string;
  readonly agents: readonly string[];
}

/** Adds the identifier to the person's, and returns when the numbers count it. Throws ApiError. */
export async function assignActor(
  session: Session,
  actor: string,
  personId: string,
): Promise<string> {
  const path = `/workforce/people/${encodeURIComponent(personId)}`;
  const person = (await (await request(session, path)).json()) as PersonRecord;
  await putLines(session, 'people', [{ ...person, agents: [...person.agents, actor] }]);
  await refresh(session);
  return `Counted as ${person.name ?? person.id}.`;
}

/** Appends a rule for the verb to the organisation's own, and returns when the numbers count it. */
export async function assignVerb(session: Session, verb: string, kind: EventKind): Promise<string> {
  const answer = await request(session, '/workforce/rules?limit=1000');
  const { records } = (await answer.json()) as { readonly records: readonly object[] };
  const rule = {
    id: `own.${kind.toLowerCase()}.${slugOf(verb)}`,
    title: `${verb}, as said in the dashboard`,
    kind,
    when: { verbs: [verb] },
    ...(kind === 'APPLIED' ? { needs: ['skill'] } : {}),
    ...(kind === 'COMPLETED' ? { needs: ['course'] } : {}),
  };
  await putLines(session, 'rules', [...records, rule]);
  await refresh(session);
  return `Rule ${rule.id} was added.`;
}

async function putLines(
  session: Session,
  collection: string,
  records: readonly object[],
): Promise<void> {
  await request(session, `/workforce/${collection}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/x-ndjson' },
    body: records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  });
}

async function refresh(session: Session): Promise<void> {
  await request(session, '/analytics/refresh', { method: 'POST' });
}

const SLUG_LENGTH = 60;

function slugOf(verb: string): string {
  return verb
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replace(/-$/, '')
    .slice(-SLUG_LENGTH)
    .replace(/^-+/, '');
}
