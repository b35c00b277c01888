/**
 * The statements of the bench: about 1 KB each, spread over people, verbs, activities and courses as an
 * organisation's are (some are common, most are rare). Statement n is a pure function of n, so that any
 * process can make it, or ask for it, without being told.
 */
export const AGENT_COUNT = 1_000;
export const COURSE_COUNT = 20;
export const ACTIVITY_COUNT = 200;

const HOME_PAGE = 'https://people.example.org';
const VERBS = [
  ['http://adlnet.gov/expapi/verbs/experienced', 'experienced'],
  ['http://adlnet.gov/expapi/verbs/progressed', 'progressed'],
  ['http://adlnet.gov/expapi/verbs/answered', 'answered'],
  ['http://adlnet.gov/expapi/verbs/completed', 'completed'],
  ['http://adlnet.gov/expapi/verbs/launched', 'launched'],
  ['http://adlnet.gov/expapi/verbs/passed', 'passed'],
  ['http://adlnet.gov/expapi/verbs/attempted', 'attempted'],
  ['http://adlnet.gov/expapi/verbs/failed', 'failed'],
] as const;
const PLATFORMS = ['Shop floor tablet', 'Learning portal', 'Service desk'] as const;
const FIRST_DAY_MS = Date.UTC(2025, 0, 1);
const SPAN_MS = 540 * 86_400_000;

/** A well mixed 32-bit number from two (the finaliser of MurmurHash3); one-to-one in `n` for each salt. */
function mix(n: number, salt: number): number {
  let hash = (n ^ Math.imul(salt + 1, 0x9e3779b1)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 0 … size − 1, low numbers more often. */
function pickSkewed(n: number, salt: number, size: number): number {
  const share = mix(n, salt) / 2 ** 32;
  return Math.floor(share * share * size);
}

const hex = (word: number): string => word.toString(16).padStart(8, '0');

/** A version 4 UUID in no order, as clients make them: ids in order would flatter the index. */
export function statementId(n: number): string {
  const [a, b, c, d] = [hex(mix(n, 1)), hex(mix(n, 2)), hex(mix(n, 3)), hex(mix(n, 4))];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

export function agentOf(index: number): { homePage: string; name: string } {
  return { homePage: HOME_PAGE, name: `e${String(index).padStart(5, '0')}` };
}

export function activityIdOf(index: number): string {
  return `${courseIdOf(index % COURSE_COUNT)}/lessons/${index}`;
}

export function courseIdOf(index: number): string {
  return `https://courses.example.org/safety-and-service/${index}`;
}

export function verbIdOf(index: number): string {
  return VERBS[index % VERBS.length]?.[0] ?? VERBS[0][0];
}

/** What statement `n` is about: the numbers that `agentOf`, `verbIdOf` and `activityIdOf` take. */
export function topicOf(n: number): { agent: number; verb: number; activity: number } {
  return {
    agent: pickSkewed(n, 5, AGENT_COUNT),
    verb: pickSkewed(n, 6, VERBS.length),
    activity: pickSkewed(n, 7, ACTIVITY_COUNT),
  };
}

export function makeStatement(n: number): object {
  const { agent, verb, activity } = topicOf(n);
  const [verbId, verbName] = VERBS[verb] ?? VERBS[0];
  const course = activity % COURSE_COUNT;
  const score = (mix(n, 8) % 101) / 100;
  return {
    id: statementId(n),
    actor: { objectType: 'Agent', name: `Employee ${agent}`, account: agentOf(agent) },
    verb: { id: verbId, display: { 'en-US': verbName } },
    object: {
      objectType: 'Activity',
      id: activityIdOf(activity),
      definition: {
        type: 'http://adlnet.gov/expapi/activities/lesson',
        name: {
          'en-US': `Lesson ${activity}: handling what comes back`,
          'de-DE': `Lektion ${activity}`,
        },
        description: {
          'en-US': 'How to take back an article, check it and book it, step by step.',
        },
      },
    },
    result: {
      score: { scaled: score, raw: Math.round(score * 100), min: 0, max: 100 },
      success: score >= 0.6,
      completion: true,
      duration: `PT${1 + (mix(n, 9) % 30)}M${mix(n, 10) % 60}S`,
    },
    context: {
      registration: statementId(mix(agent * COURSE_COUNT + course, 11)),
      platform: PLATFORMS[agent % PLATFORMS.length],
      language: 'en-US',
      contextActivities: {
        parent: [{ id: courseIdOf(course), objectType: 'Activity' }],
        category: [{ id: 'https://w3id.org/xapi/cmi5/context/categories/cmi5' }],
      },
      extensions: { 'https://courses.example.org/ext/session': statementId(mix(n, 12)) },
    },
    timestamp: new Date(FIRST_DAY_MS + (mix(n, 13) / 2 ** 32) * SPAN_MS).toISOString(),
  };
}
