import { startTestServer, type TestServer } from '../http/server.ts';

export type BiName = 'analyst' | 'author' | 'stranger' | 'personnel';

const PEOPLE = Array.from({ length: 24 }, (_, index) => `p${String(index).padStart(2, '0')}`);

/** Twelve cooks and six waiters of the frontline, six clerks at desks; =SUM is what one location is called. */
function jobOf(index: number): string {
  if (index < 12) return 'cook,FRONTLINE,"=SUM(1)"';
  if (index < 18) return 'waiter,FRONTLINE,"Hall, ""East"""';
  return 'clerk,DESK,Office';
}

const VERBS = 'http://adlnet.gov/expapi/verbs/';

function state(person: string, verb: string, timestamp: string): object {
  return {
    actor: { mbox: `mailto:${person}@example.org` },
    verb: { id: verb.includes(':') ? verb : `${VERBS}${verb}` },
    object: {
      id: verb.includes(':') ? 'https://example.org/skills/knife' : 'https://example.org/c/1',
    },
    timestamp,
  };
}

/** In January six of all are active, in February twelve; a cook in two completes and applies. */
export const STATEMENTS: readonly object[] = PEOPLE.flatMap((person, index) => [
  ...(index % 4 === 0 ? [state(person, 'experienced', '2026-01-10T12:00:00Z')] : []),
  ...(index % 2 === 0 ? [state(person, 'experienced', '2026-02-10T12:00:00Z')] : []),
  ...(index < 12 ? [state(person, 'completed', '2026-01-15T12:00:00Z')] : []),
  ...(index < 6
    ? [state(person, 'https://w3id.org/xapi/dod-isd/verbs/performed', '2026-01-25T12:00:00Z')]
    : []),
]);

/** The real server with a small organisation in it, all of it sent as its users do. */
export async function startBiServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<TestServer<BiName>> {
  const server = await startTestServer<BiName>({
    settings,
    credentials: {
      analyst: ['analytics/read'],
      author: ['analytics/write'],
      stranger: ['statements/read'],
      personnel: ['analytics/read', 'people/read'],
    },
  });
  await put(server, 'people', [
    'id,agents',
    ...PEOPLE.map((person) => `${person},mailto:${person}@example.org`),
  ]);
  await put(server, 'assignments', [
    'personId,from,role,segment,location',
    ...PEOPLE.map((person, index) => `${person},2025-01-01,${jobOf(index)}`),
  ]);
  await put(server, 'skills', ['id,name', 'https://example.org/skills/knife,Knife']);
  await put(server, 'courses', [
    'id,name,skills,delivery,author',
    'https://example.org/c/1,Cutting,https://example.org/skills/knife,FORMAL,L_AND_D',
  ]);
  const { status, text } = await server
    .as(server.admin)
    .post('/xapi/statements')
    .send([...STATEMENTS]);
  if (status !== 200) throw new Error(`POST /xapi/statements answered ${status}: ${text}`);
  await server.as('analyst').post('/analytics/refresh');
  return server;
}

async function put(
  server: TestServer<BiName>,
  collection: string,
  lines: readonly string[],
): Promise<void> {
  const { status, text } = await server
    .as(server.admin)
    .put(`/workforce/${collection}`)
    .type('text/csv')
    .send(lines.join('\n'));
  if (status !== 200) throw new Error(`PUT ${collection} answered ${status}: ${text}`);
}
