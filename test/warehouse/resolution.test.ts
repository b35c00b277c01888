import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, BEN, World } from './world.ts';

const COURSE = 'https://courses.example.org/1';
const SKILLS = [
  'https://skills.example.org/a',
  'https://skills.example.org/b',
  'https://skills.example.org/c',
];
const COMPLETED = { id: 'http://adlnet.gov/expapi/verbs/completed' };
const PLAYED = { id: 'https://w3id.org/xapi/video/verbs/played' };
const PERFORMED = { id: 'https://w3id.org/xapi/dod-isd/verbs/performed' };
const ALIGNMENT = 'https://w3id.org/xapi/acrossx/extensions/alignment';

const course = { id: COURSE, name: 'One', skills: SKILLS, delivery: 'FORMAL', author: 'SME' };
const assignment = { personId: 'ada', from: '2026-01-01', role: 'Clerk', segment: 'DESK' };

let world: World;
beforeEach(async () => {
  world = await World.open({ inMemory: true });
  await world.put('people', { id: 'ada', agents: [ADA] }, { id: 'ben', agents: [BEN] });
  await world.put('skills', ...SKILLS.map((id) => ({ id, name: id })));
  await world.put('courses', course);
});
afterEach(() => world.close());

async function kinds(): Promise<readonly unknown[]> {
  return (await world.events()).map(({ kind }) => kind);
}

describe('a completion', () => {
  test('of a course with three skills gives three events, one a skill, and counts its seconds once', async () => {
    await world.append({ verb: COMPLETED, object: { id: COURSE }, result: { duration: 'PT1M' } });
    const events = await world.events();
    const completed = events.filter(({ kind }) => kind === 'COMPLETED');
    expect(completed.map(({ skill }) => skill)).toEqual(SKILLS);
    expect(events.map(({ seconds }) => seconds).filter((seconds) => seconds !== null)).toEqual([
      60,
    ]);
  });

  test('of a course without skills gives one event without a skill', async () => {
    await world.put('courses', { ...course, skills: [] });
    await world.append({ verb: COMPLETED, object: { id: COURSE } });
    expect(await world.events()).toMatchObject([
      { kind: 'ENGAGED', course: COURSE, skill: null },
      { kind: 'COMPLETED', course: COURSE, skill: null },
    ]);
  });

  test('of a part of a course is engagement with the course and no completion of it', async () => {
    const context = {
      contextActivities: { parent: [{ id: 'https://x.example.org' }, { id: COURSE }] },
    };
    await world.append({ verb: COMPLETED, context });
    expect(await world.events()).toMatchObject([{ kind: 'ENGAGED', course: COURSE }]);
  });

  test('of an activity that becomes a course later counts from then on', async () => {
    await world.append({ verb: COMPLETED, object: { id: 'https://courses.example.org/2' } });
    expect(await kinds()).toEqual(['ENGAGED']);
    await world.put('courses', { ...course, id: 'https://courses.example.org/2', skills: [] });
    expect(await kinds()).toEqual(['ENGAGED', 'COMPLETED']);
    await world.store.deleteRecord('courses', 'https://courses.example.org/2');
    expect(await kinds()).toEqual(['ENGAGED']);
  });
});

describe('an application', () => {
  test('gives one event for each known skill that object, context and extension name', async () => {
    await world.append({
      verb: PERFORMED,
      object: { id: SKILLS[0] },
      context: {
        contextActivities: {
          other: [{ id: SKILLS[1] }, { id: 'https://skills.example.org/unknown' }],
        },
        extensions: { [ALIGNMENT]: [SKILLS[2], SKILLS[0]] },
      },
    });
    const events = await world.events();
    expect(events.map(({ kind, skill }) => [kind, skill])).toEqual(
      SKILLS.map((id) => ['APPLIED', id]),
    );
  });

  test('of no known skill is none, and the statement counts as not mapped', async () => {
    await world.append({ verb: PERFORMED });
    expect(await world.events()).toEqual([]);
    const traces = await world.warehouse.query('SELECT mapped, readings FROM trace');
    expect(traces).toEqual([{ mapped: false, readings: ['APPLIED+SKILL'] }]);
  });

  test('has the tier of its evidence, which follows the platform', async () => {
    const object = { id: SKILLS[0] };
    await world.put('platforms', {
      id: 'Till',
      name: 'Till',
      device: 'SHARED',
      inFlow: true,
      segments: ['FRONTLINE'],
    });
    await world.append(
      { verb: PERFORMED, object, timestamp: '2026-03-01T01:00:00.000Z' },
      {
        verb: PERFORMED,
        object,
        timestamp: '2026-03-01T02:00:00.000Z',
        context: { platform: 'Till' },
      },
      {
        verb: PERFORMED,
        object,
        timestamp: '2026-03-01T03:00:00.000Z',
        context: { platform: 'Till', instructor: { mbox: BEN } },
      },
    );
    const tiers = async () =>
      (await world.events())
        .toSorted((a, b) => Number(a.at) - Number(b.at))
        .map(({ tier }) => tier);
    expect(await tiers()).toEqual(['SELF_REPORTED', 'SYSTEM', 'OBSERVED']);
    await world.store.deleteRecord('platforms', 'Till');
    expect(await tiers()).toEqual(['SELF_REPORTED', 'SELF_REPORTED', 'OBSERVED']);
  });
});

describe('people', () => {
  test('of a group get the events each, and one who is in it by two agents gets them once', async () => {
    await world.put('people', { id: 'ada', agents: [ADA, 'account:https://hr.example.org|1'] });
    const account = { homePage: 'https://hr.example.org', name: '1' };
    const member = [
      { mbox: ADA },
      { account },
      { mbox: BEN },
      { mbox: 'mailto:nobody@example.org' },
    ];
    await world.append({
      verb: PLAYED,
      actor: { objectType: 'Group', member },
      result: { duration: 'PT1M' },
    });
    expect(await world.events()).toMatchObject([
      { person: 'ada', seconds: 60 },
      { person: 'ben', seconds: 60 },
    ]);
  });

  test('that come after their statements get the events then', async () => {
    await world.append({ verb: PLAYED, actor: { mbox: 'mailto:cleo@example.org' } });
    expect(await world.events()).toEqual([]);
    await world.put('people', { id: 'cleo', agents: ['mailto:cleo@example.org'] });
    expect(await world.events()).toMatchObject([{ person: 'cleo' }]);
    expect(await world.warehouse.query('SELECT mapped FROM trace')).toEqual([{ mapped: true }]);
  });

  test('that give an agent to another give the events with it', async () => {
    await world.append({ verb: PLAYED });
    expect(await world.events()).toMatchObject([{ person: 'ada' }]);
    await world.put(
      'people',
      { id: 'ada', agents: ['mailto:new@example.org'] },
      { id: 'ben', agents: [ADA] },
    );
    expect(await world.events()).toMatchObject([{ person: 'ben' }]);
    await world.store.deleteRecord('people', 'ben');
    expect(await world.events()).toEqual([]);
    expect(await world.warehouse.query('SELECT mapped FROM trace')).toEqual([{ mapped: false }]);
  });

  test('cannot be credited by a separator that an account name hides', async () => {
    const account = { homePage: 'https://x.example.org', name: `x\u001f${BEN}` };
    await world.append({ verb: PLAYED, actor: { account } });
    expect(await world.events()).toEqual([]);
  });
});

describe('the assignment of an event', () => {
  test('is the one in force at its instant, whichever came first, and follows corrections', async () => {
    await world.append({ verb: PLAYED, timestamp: '2026-03-01T00:00:00.000Z' });
    expect(await world.events()).toMatchObject([{ role: null }]);
    await world.put('assignments', assignment);
    expect(await world.events()).toMatchObject([{ role: 'Clerk' }]);
    // From midnight on: the event at that very instant is in the new assignment.
    await world.put('assignments', { ...assignment, from: '2026-03-01', role: 'Manager' });
    expect(await world.events()).toMatchObject([{ role: 'Manager' }]);
    await world.store.deleteRecord('assignments', 'ada\u001f2026-03-01');
    expect(await world.events()).toMatchObject([{ role: 'Clerk' }]);
    await world.put('people', { id: 'ada', agents: [ADA], leftOn: '2026-02-01' });
    expect(await world.events()).toMatchObject([{ role: null }]);
  });

  test('waits for its person', async () => {
    await world.put('assignments', { ...assignment, personId: 'cleo' });
    await world.append({ verb: PLAYED, actor: { mbox: 'mailto:cleo@example.org' } });
    expect(await world.events()).toEqual([]);
    await world.put('people', { id: 'cleo', agents: ['mailto:cleo@example.org'] });
    expect(await world.events()).toMatchObject([{ person: 'cleo', role: 'Clerk' }]);
  });
});

test('an observation waits for its person, and goes with them', async () => {
  const values = async () => {
    await world.project();
    return await world.warehouse.query('SELECT value FROM observation ORDER BY value');
  };
  await world.put('observations', {
    kpiId: 'k',
    personId: 'cleo',
    at: '2026-01-31T12:00:00.5Z',
    value: 2,
  });
  expect(await values()).toEqual([]);
  await world.put('people', { id: 'cleo', agents: ['mailto:cleo@example.org'] });
  expect(await values()).toEqual([{ value: 2 }]);
  await world.put('observations', {
    kpiId: 'k',
    personId: 'cleo',
    at: '2026-01-31T12:00:00.5Z',
    value: 3,
  });
  expect(await values()).toEqual([{ value: 3 }]);
  await world.store.deleteRecord('people', 'cleo');
  expect(await values()).toEqual([]);
});

describe('voiding', () => {
  const id = '9dc99b37-e920-4a68-a066-917faca28949';
  const voiding = {
    verb: { id: 'http://adlnet.gov/expapi/verbs/voided' },
    object: { objectType: 'StatementRef', id: id.toUpperCase() },
  };

  test('takes away the events that a statement had', async () => {
    await world.append({ id, verb: PLAYED });
    expect(await kinds()).toEqual(['ENGAGED']);
    await world.append(voiding);
    expect(await kinds()).toEqual([]);
    expect(await world.warehouse.query('FROM trace')).toEqual([]);
  });

  test('keeps a statement out that comes later, in the same batch or the next', async () => {
    await world.append(voiding);
    await world.append({ id, verb: PLAYED });
    expect(await kinds()).toEqual([]);
  });

  test('cannot be voided', async () => {
    const again = '00000000-0000-4000-8000-000000000001';
    await world.append({ id, verb: PLAYED }, { ...voiding, id: again });
    await world.append({ ...voiding, object: { objectType: 'StatementRef', id: again } });
    expect(await kinds()).toEqual([]);
    expect(await world.warehouse.query('FROM trace')).toEqual([]);
  });
});
