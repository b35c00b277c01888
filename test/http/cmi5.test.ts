import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import type TestAgent from 'supertest/lib/agent.js';
import { expectContract } from './openapi.ts';
import { queryOf } from './sample-statements.ts';
import { startTestServer, STATEMENTS, walk } from './server.ts';

/**
 * One launch of a cmi5 course, as an LMS and an assignable unit (AU) send it (cmi5 §8 to §11): the LMS
 * with its key, the AU with a token that it was handed for this session, as from cmi5's fetch URL.
 */
const SECRET = 'a-shared-secret-of-at-least-32-characters';
const ISSUER = 'https://lms.example.org';
const ADL = 'http://adlnet.gov/expapi/verbs/';
const CMI5 = 'https://w3id.org/xapi/adl/verbs/';
const CATEGORY = {
  cmi5: { id: 'https://w3id.org/xapi/cmi5/context/categories/cmi5' },
  moveOn: { id: 'https://w3id.org/xapi/cmi5/context/categories/moveon' },
};

const start = () =>
  startTestServer({
    credentials: { lms: ['all'] },
    settings: { JWT_ISSUER: ISSUER, JWT_AUDIENCE: 'praxis', JWT_SECRET: SECRET },
  });
let server: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server.close());

const actor = {
  objectType: 'Agent',
  account: { homePage: 'https://lms.example.org/users', name: randomUUID() },
};
const course = { objectType: 'Activity', id: 'https://lms.example.org/courses/food-safety' };
const unit = {
  objectType: 'Activity',
  id: 'https://lms.example.org/courses/food-safety/1',
  definition: {
    type: 'https://w3id.org/xapi/cmi5/activitytype/block',
    name: { 'en-US': 'Unit 1' },
  },
};
const registration = randomUUID();
const sessionId = randomUUID();
const SESSION = 'https://w3id.org/xapi/cmi5/context/extensions/sessionid';
const MASTERY = 'https://w3id.org/xapi/cmi5/context/extensions/masteryscore';
/** cmi5 §9.6.2: what the AU starts its own contexts from. */
const contextTemplate = {
  contextActivities: {
    grouping: [{ objectType: 'Activity', id: 'https://publisher.example.com/unit-1' }],
  },
  extensions: { [SESSION]: sessionId },
};

function makeStatement(verb: string, members: Readonly<Record<string, unknown>> = {}) {
  return {
    id: randomUUID() as string,
    actor,
    verb: { id: verb },
    object: unit,
    timestamp: new Date().toISOString(),
    ...members,
  };
}

function contextOf(...category: readonly object[]): object {
  const { contextActivities } = contextTemplate;
  return {
    ...contextTemplate,
    registration,
    contextActivities: { ...contextActivities, category: [CATEGORY.cmi5, ...category] },
  };
}

function connectUnit(): TestAgent {
  const token = jwt.sign({ scope: 'statements/write statements/read/mine state profile' }, SECRET, {
    issuer: ISSUER,
    audience: 'praxis',
    subject: sessionId,
    expiresIn: 60,
  });
  return server
    .anonymous()
    .set('X-Experience-API-Version', '1.0.3')
    .set('Authorization', `Bearer ${token}`);
}

const where = { activityId: unit.id, agent: actor, registration };
const launchData = `/xapi/activities/state${queryOf({ ...where, stateId: 'LMS.LaunchData' })}`;
const bookmark = `/xapi/activities/state${queryOf({ ...where, stateId: 'bookmark' })}`;
const preferences = `/xapi/agents/profile${queryOf({ agent: actor, profileId: 'cmi5LearnerPreferences' })}`;

test('an AU is launched, completed, passed and terminated, and the LMS finds the course satisfied', async () => {
  const lms = server.as('lms');
  const au = connectUnit();
  const put = async (client: TestAgent, statement: { readonly id: string }): Promise<void> => {
    const answer = await client
      .put(STATEMENTS + queryOf({ statementId: statement.id }))
      .send(statement);
    expect([expectContract(answer).status, answer.text]).toEqual([204, '']);
  };

  // The LMS prepares the session before it opens the AU (cmi5 §8.1, §10).
  const launch = {
    contextTemplate,
    launchMode: 'Normal',
    masteryScore: 0.8,
    moveOn: 'CompletedAndPassed',
    returnURL: 'https://lms.example.org/back',
  };
  expect(expectContract(await lms.put(launchData).send(launch)).status).toBe(204);
  const launched = makeStatement(`${ADL}launched`, { context: contextOf() });
  await put(lms, launched);

  // The AU reads them with the learner's preferences, of which there are none yet (cmi5 §11).
  expect(expectContract(await au.get(launchData)).body).toEqual(launch);
  expect(expectContract(await au.get(preferences)).status).toBe(404);
  const chosen = { languagePreference: 'de-AT,en', audioPreference: 'off' };
  const created = await au.put(preferences).set('If-None-Match', '*').send(chosen);
  expect(expectContract(created).status).toBe(204);
  expect((await au.put(preferences).send(chosen)).status).toBe(409);
  expect((await au.get(preferences)).body).toEqual(chosen);

  await put(au, makeStatement(`${ADL}initialized`, { context: contextOf() }));
  expect(expectContract(await au.put(bookmark).type('text/plain').send('page 7')).status).toBe(204);
  expect((await au.get(bookmark)).text).toBe('page 7');
  await put(
    au,
    makeStatement(`${ADL}completed`, {
      result: { completion: true, duration: 'PT12M30.5S' },
      context: contextOf(CATEGORY.moveOn),
    }),
  );
  const masteryContext = {
    ...contextOf(CATEGORY.moveOn),
    extensions: { ...contextTemplate.extensions, [MASTERY]: 0.8 },
  };
  const failed = makeStatement(`${ADL}failed`, {
    result: { success: false, score: { scaled: 0.5 }, duration: 'PT10M' },
    context: masteryContext,
  });
  await put(au, failed);
  await put(
    au,
    makeStatement(`${ADL}passed`, {
      result: {
        success: true,
        score: { scaled: 0.9, raw: 18, min: 0, max: 20 },
        duration: 'PT20M',
      },
      context: masteryContext,
    }),
  );
  await put(
    au,
    makeStatement(`${ADL}terminated`, { result: { duration: 'PT21M' }, context: contextOf() }),
  );
  const satisfied = makeStatement(`${CMI5}satisfied`, {
    object: {
      ...course,
      definition: { type: 'https://w3id.org/xapi/cmi5/activitytype/course' },
    },
    context: contextOf(),
  });
  await put(lms, satisfied);

  // What decides moveOn: the LMS asks for the registration, in the order of storing.
  const verbsOf = async (parameters: object): Promise<string[]> => {
    const found = await walk(lms, queryOf({ registration, ascending: true, ...parameters }));
    return found.map(({ verb }) => (verb as { id: string }).id.split('/').at(-1)!);
  };
  expect(await verbsOf({ agent: actor })).toEqual([
    'launched',
    'initialized',
    'completed',
    'failed',
    'passed',
    'terminated',
    'satisfied',
  ]);
  expect(await verbsOf({ activity: CATEGORY.moveOn.id, related_activities: true })).toEqual([
    'completed',
    'failed',
    'passed',
  ]);
  expect(await verbsOf({ activity: course.id })).toEqual(['satisfied']);

  // Who asserts what comes from the credential: the session's for the AU, the LMS's own for the LMS.
  const [first, second] = await walk(lms, queryOf({ registration, ascending: true, limit: 2 }));
  expect(first!.authority).toMatchObject({ account: { name: 'lms' } });
  expect(second!.authority).toMatchObject({ account: { homePage: ISSUER, name: sessionId } });
  expect((await walk(au, '')).map(({ authority }) => authority)).toEqual(
    Array.from({ length: 5 }, () => second!.authority),
  );
});

test('a session whose token has ended stores nothing more', async () => {
  const token = jwt.sign({ scope: 'statements/write' }, SECRET, {
    issuer: ISSUER,
    audience: 'praxis',
    subject: sessionId,
    expiresIn: -60,
  });
  const statement = makeStatement(`${ADL}terminated`, { context: contextOf() });
  const late = await server
    .anonymous()
    .set('X-Experience-API-Version', '1.0.3')
    .put(STATEMENTS + queryOf({ statementId: statement.id }))
    .set('Authorization', `Bearer ${token}`)
    .send(statement);
  expect(expectContract(late).status).toBe(401);
  const missing = await server.as('lms').get(STATEMENTS + queryOf({ statementId: statement.id }));
  expect(missing.status).toBe(404);
});
