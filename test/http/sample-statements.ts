import { randomUUID } from 'node:crypto';

/** Statements as tests need them: complete and valid, with what a test is about put in by `members`. */
export interface SampleStatement {
  id: string;
  actor: unknown;
  verb: { id: string; display?: Record<string, string> };
  object: unknown;
  [member: string]: unknown;
}

export const VOIDED = 'http://adlnet.gov/expapi/verbs/voided';
export const COMPLETED = 'http://adlnet.gov/expapi/verbs/completed';

export function makeStatement(members: Readonly<Record<string, unknown>> = {}): SampleStatement {
  return {
    id: randomUUID(),
    actor: agentNamed('ada'),
    verb: { id: COMPLETED, display: { en: 'completed' } },
    object: activityNamed('welding'),
    ...members,
  };
}

export function agentNamed(name: string): { objectType: 'Agent'; mbox: string } {
  return { objectType: 'Agent', mbox: `mailto:${name}@example.org` };
}

export function activityNamed(name: string): { objectType: 'Activity'; id: string } {
  return { objectType: 'Activity', id: `https://example.org/activities/${name}` };
}

export function verbNamed(name: string): { id: string } {
  return { id: `https://example.org/verbs/${name}` };
}

export function referTo(id: string): { objectType: 'StatementRef'; id: string } {
  return { objectType: 'StatementRef', id };
}

export function makeVoider(
  id: string,
  members: Readonly<Record<string, unknown>> = {},
): SampleStatement {
  return makeStatement({ verb: { id: VOIDED }, object: referTo(id), ...members });
}

/** `?agent=…&limit=…`, with values encoded; objects as JSON, the way xAPI sends agents. */
export function queryOf(parameters: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    search.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  return `?${search.toString()}`;
}
