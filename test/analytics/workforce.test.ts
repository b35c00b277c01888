import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { METRICS } from '../../graphql/metrics/registry.ts';
import { Database } from '../../graphql/warehouse/database.ts';
import type { TestServer } from '../http/server.ts';
import { startBiServer, type BiName } from './bi-server.ts';

const WORKFORCE = '/analytics/workforce';
const PERIOD = 'from=2026-01-01&to=2026-03-01';
const PARQUET = 'application/vnd.apache.parquet';

let server: TestServer<BiName>;
beforeAll(async () => {
  server = await startBiServer();
});
afterAll(() => server.close());

function ask(query: string, as: BiName = 'analyst') {
  return server.as(as).get(`${WORKFORCE}?${query}`);
}

/** Bytes as they come. */
function download(query: string, headers: Readonly<Record<string, string>> = {}) {
  const { key, secret } = server.credentials.analyst;
  const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
  return fetch(`${server.url}${WORKFORCE}?${query}`, { headers: { authorization, ...headers } });
}

describe('the flat report', () => {
  test('is a row a slice, with the values that GraphQL has', async () => {
    const { body, status } = await ask(
      `metrics=headcount,participation,skillApplication&by=role&grain=month&${PERIOD}`,
    );
    expect(status).toBe(200);
    expect(body.rows).toHaveLength(6);
    expect(body.rows[1]).toMatchObject({
      role: 'cook',
      bucket_from: '2026-01-01T00:00:00Z',
      bucket_to: '2026-02-01T00:00:00Z',
      suppressed: false,
      headcount: 12,
      // Who completes engages too.
      participation_active: 12,
      participation_rate: 1,
      participation_interval_high: 1,
      skill_application_cohort: 12,
      skill_application_applied: 6,
    });
    const graphql = await server
      .as('analyst')
      .post('/graphql')
      .send({
        query: `{ workforce(period: {from: "2026-01-01", to: "2026-03-01"}, by: [ROLE], grain: MONTH) {
        slices { role participation { rate interval { low high } } skillApplication { cohort rate } } } }`,
      });
    expect(
      body.rows.map((row: Record<string, unknown>) => [
        row['role'],
        row['participation_rate'],
        row['participation_interval_low'],
        row['skill_application_rate'],
      ]),
    ).toEqual(
      graphql.body.data.workforce.slices.map(
        ({ role, participation, skillApplication }: SliceAnswer) => [
          role,
          participation.rate,
          participation.interval?.low ?? null,
          skillApplication.rate,
        ],
      ),
    );
  });

  test('says what it was computed from, in headers and in JSON', async () => {
    const { body, headers } = await ask(`metrics=headcount&${PERIOD}`);
    expect(headers).toMatchObject({
      'praxis-as-of': body.asOf,
      'praxis-rule-set-version': body.ruleSetVersion,
      'praxis-definition-version': body.definitionVersion,
      'praxis-unmapped-share': '0',
    });
    expect(body.rows[0]).toMatchObject({
      bucket_from: '2026-01-01T00:00:00Z',
      bucket_to: '2026-03-01T00:00:00Z',
      headcount: 24,
    });
  });

  test('has the columns of every metric, and the same ones without rows', async () => {
    const query = `metrics=${Object.keys(METRICS).join(',')}&by=role&grain=month&${PERIOD}`;
    const [full, none] = await Promise.all([ask(query), ask(`${query}&roles=astronaut`)]);
    expect(full.body.columns.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining([
        'completion_rate',
        'assessment_pass_rate',
        'effort_hours',
        'flow_in_flow_share',
        'content_rating',
        'training_roi_roi',
        'training_roi_method',
      ]),
    );
    expect(full.body.rows.length).toBeGreaterThan(0);
    expect(none.body.rows).toEqual([]);
    expect(none.body.columns).toEqual(full.body.columns);
    const csv = await ask(`${query}&roles=astronaut&format=csv`);
    expect(csv.text).toBe(
      `${full.body.columns.map(({ name }: { name: string }) => name).join(',')}\r\n`,
    );
  });

  test('names skills and courses beside their ids', async () => {
    const { body } = await ask(`metrics=participation&by=skill,course&${PERIOD}`);
    expect(body.rows).toMatchObject([
      {
        skill: 'https://example.org/skills/knife',
        skill_name: 'Knife',
        course: 'https://example.org/c/1',
        course_name: 'Cutting',
      },
    ]);
  });

  test('hides what is too small, and says so', async () => {
    const { body } = await ask(`metrics=participation&by=role&minGroup&${PERIOD}`);
    expect(body.error.message).toContain('minGroup');
    const small = await ask(`metrics=participation&people=p00,p01&${PERIOD}`, 'personnel');
    expect(small.body.rows).toMatchObject([
      { suppressed: true, participation_active: null, participation_rate: null },
    ]);
  });

  test('takes filters repeated or with commas, with a backslash before a comma that is none', async () => {
    const count = async (filter: string): Promise<number> =>
      (await ask(`metrics=headcount&${PERIOD}&${filter}`)).body.rows[0]?.headcount;
    expect(await count('roles=cook,waiter')).toBe(18);
    expect(await count('roles=cook&roles=waiter')).toBe(18);
    expect(await count('roles=cook&segments=frontline')).toBe(12);
    expect(await count(`locations=${encodeURIComponent('Hall\\, "East"')}`)).toBe(6);
  });

  test('hands metrics their arguments', async () => {
    const { body } = await ask(
      `metrics=skillApplication&${PERIOD}&skillApplication.windowDays=5&roles=cook`,
    );
    expect(body.rows[0]).toMatchObject({ skill_application_applied: 0 });
  });

  test('has the differences from the period before, with their intervals', async () => {
    const { body } = await ask(
      'metrics=participation&from=2026-02-01&to=2026-03-01&compareTo=previous&segments=DESK',
    );
    const [row] = body.rows;
    // Three of six clerks are active in February, one or two of them in January: p20 alone.
    expect(row).toMatchObject({
      participation_active: 3,
      participation_active_change: 2,
      participation_headcount_change: 0,
    });
    expect(row.participation_rate_change).toBeCloseTo(2 / 6, 12);
    // Newcombe's method 10 for 3/6 − 1/6, worked by hand from the Wilson limits.
    expect(row.participation_rate_change_low).toBeCloseTo(-0.17171, 4);
    expect(row.participation_rate_change_high).toBeCloseTo(0.6743, 4);
  });

  test('has the differences from another part of the workforce', async () => {
    const { body } = await ask(
      `metrics=headcount&${PERIOD}&segments=FRONTLINE&compareTo.segments=DESK`,
    );
    expect(body.rows).toMatchObject([{ headcount: 18, headcount_change: 12 }]);
  });

  test('answers HEAD with the headers alone', async () => {
    const { status, headers, text } = await server
      .as('analyst')
      .head(`${WORKFORCE}?metrics=headcount&${PERIOD}&format=csv`);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(text).toBeFalsy();
  });
});

interface SliceAnswer {
  readonly role: string;
  readonly participation: { readonly rate: number; readonly interval: { low: number } | null };
  readonly skillApplication: { readonly rate: number | null };
}

describe('as a file', () => {
  test('of CSV it is what RFC 4180 says, and no cell is a formula', async () => {
    const { text, headers } = await ask(`metrics=participation&by=location&${PERIOD}&format=csv`);
    expect(headers['content-disposition']).toBe('attachment; filename="workforce.csv"');
    const rows = parse(text, { columns: true, record_delimiter: '\r\n' });
    expect(rows).toMatchObject([
      { location: `'=SUM(1)`, participation_headcount: '12' },
      { location: 'Hall, "East"', participation_rate: '0.5' },
      { location: 'Office', suppressed: 'false' },
    ]);
  });

  test('of Parquet it has types, made and removed again by the warehouse', async () => {
    const response = await download(
      `metrics=participation,trainingRoi&by=location&grain=month&${PERIOD}&format=parquet`,
    );
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe(PARQUET);
    expect(response.headers.get('content-length')).toBe(String(body.length));
    const folder = await mkdtemp(join(tmpdir(), 'praxis-parquet-'));
    const database = await Database.open(':memory:');
    try {
      const file = join(folder, 'rows.parquet');
      await writeFile(file, body);
      const types = await database.query(
        `SELECT name, type, converted_type, logical_type FROM parquet_schema($file)`,
        { file },
      );
      const typeOf = (name: string) => types.find((column) => column['name'] === name);
      expect(typeOf('bucket_from')?.['logical_type']).toContain('Timestamp');
      expect(typeOf('participation_active')?.['type']).toBe('INT32');
      expect(typeOf('participation_rate')?.['type']).toBe('DOUBLE');
      expect(typeOf('suppressed')?.['type']).toBe('BOOLEAN');
      const rows = await database.query(
        'SELECT location, bucket_from, participation_headcount FROM read_parquet($file)',
        { file },
      );
      expect(rows).toHaveLength(6);
      expect(rows[0]).toEqual({
        location: '=SUM(1)',
        bucket_from: Date.UTC(2026, 0, 1) * 1000,
        participation_headcount: 12,
      });
      expect(await readdir(join(server.dataDir, 'exports'))).toEqual([]);
    } finally {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  test.each([
    ['text/csv', 'text/csv; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    [PARQUET, PARQUET],
    ['*/*', 'application/json; charset=utf-8'],
    ['application/pdf', 'application/json; charset=utf-8'],
  ])('Accept %s is answered with %s', async (accept, type) => {
    const { headers } = await download(`metrics=headcount&${PERIOD}`, { accept });
    expect(headers.get('content-type')).toBe(type);
  });
});

describe('revalidation', () => {
  test('is 304 while nothing is new, and ends with what is stored', async () => {
    const query = `metrics=participation&${PERIOD}`;
    const first = await ask(query);
    const tag = first.headers['etag'] ?? '';
    const again = await ask(query).set('If-None-Match', tag);
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.headers['etag']).toBe(tag);
    expect((await ask(`${query}&format=csv`).set('If-None-Match', tag)).status).toBe(200);
    await server
      .as(server.admin)
      .put('/workforce/people')
      .type('text/csv')
      .send('id,agents\nnew,mailto:new@example.org\n');
    await server.as('analyst').post('/analytics/refresh');
    expect((await ask(query).set('If-None-Match', tag)).status).toBe(200);
  });
});

describe('what cannot be answered names the parameter', () => {
  test.each([
    ['', 'metrics'],
    [`metrics=profit&${PERIOD}`, 'metrics'],
    ['metrics=headcount', 'from'],
    ['metrics=headcount&from=2026-01-01', 'to'],
    ['metrics=headcount&from=2026-13-01&to=2026-03-01', 'from'],
    ['metrics=headcount&from=2026-03-01&to=2026-01-01', 'to'],
    [`metrics=headcount&${PERIOD}&by=shoe`, 'by'],
    [`metrics=headcount&${PERIOD}&grain=fortnight`, 'grain'],
    [`metrics=headcount&${PERIOD}&segments=MARS`, 'segments'],
    [`metrics=headcount&${PERIOD}&format=xml`, 'format'],
    [`metrics=headcount&${PERIOD}&timeZone=Mars`, 'timeZone'],
    [`metrics=headcount&${PERIOD}&last=P1M`, 'last'],
    ['metrics=headcount&last=soon', 'last'],
    [`metrics=headcount&${PERIOD}&role=cook`, 'role'],
    [`metrics=headcount&${PERIOD}&skillApplication.windowDays=9`, 'skillApplication.windowDays'],
    [
      `metrics=skillApplication&${PERIOD}&skillApplication.windowDays=soon`,
      'skillApplication.windowDays',
    ],
    [`metrics=headcount&${PERIOD}&compareTo=yesterday`, 'compareTo'],
    [`metrics=headcount&${PERIOD}&compareTo=previous&compareTo.roles=cook`, 'compareTo'],
  ])('%s: %s', async (query, name) => {
    const { status, body } = await ask(query);
    expect(status).toBe(400);
    expect(body.error.violations[0].path).toBe(name);
    expect(body.error.message).toContain(name);
  });

  test('and the dimension that a metric cannot be cut by', async () => {
    const { status, body } = await ask(`metrics=flow&by=platform&${PERIOD}`);
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('PLATFORM')]);
  });
});

describe('a caller', () => {
  test('without the scope, or without a credential, is told which', async () => {
    expect((await ask(`metrics=headcount&${PERIOD}`, 'stranger')).status).toBe(403);
    expect((await server.anonymous().get(`${WORKFORCE}?metrics=headcount`)).status).toBe(401);
  });

  test('who may not see people cannot filter by who they are', async () => {
    const query = `metrics=headcount&${PERIOD}&people=p00,p01,p02,p03,p04,p05`;
    expect((await ask(query)).status).toBe(403);
    expect((await ask(query, 'personnel')).status).toBe(200);
  });
});
