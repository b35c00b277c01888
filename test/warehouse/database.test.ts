import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Database } from '../../graphql/warehouse/database.ts';

const MEMORY_BYTES = 64 * 1024 * 1024;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'praxis-database-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a query that outgrows memory goes on beside the file', async () => {
  const database = await Database.open(join(folder, 'w.duckdb'), { memoryBytes: MEMORY_BYTES });
  try {
    const rows = await database.query(
      'SELECT count(*) AS n FROM (SELECT DISTINCT i, i * 7 AS a, i * 11 AS b FROM range(8000000) t(i))',
    );
    expect(rows).toEqual([{ n: 8000000 }]);
  } finally {
    await database.close();
  }
});

test('a query that cannot have the memory it needs says to narrow the report, and the next one works', async () => {
  const database = await Database.open(':memory:', { memoryBytes: MEMORY_BYTES });
  try {
    const greedy = database.query('SELECT len(list(i)) AS n FROM range(200000000) t(i)');
    await expect(greedy).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('Narrow it'),
    });
    expect(await database.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  } finally {
    await database.close();
  }
});

test('a query that is out of time is stopped, and says so', async () => {
  const database = await Database.open(':memory:');
  try {
    const slow = database.query(
      'SELECT sum(a.i * b.i) AS n FROM range(10000000) a(i), range(10000000) b(i)',
      {},
      AbortSignal.timeout(50),
    );
    await expect(slow).rejects.toMatchObject({ code: 'TIMEOUT' });
  } finally {
    await database.close();
  }
});
