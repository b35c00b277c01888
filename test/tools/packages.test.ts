import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TestServer } from '../http/server.ts';
import { kindsOf, readEvents, startToolServer } from './tool-server.ts';

/** What a package is launched with: everything it knows of the LRS and the learner is in its address. */
const COURSE = 'urn:articulate:storyline:6cuTEluHuA5';
const actor = {
  objectType: 'Agent',
  name: 'Ana Silva',
  account: { homePage: 'https://lms.example.org', name: 'ana' },
};
const registration = randomUUID();

let server: TestServer;
let launch: URL;
beforeAll(async () => {
  server = await startToolServer(['account:https://lms.example.org|ana'], [COURSE]);
  const { key, secret } = server.admin;
  launch = new URL('https://packages.example.org/hygiene/story.html');
  launch.search = new URLSearchParams({
    endpoint: `${server.url}/xapi/`,
    auth: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    actor: JSON.stringify(actor),
    registration,
    activity_id: COURSE,
  }).toString();
});
afterAll(() => server.close());

/**
 * As Storyline sends across origins: a POST that names its method, with the header fields in the form, from a
 * script that names no type, for which the browser writes text/plain; version 1.0.
 */
async function sendAsStoryline(
  method: string,
  resource: string,
  fields: object,
): Promise<Response> {
  const form = new URLSearchParams({
    Authorization: launch.searchParams.get('auth')!,
    'X-Experience-API-Version': '1.0',
    'Content-Type': 'application/json',
    ...fields,
  });
  return fetch(`${launch.searchParams.get('endpoint')}${resource}?method=${method}`, {
    method: 'POST',
    headers: { Origin: launch.origin, 'Content-Type': 'text/plain;charset=UTF-8' },
    body: form.toString(),
  });
}

const ADL = 'http://adlnet.gov/expapi';
const course = {
  id: COURSE,
  objectType: 'Activity',
  definition: { type: `${ADL}/activities/course` },
};

function tell(verb: string, object: object, result?: object): object {
  return {
    actor: JSON.parse(launch.searchParams.get('actor')!),
    verb: { id: `${ADL}/verbs/${verb}`, display: { 'en-US': verb } },
    object,
    ...(result === undefined ? {} : { result }),
    context: {
      registration,
      contextActivities: { parent: [course], grouping: [course] },
    },
    timestamp: '2026-03-02T09:00:00.000Z',
  };
}

const slide = {
  id: `${COURSE}/6ZjP4uXgMiV`,
  definition: { type: `${ADL}/activities/module`, name: { 'en-US': 'Welcome' } },
};
const question = {
  id: `${COURSE}/5um1CntGbHe/63mpEaD7XeB`,
  definition: {
    type: `${ADL}/activities/cmi.interaction`,
    interactionType: 'choice',
    correctResponsesPattern: ['a'],
    choices: [{ id: 'a', description: { 'en-US': 'Wash hands' } }],
  },
};
const passedResult = {
  score: { scaled: 0.9, raw: 90, min: 0, max: 100 },
  success: true,
  completion: true,
  duration: 'PT9M12.34S',
};

test('a Storyline package keeps its bookmark, and its statements count', async () => {
  const bookmark = {
    activityId: COURSE,
    agent: JSON.stringify(actor),
    registration,
    stateId: 'resume',
  };
  const first = await sendAsStoryline('GET', 'activities/state', bookmark);
  expect(first.status).toBe(404);
  const content = '2w4k50b010110111001212g60';
  const kept = await sendAsStoryline('PUT', 'activities/state', {
    ...bookmark,
    'Content-Type': 'application/octet-stream',
    content,
  });
  expect([kept.status, kept.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  const again = await sendAsStoryline('GET', 'activities/state', bookmark);
  expect(await again.text()).toBe(content);

  const statements = [
    tell('attempted', course),
    tell('experienced', slide),
    tell('answered', question, { response: 'a', success: true, score: { scaled: 1 } }),
    tell('passed', course, passedResult),
    tell('failed', course, { ...passedResult, success: false, score: { scaled: 0.4 } }),
  ];
  const ids: string[] = [];
  for (const statement of statements) {
    const statementId = randomUUID();
    const sent = await sendAsStoryline('PUT', 'statements', {
      statementId,
      content: JSON.stringify(statement),
    });
    expect(sent.status).toBe(204);
    ids.push(statementId);
  }
  expect(kindsOf(await readEvents(server, ids))).toEqual([
    'ENGAGED',
    'ENGAGED',
    'ENGAGED',
    'COMPLETED ENGAGED',
    'ENGAGED',
  ]);
  // Its score is told of the course, which is no assessment until a rule says so.
  const rule = {
    id: 'storyline.score',
    kind: 'ASSESSED',
    when: {
      score: true,
      verbs: [`${ADL}/verbs/passed`, `${ADL}/verbs/failed`],
      activities: [COURSE],
    },
  };
  const events = await readEvents(server, ids, [rule]);
  const scores = events.map((each) => each.find(({ kind }) => kind === 'ASSESSED')?.score);
  expect(scores).toEqual([undefined, undefined, undefined, 0.9, 0.4]);
});

test('a package of the TinCanJS kind puts statements plainly, and its state documents with their type', async () => {
  const { key, secret } = server.admin;
  const headers = {
    Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    'X-Experience-API-Version': '1.0.2',
    Origin: launch.origin,
  };
  const state = new URLSearchParams({
    activityId: COURSE,
    agent: JSON.stringify(actor),
    registration,
    stateId: 'suspend_data',
  });
  const url = `${server.url}/xapi/activities/state?${state}`;
  const type = { 'Content-Type': 'application/octet-stream' };
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      Origin: launch.origin,
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'authorization,content-type,x-experience-api-version',
    },
  });
  expect(preflight.ok).toBe(true);
  const put = await fetch(url, { method: 'PUT', headers: { ...headers, ...type }, body: '1=2;b' });
  expect(put.status).toBe(204);
  expect(await (await fetch(url, { headers })).text()).toBe('1=2;b');
  const id = randomUUID();
  const sent = await fetch(`${server.url}/xapi/statements?statementId=${id}`, {
    method: 'PUT',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ id, ...tell('completed', course, { completion: true }) }),
  });
  expect(sent.status).toBe(204);
  expect(kindsOf(await readEvents(server, [id]))).toEqual(['COMPLETED ENGAGED']);
});
