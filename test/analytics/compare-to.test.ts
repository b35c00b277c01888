import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestServer } from '../http/server.ts';
import { startBiServer, type BiName } from './bi-server.ts';

let server: TestServer<BiName>;
beforeAll(async () => {
  server = await startBiServer();
});
afterAll(() => server.close());

function ask(query: string) {
  return server.as('analyst').post('/graphql').send({ query });
}

const FEBRUARY = 'period: { from: "2026-02-01", to: "2026-03-01" }';

test('GraphQL gives each slice what it is compared with, and what changed, with the interval', async () => {
  const { body } = await ask(`{ workforce(${FEBRUARY}, by: [ROLE], where: { segments: [DESK] },
    compareTo: { previous: true }) { slices { role
      skillApplication(windowDays: 30) { rate }
      comparison { participation { active rate } comparison { role } }
      changes { measure difference interval { low high } } } } }`);
  expect(body.errors).toBeUndefined();
  const [slice] = body.data.workforce.slices;
  expect(slice).toMatchObject({
    role: 'clerk',
    comparison: { participation: { active: 1, rate: 1 / 6 }, comparison: null },
  });
  const byMeasure = new Map(
    slice.changes.map(({ measure, ...change }: { measure: string }) => [measure, change]),
  );
  expect(byMeasure.get('participation.rate')).toEqual({
    difference: expect.closeTo(2 / 6, 12),
    interval: { low: expect.closeTo(-0.17171, 4), high: expect.closeTo(0.6743, 4) },
  });
  expect(byMeasure.get('participation.active')).toEqual({ difference: 2, interval: null });
  expect(byMeasure.has('participation.interval.low')).toBe(false);
  expect(byMeasure.get('skillApplication(windowDays: 30).rate')).toEqual({
    difference: null,
    interval: null,
  });
});

test('a comparison with nothing, or with two things, is refused', async () => {
  for (const compareTo of ['{ previous: false }', '{}', `{ previous: true, where: {} }`]) {
    const { status } = await ask(
      `{ workforce(${FEBRUARY}, compareTo: ${compareTo}) { slices { headcount } } }`,
    );
    expect(status).toBe(400);
  }
});

test('reports that cost too much together are refused, whichever variables say so', async () => {
  const one = (name: string) =>
    `${name}: workforce(period: { from: "2000-01-01", to: "2026-01-01" }, grain: DAY, by: [ROLE]) { slices { headcount } }`;
  const { status, body } = await ask(`{ ${one('a')} ${one('b')} }`);
  expect(status).toBe(400);
  expect(body.errors[0].message).toContain('cost');
});
