import { putRecords, startTestServer, STATEMENTS, type TestServer } from '../http/server.ts';

export const HYGIENE = 'https://example.org/skills/hygiene';

/** A server where somebody is known by the accounts given, and the courses teach hygiene. */
export async function startToolServer(
  agents: readonly string[],
  courses: readonly string[],
): Promise<TestServer> {
  const server = await startTestServer();
  await putRecords(server.as(server.admin), {
    people: [{ id: 'ana', agents }],
    assignments: [{ personId: 'ana', from: '2020-01-01', role: 'Cook', segment: 'FRONTLINE' }],
    skills: [{ id: HYGIENE, name: 'Hygiene' }],
    courses: courses.map((id) => ({
      id,
      name: id,
      skills: [HYGIENE],
      delivery: 'FORMAL',
      author: 'L_AND_D',
    })),
    platforms: ['slack', 'teams', 'operations'].map((id) => ({
      id,
      name: id,
      device: 'DESKTOP',
      inFlow: true,
      segments: ['DESK'],
    })),
  });
  return server;
}

export interface Event {
  readonly kind: string;
  readonly course: string | null;
  readonly skill: string | null;
  readonly score: number | null;
  readonly tier: string | null;
}

/** What each statement that the server has gives under the stored rules, or those given, by its id. */
export async function readEvents(
  server: TestServer,
  ids: readonly string[],
  rules?: readonly object[],
): Promise<readonly (readonly Event[])[]> {
  const admin = server.as(server.admin);
  await admin.post('/analytics/refresh').expect(200);
  const statements = await Promise.all(
    ids.map(async (id) => (await admin.get(`${STATEMENTS}?statementId=${id}`).expect(200)).body),
  );
  const { body } = await admin
    .post('/analytics/rules/test')
    .send({ statements, ...(rules === undefined ? {} : { rules }) })
    .expect(200);
  // The events of one statement have no order.
  return body.statements.map(({ events }: { events: readonly Event[] }) =>
    events.toSorted((one, other) => one.kind.localeCompare(other.kind)),
  );
}

export function kindsOf(events: readonly (readonly Event[])[]): readonly string[] {
  return events.map((each) =>
    each
      .map(({ kind }) => kind)
      .sort()
      .join(' '),
  );
}
