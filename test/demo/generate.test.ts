import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { COLLECTIONS as WORKFORCE } from '../../graphql/workforce/collections.ts';
import { createRecordReader } from '../../graphql/workforce/read-record.ts';
import { COLLECTIONS, DEFAULT_SEED, generateDemo, type Demo } from '../../scripts/demo/generate.ts';
import { LATE_DAYS } from '../../scripts/demo/noise.ts';
import {
  NOISE_KINDS,
  TOOLS,
  TOOL_VERSIONS,
  type NoiseKind,
  type SentStatement,
} from '../../scripts/demo/tools/sent-statement.ts';
import { validateStatement } from '../../statements/validate.ts';

const END = '2026-07-01';
const DAY = 86_400_000;

function hashDemo(seed: string): string {
  const hash = createHash('sha256');
  const demo = generateDemo({ seed, scale: 0.02, end: END });
  for (const collection of COLLECTIONS)
    for (const record of demo.records(collection)) hash.update(JSON.stringify(record));
  for (const sent of demo.statements()) hash.update(JSON.stringify(sent));
  return hash.digest('hex');
}

describe('one seed', () => {
  test('gives the same organisation to the last byte each time', () => {
    expect(hashDemo(DEFAULT_SEED)).toBe(hashDemo(DEFAULT_SEED));
  });

  test('gives another organisation than the next', () => {
    expect(hashDemo(DEFAULT_SEED)).not.toBe(hashDemo('rye'));
  });
});

describe('the organisation', () => {
  const full = generateDemo({ seed: DEFAULT_SEED, scale: 1, end: END });

  test('is about 2,400 people, four fifths of them on the frontline, in 40 stores', () => {
    const people = [...full.records('people')];
    expect(people.length).toBeGreaterThan(2_300);
    expect(people.length).toBeLessThan(2_600);
    const last = full.world.organisation.people.map(({ assignments }) => assignments.at(-1));
    const frontline = last.filter((assignment) => assignment?.segment === 'FRONTLINE').length;
    expect(frontline / last.length).toBeGreaterThan(0.76);
    expect(frontline / last.length).toBeLessThan(0.86);
    expect(new Set(last.map((assignment) => assignment?.store)).size).toBe(41);
  });

  test('has people who left, people who came and people who were promoted', () => {
    const { people } = full.world.organisation;
    const { start } = full.world.calendar;
    expect(people.filter(({ leftAt }) => leftAt !== null).length).toBeGreaterThan(200);
    expect(people.filter(({ hiredAt }) => hiredAt > start).length).toBeGreaterThan(200);
    const promoted = people.filter(({ assignments }) => {
      const roles = assignments.map(({ role }) => role);
      return roles.includes('Store Associate') && roles.at(-1) === 'Shift Lead';
    });
    expect(promoted.length).toBeGreaterThan(20);
  });

  test('never has two people in the way of one assignment, agent or number', () => {
    const people = [...full.records('people')];
    const agents = people.flatMap((person) => person['agents'] as string[]);
    expect(new Set(agents).size).toBe(agents.length);
    const keys = [...full.records('assignments')].map(
      ({ personId, from }) => `${String(personId)} ${String(from)}`,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each(COLLECTIONS)('has %s that an import takes', (name) => {
    const collection = WORKFORCE.find((candidate) => candidate.name === name);
    const reader = createRecordReader(collection!);
    const problems = [...full.records(name)].flatMap((record, index) => {
      const reading = reader.read(record, index);
      return reading.kind === 'problems' ? reading.problems : [];
    });
    expect(problems).toEqual([]);
  });

  test('sends 200 to 300 thousand statements', () => {
    const count = Iterator.from(full.statements()).reduce((sum) => sum + 1, 0);
    expect(count).toBeGreaterThan(200_000);
    expect(count).toBeLessThan(300_000);
    // Two seconds, and many more on a machine that is busy with something else.
  }, 120_000);
});

describe('the statements', () => {
  let demo: Demo;
  let sent: readonly SentStatement[];
  const ofKind = (kind: NoiseKind): readonly SentStatement[] =>
    sent.filter(({ noise }) => noise === kind);

  beforeAll(() => {
    demo = generateDemo({ seed: DEFAULT_SEED, scale: 0.1, end: END });
    sent = [...demo.statements()];
  });

  test('are each valid in the version their tool speaks', () => {
    for (const { tool, statement } of sent) validateStatement(statement, TOOL_VERSIONS[tool]);
    expect(sent.length).toBeGreaterThan(10_000);
  });

  test('come from all five tools, in both versions of xAPI, in the order of their arrival', () => {
    expect(new Set(sent.map(({ tool }) => tool))).toEqual(new Set(TOOLS));
    expect(new Set(Object.values(TOOL_VERSIONS))).toEqual(new Set(['1.0.3', '2.0.0']));
    expect(sent.every(({ arrivesAt }, i) => i === 0 || sent[i - 1]!.arrivesAt <= arrivesAt)).toBe(
      true,
    );
  });

  test('name people by all four kinds of identifier', () => {
    for (const kind of ['mbox', 'mbox_sha1sum', 'openid', 'account'])
      expect(sent.some(({ statement }) => kind in statement.actor)).toBe(true);
  });

  test('happen in the demo’s months and never arrive before they happen', () => {
    const { end } = demo.world.calendar;
    const impossible = sent.filter(({ statement, arrivesAt }) => {
      const at = Date.parse(statement.timestamp!);
      return !(at < end && at <= arrivesAt);
    });
    expect(impossible).toEqual([]);
  });

  test('are by people HR knows, but for contractors', () => {
    const agents = new Set(
      [...demo.records('people')].flatMap((person) => person['agents'] as string[]),
    );
    const strangers = sent.filter(({ statement: { actor } }) => {
      const named = 'member' in actor ? actor.member : [actor];
      return named.some(
        ({ mbox, mbox_sha1sum, openid, account }) =>
          !agents.has(mbox ?? '') &&
          !agents.has(`sha1:${mbox_sha1sum!}`) &&
          !agents.has(`openid:${openid!}`) &&
          !agents.has(`account:${account?.homePage ?? ''}|${account?.name ?? ''}`),
      );
    });
    expect(strangers.length).toBeGreaterThan(0);
    expect(new Set(strangers.map(({ noise }) => noise))).toEqual(new Set(['CONTRACTOR']));
  });

  test.each(NOISE_KINDS)('have the noise of real feeds: %s', (kind) => {
    expect(ofKind(kind).length).toBeGreaterThan(0);
  });

  test('have an id of their own, but for those that are sent again unchanged days later', () => {
    const first = new Map<string, SentStatement>();
    for (const one of sent) {
      const known = first.get(one.statement.id);
      if (known === undefined) {
        first.set(one.statement.id, one);
        continue;
      }
      expect(one.noise).toBe('DUPLICATE');
      expect(one.statement).toEqual(known.statement);
      expect(one.arrivesAt - known.arrivesAt).toBeGreaterThanOrEqual(DAY);
    }
    expect(sent.length - first.size).toBe(ofKind('DUPLICATE').length);
  });

  test('void every wrong completion a day after it', () => {
    const wrong = new Map(
      ofKind('WRONG_THEN_VOIDED').map(({ statement }) => [statement.id, statement]),
    );
    const voidings = ofKind('VOIDING');
    expect(voidings.length).toBe(wrong.size);
    for (const { statement } of voidings) {
      expect(statement.object.objectType).toBe('StatementRef');
      const target = wrong.get((statement.object as { id: string }).id)!;
      const wait = Date.parse(statement.timestamp!) - Date.parse(target.timestamp!);
      expect(wait).toBeGreaterThanOrEqual(DAY);
      expect(wait).toBeLessThan(2 * DAY);
    }
  });

  test('of a phone that was offline arrive together, out of order and up to three weeks late', () => {
    const late = ofKind('LATE');
    const times = late.map(({ statement }) => Date.parse(statement.timestamp!));
    expect(late.at(-1)!.arrivesAt - late[0]!.arrivesAt).toBeLessThan(5 * 60_000);
    expect(times).not.toEqual(times.toSorted((a, b) => a - b));
    const wait = Math.max(...late.map(({ arrivesAt }, i) => arrivesAt - times[i]!));
    expect(wait).toBeGreaterThan((LATE_DAYS - 7) * DAY);
  });

  test('of a briefing name up to eight members at once', () => {
    const sizes = ofKind('GROUP').map(({ statement: { actor } }) =>
      'member' in actor ? actor.member.length : 0,
    );
    expect(Math.max(...sizes)).toBe(8);
    expect(Math.min(...sizes)).toBeGreaterThan(1);
  });
});

test('an end that is no first of a month is refused in words', () => {
  expect(() => generateDemo({ seed: 'x', scale: 0.02, end: '2026-07-15' })).toThrow(
    'The demo ends at the first of a month',
  );
});
