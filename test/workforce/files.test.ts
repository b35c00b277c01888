import { describe, expect, test } from '@jest/globals';
import { kpis, observations, people, pilots, skills } from '../../graphql/workforce/collections.ts';
import type { Collection } from '../../graphql/workforce/collections.ts';
import { createRecordReader } from '../../graphql/workforce/read-record.ts';
import { PraxisError } from '../../statements/errors.ts';
import { CSV, NDJSON, readRecords, type FileFormat } from '../../src/workforce/read-records.ts';

function read(collection: Collection, format: FileFormat, file: string | Buffer) {
  return readRecords(createRecordReader(collection), format, Buffer.from(file));
}

/** The refusal as `path: message` lines after its own message. */
async function refusalOf(
  collection: Collection,
  format: FileFormat,
  file: string | Buffer,
): Promise<readonly string[]> {
  try {
    await read(collection, format, file);
  } catch (error) {
    if (!(error instanceof PraxisError)) throw error;
    return [error.message, ...error.violations.map(({ path, message }) => `${path}: ${message}`)];
  }
  throw new Error('the file was taken');
}

const HEADER = 'id,name,unit,valuePerUnit';

describe('lines', () => {
  test('are those an editor shows, after cells, blank lines and CRLF that span several', async () => {
    const file = `${HEADER}\r\nk1,"Two\r\nlines",EUR,x\r\n\r\n\r\nk2,"Four\n\n""quoted""\r\nlines",EUR,y\r\nk3,One,EUR,z`;
    expect(await refusalOf(kpis, CSV, file)).toEqual([
      expect.stringMatching(/^3 of 3 rows cannot be taken/),
      'line 2, column valuePerUnit: must be a number, as 12.5; "x" is not',
      'line 6, column valuePerUnit: must be a number, as 12.5; "y" is not',
      'line 10, column valuePerUnit: must be a number, as 12.5; "z" is not',
    ]);
  });

  test('stay right over many chunks of a large file, BOM and multi-byte letters included', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `k${index},"Zürich\r\n☃",EUR,1`);
    rows.push('k,Last,EUR,none');
    const file = `\ufeff${HEADER}\r\n${rows.join('\r\n')}\r\n`;
    expect(await refusalOf(kpis, CSV, file)).toEqual([
      expect.stringMatching(/^1 of 20001 rows cannot be taken/),
      'line 40002, column valuePerUnit: must be a number, as 12.5; "none" is not',
    ]);
  });

  test('of NDJSON count blank ones too', async () => {
    const file =
      '\ufeff\n{"kpiId":"k","personId":"p","at":"2026-01-01","value":1}\r\n\r\n{"kpiId":\n[]';
    expect(await refusalOf(observations, NDJSON, file)).toEqual([
      expect.stringMatching(/^2 of 3 rows cannot be taken/),
      expect.stringMatching(/^line 4: is not JSON: /),
      'line 5: must be a JSON object',
    ]);
  });
});

describe('a header row', () => {
  const known = 'id, name, agents, hiredOn, leftOn';
  test.each([
    ['id,agents,Name', [`line 1, column Name: is no column of people; its columns are ${known}`]],
    ['id,agents,id', [`line 1, column id: stands twice in the header row; columns are ${known}`]],
    [
      'name',
      [
        `line 1, column id: is missing from the header row; columns of people are ${known}`,
        `line 1, column agents: is missing from the header row; columns of people are ${known}`,
      ],
    ],
    [
      '',
      [
        `line 1, column id: is missing from the header row; columns of people are ${known}`,
        `line 1, column agents: is missing from the header row; columns of people are ${known}`,
      ],
    ],
  ])('%j is refused', async (header, violations) => {
    const [, ...found] = await refusalOf(people, CSV, header === '' ? '' : `${header}\np1,p1,p1\n`);
    expect(found).toEqual(violations);
  });

  test('may leave out optional columns and take any order', async () => {
    expect(await read(people, CSV, 'agents, id\nmailto:a@example.org,p1')).toEqual([
      { key: 'p1', json: '{"id":"p1","agents":["mailto:a@example.org"]}' },
    ]);
  });

  test('alone is a file without records', async () => {
    expect(await read(people, CSV, 'id,agents\r\n')).toEqual([]);
  });
});

describe('a row', () => {
  test('with several faults has each of them listed, in column order', async () => {
    expect(await refusalOf(kpis, CSV, `${HEADER},isolation\n,,EUR,"1,5",2`)).toEqual([
      expect.any(String),
      'line 2, column id: is missing; it must be a text on one line of at most 500 characters',
      'line 2, column name: is missing; it must be a text of at most 2000 characters',
      'line 2, column valuePerUnit: must be a number, as 12.5; "1,5" is not',
      'line 2, column isolation: must be a number from 0 to 1; 2 is not',
    ]);
  });

  test('with too few or too many cells is refused', async () => {
    expect(await refusalOf(kpis, CSV, `${HEADER}\nk1,Sales\nk2,Sales,EUR,1,5`)).toEqual([
      expect.any(String),
      expect.stringMatching(/^line 2: has 2 cells where the header has 4; /),
      expect.stringMatching(/^line 3: has 5 cells where the header has 4; /),
    ]);
  });

  test.each([
    ['k2,"Sales,EUR,1\nk3,Sales,EUR,1', 'line 3, column name: opens a quote that is never closed'],
    ['k2,Sa"les,EUR,1', 'line 3, column name: has a quote inside a cell'],
    ['k2,"Sa"les,EUR,1', 'line 3, column name: has text after a closing quote'],
  ])('with a wrong quote ends the reading: %j', async (row, violation) => {
    const [, ...found] = await refusalOf(kpis, CSV, `${HEADER}\nk1,Sales,EUR,none\n${row}\n`);
    expect(found).toEqual([
      'line 2, column valuePerUnit: must be a number, as 12.5; "none" is not',
      expect.stringContaining(violation),
    ]);
  });

  test('with a level that is no number, or a role named twice, is refused', async () => {
    const file = 'id,name,targets\nurn:a,A,Nurse\nurn:b,B,Nurse=high\nurn:c,C,Nurse=1;Nurse=0.5\n';
    const [, ...found] = await refusalOf(skills, CSV, file);
    expect(found.map((line) => line.slice(0, 22))).toEqual([
      'line 2, column targets',
      'line 3, column targets',
      'line 4, column targets',
    ]);
  });

  test('with an empty item in a list is refused', async () => {
    const file = 'id,agents\np1,mailto:a@example.org;';
    expect(await refusalOf(people, CSV, file)).toEqual([
      expect.any(String),
      expect.stringMatching(/^line 2, column agents: .*; "" is not$/),
    ]);
  });

  test('as long as a pilot of thousands needs is read', async () => {
    const ids = Array.from({ length: 9000 }, (_, index) => `person-number-${index}`).join(';');
    const file = `id,name,courseIds,personIds,from\nw1,W,urn:c,${ids},2026-01-01`;
    expect(await read(pilots, CSV, file)).toHaveLength(1);
  });
});

describe('a file', () => {
  test('that names a key twice is refused with both lines, however the key is spelt', async () => {
    const file =
      'kpiId,personId,at,value\nk,p,2026-01-01,1\nk,p,2026-01-02,1\nk,p,2026-01-01T01:00:00+01:00,2';
    expect(await refusalOf(observations, CSV, file)).toEqual([
      '1 of 3 rows cannot be taken, so nothing was stored. Correct them and send the file again.',
      'line 4: has the same key as line 2: kpiId k, personId p, at 2026-01-01T00:00:00Z; keep one',
    ]);
  });

  test('lists its first 100 bad rows and says how many there are', async () => {
    const rows = Array.from({ length: 250 }, (_, index) => `k${index},Sales,EUR,none`);
    const [message, ...found] = await refusalOf(kpis, CSV, [HEADER, ...rows].join('\n'));
    expect(message).toBe(
      '250 of 250 rows cannot be taken, so nothing was stored. The first 100 are listed. Correct them and send the file again.',
    );
    expect(found).toHaveLength(100);
    expect(found.at(-1)).toMatch(/^line 101, /);
  });

  test('that is not UTF-8 is malformed', async () => {
    const latin1 = Buffer.from(`${HEADER}\nk1,Verkäufe,EUR,1`, 'latin1');
    await expect(read(kpis, CSV, latin1)).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(read(kpis, NDJSON, latin1)).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  test('that is large leaves the event loop free while it is read', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => `k${index},Sales,EUR,1`);
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 0);
    await read(kpis, CSV, [HEADER, ...rows].join('\n'));
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(1);
  });
});
