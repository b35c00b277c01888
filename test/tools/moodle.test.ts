import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { STATEMENTS, type TestServer } from '../http/server.ts';
import { HYGIENE, kindsOf, readEvents, startToolServer } from './tool-server.ts';

/**
 * Statements in the form in which Moodle's plugin logstore_xapi 5.0.1 sends them (read from its transformer
 * and tests): verbs, types, context and the info extension; one request a batch, no ids, 1.0.3.
 */
const MOODLE = 'https://moodle.example.org';
const EDLM = 'https://xapi.edlm/profiles/edlm-lms/concepts';
const COURSE = `${MOODLE}/course/view.php?id=2`;
const courseParent = {
  id: COURSE,
  definition: { type: 'https://w3id.org/xapi/cmi5/activitytype/course' },
};
const quiz = {
  id: `${MOODLE}/mod/quiz/view.php?id=7`,
  definition: {
    type: 'http://adlnet.gov/expapi/activities/assessment',
    name: { en: 'Hygiene quiz' },
  },
};

function make(
  event: string,
  verb: string,
  object: object,
  more: object = {},
  parent: object[] = [],
) {
  return {
    actor: { name: 'Ana Silva', account: { homePage: MOODLE, name: '41' } },
    verb: { id: verb, display: { en: event } },
    object: { objectType: 'Activity', ...object },
    context: {
      platform: 'Moodle',
      registration: '2f3b5a9e-7b6c-5d1e-8a4f-3c2d1e0f9a8b',
      language: 'en',
      contextActivities: {
        category: [
          { id: MOODLE, definition: { type: 'http://id.tincanapi.com/activitytype/lms' } },
        ],
        ...(parent.length === 0 ? {} : { parent }),
      },
      extensions: {
        'http://lrs.learninglocker.net/define/extensions/info': {
          event_name: event,
          'http://moodle.org': '5.0.1',
          'https://github.com/xAPI-vle/moodle-logstore_xapi': '5.0.1',
        },
      },
    },
    timestamp: '2026-03-02T09:00:00+00:00',
    ...more,
  };
}

const scored = (raw: number, max: number) => ({ raw, min: 0, max, scaled: raw / max });
const attempt = {
  id: `${MOODLE}/mod/quiz/attempt.php?attempt=9&cmid=7`,
  definition: { type: 'http://adlnet.gov/expapi/activities/attempt' },
};
const submission = {
  id: `${MOODLE}/mod/assign/view.php?id=8#submission`,
  definition: { type: `${EDLM}/activity-types/submission` },
};
const BATCH = {
  login: make('\\core\\event\\user_loggedin', `${EDLM}/verbs/login`, { id: MOODLE }),
  enrolled: make('\\core\\event\\user_enrolment_created', `${EDLM}/verbs/enrolled`, courseParent),
  viewed: make('\\core\\event\\course_viewed', 'http://id.tincanapi.com/verb/viewed', courseParent),
  quizSubmitted: make(
    '\\mod_quiz\\event\\attempt_submitted',
    'http://adlnet.gov/expapi/verbs/completed',
    attempt,
    { result: { score: scored(8, 10), completion: true, success: true, duration: 'PT180S' } },
    [quiz, courseParent],
  ),
  graded: make(
    '\\mod_assign\\event\\submission_graded',
    'https://w3id.org/xapi/tla/verbs/scored',
    submission,
    { result: { score: scored(9, 10), success: true, response: 'Well done' } },
    [courseParent],
  ),
  replied: make(
    '\\mod_forum\\event\\post_created',
    'http://id.tincanapi.com/verb/replied',
    { id: `${MOODLE}/mod/forum/discuss.php?d=1#p1` },
    {},
    [courseParent],
  ),
  calendar: make('\\core\\event\\calendar_event_created', 'http://activitystrea.ms/create', {
    id: `${MOODLE}/calendar/view.php?id=3`,
    definition: { type: `${EDLM}/activity-types/calendar-event` },
  }),
  courseCompleted: make(
    '\\core\\event\\course_completed',
    'http://adlnet.gov/expapi/verbs/completed',
    courseParent,
  ),
};

/** What makes grades count: docs/rules.md says how rules are added. */
const OWN_RULES = [
  {
    id: 'moodle.quiz',
    kind: 'ASSESSED',
    when: {
      score: true,
      activityTypes: ['http://adlnet.gov/expapi/activities/attempt'],
      contextActivityTypes: ['http://adlnet.gov/expapi/activities/assessment'],
    },
  },
  {
    id: 'moodle.assignment',
    kind: 'ASSESSED',
    when: { score: true, activityTypes: [`${EDLM}/activity-types/submission`] },
  },
];

let server: TestServer;
let ids: readonly string[];
beforeAll(async () => {
  server = await startToolServer([`account:${MOODLE}|41`], [COURSE]);
  const { body } = await server
    .as(server.admin)
    .post(STATEMENTS)
    .send(Object.values(BATCH))
    .expect(200);
  ids = body;
});
afterAll(() => server.close());

test('a batch of the logstore is stored whole, and the default rules count what a person did', async () => {
  expect(await server.countStatements()).toBe(Object.keys(BATCH).length);
  const events = await readEvents(server, ids);
  expect(
    Object.fromEntries(Object.keys(BATCH).map((name, i) => [name, kindsOf(events)[i]])),
  ).toEqual({
    login: '',
    enrolled: '',
    viewed: 'ENGAGED',
    quizSubmitted: 'ENGAGED',
    graded: '',
    replied: 'ENGAGED',
    calendar: 'CONTRIBUTED',
    courseCompleted: 'COMPLETED ENGAGED',
  });
  expect(events.at(-1)!.find(({ kind }) => kind === 'COMPLETED')).toMatchObject({
    course: COURSE,
    skill: HYGIENE,
  });
});

test('two rules of one’s own make grades of quizzes and assignments count', async () => {
  const names = Object.keys(BATCH);
  const events = await readEvents(server, ids, OWN_RULES);
  const scoreOf = (name: string) =>
    events[names.indexOf(name)]!.find(({ kind }) => kind === 'ASSESSED')?.score;
  expect([scoreOf('quizSubmitted'), scoreOf('graded'), scoreOf('viewed')]).toEqual([
    0.8,
    0.9,
    undefined,
  ]);
});
