import { expect, test } from '@jest/globals';
import { organise } from '../../graphql/metrics/example-world.ts';
import { measureUnmappedShare } from '../../graphql/metrics/unmapped-share.ts';
import { parseInstant } from '../../statements/instant.ts';
import { openWorld } from './world.ts';

test('a statement is unmapped when no rule matched it or none of its actors is known, within the period', async () => {
  const database = await openWorld(
    organise({
      people: [
        { id: 'ann', agents: ['mailto:ann@example.org'] },
        { id: 'bob', agents: ['mailto:bob@example.org', 'account:https://hr.example|7'] },
      ],
    }),
  );
  const insert = (
    statement: number,
    at: string,
    agents: string,
    mapped: boolean,
  ): Promise<unknown> =>
    database.writer.run(
      `INSERT INTO trace BY NAME SELECT $statement AS statement, $statement::VARCHAR AS id,
         $at::TIMESTAMP AS "at", string_split($agents, ' ') AS agents, 'urn:verb' AS verb, $mapped AS mapped,
         []::VARCHAR[] AS readings, []::VARCHAR[] AS context, []::VARCHAR[] AS aligned, false AS observed`,
      { statement, at, agents, mapped },
    );
  try {
    await insert(1, '2026-01-01 00:00:00', 'mailto:ann@example.org', true);
    await insert(2, '2026-01-02 00:00:00', 'mailto:ann@example.org', false);
    await insert(3, '2026-01-03 00:00:00', 'mailto:stranger@example.org', true);
    // A group of which one is known, and one person known by two agents.
    await insert(
      4,
      '2026-01-04 00:00:00',
      'mailto:stranger@example.org mailto:bob@example.org',
      true,
    );
    await insert(
      5,
      '2026-01-05 00:00:00',
      'mailto:bob@example.org account:https://hr.example|7',
      true,
    );
    await insert(6, '2026-02-01 00:00:00', 'mailto:stranger@example.org', true);
    const [from, to] = [
      parseInstant('2026-01-01T00:00:00Z')!,
      parseInstant('2026-02-01T00:00:00Z')!,
    ];
    expect(await measureUnmappedShare(database, from, to)).toBeCloseTo(2 / 5, 12);
    const later = parseInstant('2027-01-01T00:00:00Z')!;
    expect(await measureUnmappedShare(database, later, later)).toBe(0);
  } finally {
    await database.close();
  }
});
