import type {
  MergeExample,
  MergeRule,
  ParameterRule,
  QueryExample,
  Resource,
  ResourceMethod,
} from './rule.ts';

const AGENT = '{"mbox":"mailto:ada@example.org"}';
const VALID = {
  activityId: 'http://example.org/it',
  agent: AGENT,
  registration: '6690e6c9-3ef0-4ed3-8b37-7f3964730bee',
  stateId: 'bookmark',
  profileId: 'preferences',
  since: '2026-01-31T12:00:00.123456Z',
} as const;

export type ResourceParameter = keyof typeof VALID;

interface Taken {
  readonly required: readonly ResourceParameter[];
  readonly optional: readonly ResourceParameter[];
}

const STATE: Taken = {
  required: ['activityId', 'agent', 'stateId'],
  optional: ['registration'],
};
const AGENT_PROFILE: Taken = { required: ['agent', 'profileId'], optional: [] };
const ACTIVITY_PROFILE: Taken = { required: ['activityId', 'profileId'], optional: [] };

/** The parameters of each resource but statements, and of each method it has (Communication §2.3 to §2.7). */
export const TAKEN: Readonly<Record<Resource, Partial<Readonly<Record<ResourceMethod, Taken>>>>> = {
  'activities/state': {
    PUT: STATE,
    POST: STATE,
    GET: { required: ['activityId', 'agent'], optional: ['registration', 'stateId', 'since'] },
    DELETE: { required: ['activityId', 'agent'], optional: ['registration', 'stateId'] },
  },
  'agents/profile': {
    PUT: AGENT_PROFILE,
    POST: AGENT_PROFILE,
    GET: { required: ['agent'], optional: ['profileId', 'since'] },
    DELETE: AGENT_PROFILE,
  },
  'activities/profile': {
    PUT: ACTIVITY_PROFILE,
    POST: ACTIVITY_PROFILE,
    GET: { required: ['activityId'], optional: ['profileId', 'since'] },
    DELETE: ACTIVITY_PROFILE,
  },
  agents: { GET: { required: ['agent'], optional: [] } },
  activities: { GET: { required: ['activityId'], optional: [] } },
};

const SECTIONS: Readonly<Record<Resource, string>> = {
  'activities/state': 'Communication 2.3',
  agents: 'Communication 2.4',
  activities: 'Communication 2.5',
  'agents/profile': 'Communication 2.6',
  'activities/profile': 'Communication 2.7',
};

const BAD_AGENTS = [
  'ada',
  '{}',
  '{"name":"Ada"}',
  '{"mbox":"ada@example.org"}',
  '{"objectType":"Group","mbox":"mailto:crew@example.org"}',
];
const BAD_UUIDS = ['spring', ''];
const BAD_TIMESTAMPS = ['yesterday', 'true', '2026-02-30T00:00:00Z'];

type Ids = Partial<Readonly<Record<ResourceMethod, string>>>;

export const PARAMETER_RULES: readonly ParameterRule[] = [
  ...mustHave('activities/state', 'activityId', {
    PUT: 'XAPI-00210',
    POST: 'XAPI-00209',
    GET: 'XAPI-00208',
    DELETE: 'XAPI-00207',
  }),
  ...mustHave('activities/state', 'agent', {
    PUT: 'XAPI-00215',
    POST: 'XAPI-00214',
    GET: 'XAPI-00213',
    DELETE: 'XAPI-00212',
  }),
  ...mustBeValid('activities/state', 'agent', BAD_AGENTS, {
    PUT: 'XAPI-00199',
    POST: 'XAPI-00198',
    GET: 'XAPI-00197',
    DELETE: 'XAPI-00196',
  }),
  ...mayHave('activities/state', 'registration', {
    PUT: 'XAPI-00218',
    POST: 'XAPI-00227',
    GET: 'XAPI-00220',
    DELETE: 'XAPI-00219',
  }),
  ...mustBeValid('activities/state', 'registration', BAD_UUIDS, {
    PUT: 'XAPI-00203',
    POST: 'XAPI-00202',
    GET: 'XAPI-00201',
    DELETE: 'XAPI-00200',
  }),
  ...mustHave('activities/state', 'stateId', { PUT: 'XAPI-00206', POST: 'XAPI-00211' }),
  ...mayHave('activities/state', 'stateId', { GET: 'XAPI-00217', DELETE: 'XAPI-00216' }),
  ...mayHave('activities/state', 'since', { GET: 'XAPI-00221' }),
  ...mustBeValid('activities/state', 'since', BAD_TIMESTAMPS, { GET: 'XAPI-00204' }),
  ...mustNotHave('activities/state', 'since', { DELETE: 'XAPI-00205' }),

  ...mustHave('agents/profile', 'agent', {
    PUT: 'XAPI-00264',
    POST: 'XAPI-00263',
    GET: 'XAPI-00261',
    DELETE: 'XAPI-00262',
  }),
  ...mustBeValid('agents/profile', 'agent', BAD_AGENTS, {
    PUT: 'XAPI-00257',
    POST: 'XAPI-00256',
    GET: 'XAPI-00258',
    DELETE: 'XAPI-00255',
  }),
  ...mustHave('agents/profile', 'profileId', {
    PUT: 'XAPI-00267',
    POST: 'XAPI-00266',
    DELETE: 'XAPI-00265',
  }),
  ...mayHave('agents/profile', 'since', { GET: 'XAPI-00268' }),
  ...mustBeValid('agents/profile', 'since', BAD_TIMESTAMPS, { GET: 'XAPI-00260' }),

  ...mustHave('activities/profile', 'activityId', {
    PUT: 'XAPI-00299',
    POST: 'XAPI-00298',
    GET: 'XAPI-00296',
    DELETE: 'XAPI-00297',
  }),
  ...mustHave('activities/profile', 'profileId', {
    PUT: 'XAPI-00302',
    POST: 'XAPI-00301',
    DELETE: 'XAPI-00300',
  }),
  ...mayHave('activities/profile', 'since', { GET: 'XAPI-00303' }),
  ...mustBeValid('activities/profile', 'since', BAD_TIMESTAMPS, { GET: 'XAPI-00295' }),
  ...mustNotHave('activities/profile', 'agent', { GET: 'XAPI-00304' }),

  ...mustHave('agents', 'agent', { GET: 'XAPI-00243' }),
  ...mustBeValid('agents', 'agent', BAD_AGENTS, { GET: 'XAPI-00249' }),
  ...mustHave('activities', 'activityId', { GET: 'XAPI-00250' }),
];

/** The parameter must be there. */
function mustHave(
  resource: Resource,
  parameter: ResourceParameter,
  ids: Ids,
): readonly ParameterRule[] {
  return write(ids, resource, parameter, 'needs the parameter', 'presence', (valid) => ({
    accepts: [valid],
    rejects: [omit(valid, parameter)],
  }));
}

/** The parameter must have a value of its kind. */
function mustBeValid(
  resource: Resource,
  parameter: ResourceParameter,
  bad: readonly string[],
  ids: Ids,
): readonly ParameterRule[] {
  return write(ids, resource, parameter, 'refuses a malformed', 'value', (valid) => ({
    accepts: [{ ...valid, [parameter]: VALID[parameter] }],
    rejects: bad.map((value) => ({ ...valid, [parameter]: value })),
  }));
}

/** The parameter may be there or not. */
function mayHave(
  resource: Resource,
  parameter: ResourceParameter,
  ids: Ids,
): readonly ParameterRule[] {
  return write(ids, resource, parameter, 'may have the parameter', 'choice', (valid) => ({
    accepts: [valid, { ...valid, [parameter]: VALID[parameter] }],
    rejects: [],
  }));
}

/** The parameter must not be there. */
function mustNotHave(
  resource: Resource,
  parameter: ResourceParameter,
  ids: Ids,
): readonly ParameterRule[] {
  return write(ids, resource, parameter, 'does not know the parameter', 'absence', (valid) => ({
    accepts: [valid],
    rejects: [{ ...valid, [parameter]: VALID[parameter] }],
  }));
}

function write(
  ids: Ids,
  resource: Resource,
  parameter: ResourceParameter,
  what: string,
  asks: ParameterRule['asks'],
  makeExamples: (valid: QueryExample) => Pick<ParameterRule, 'accepts' | 'rejects'>,
): readonly ParameterRule[] {
  return Object.entries(ids).map(([name, id]) => {
    const method = name as ResourceMethod;
    const required = TAKEN[resource][method]?.required ?? [];
    const valid = Object.fromEntries(required.map((each) => [each, VALID[each]]));
    return {
      id,
      spec: SECTIONS[resource],
      title: `${method} /${resource} ${what} ${parameter}`,
      resource,
      method,
      parameter,
      asks,
      ...makeExamples(valid),
    };
  });
}

function omit(example: QueryExample, name: string): QueryExample {
  return Object.fromEntries(Object.entries(example).filter(([each]) => each !== name));
}

// What POST makes of two documents -----------------------------------------------------------------

const MERGED: MergeExample = {
  stored: '{"a":1.0,"b":{"c":1}}',
  sent: '{"b":{"d":2},"e":[]}',
  expect: '{"a":1.0,"b":{"d":2},"e":[]}',
};
const NEW: MergeExample = { stored: null, sent: '{"a": 1}', expect: '{"a": 1}' };
const NEW_TEXT: MergeExample = { stored: null, sent: 'hi', sentType: 'text/plain', expect: 'hi' };
const OTHER_TYPES: readonly MergeExample[] = [
  { stored: '{"a":1}', sent: '{"b":2}', sentType: 'text/plain' },
  { stored: '{"a":1}', storedType: 'application/octet-stream', sent: '{"b":2}' },
  { stored: 'hi', storedType: 'text/plain', sent: 'ho', sentType: 'text/plain' },
];
const NO_OBJECTS: readonly MergeExample[] = [
  { stored: '[1]', sent: '{"b":2}' },
  { stored: '{"a":1}', sent: '[2]' },
  { stored: '{"a":1}', sent: 'null' },
];
const NO_JSON: readonly MergeExample[] = [
  { stored: null, sent: '{"a":' },
  { stored: null, sent: 'a=1&b=2' },
  { stored: '{"a":1}', sent: '{"a":' },
];

export const MERGE_RULES: readonly MergeRule[] = [
  merge('XAPI-00184', 'A merge overwrites members that both documents have', [
    { stored: '{"a":1,"b":2}', sent: '{"b":3}', expect: '{"a":1,"b":3}' },
  ]),
  merge('XAPI-00183', 'A merge goes one level deep: objects are replaced whole', [MERGED]),
  merge('XAPI-00234', 'POST of a state merges two JSON objects', [MERGED]),
  merge('XAPI-00279', 'POST of an agent profile merges two JSON objects', [MERGED]),
  merge('XAPI-00308', 'POST of an activity profile merges two JSON objects', [MERGED]),
  merge('XAPI-00232', 'POST of a state needs both to be application/json', [], OTHER_TYPES),
  merge('XAPI-00278', 'POST of an agent profile needs both as application/json', [], OTHER_TYPES),
  merge(
    'XAPI-00309',
    'POST of an activity profile needs both as application/json',
    [],
    OTHER_TYPES,
  ),
  merge('XAPI-00229', 'POST of a state needs both to be JSON objects', [], NO_OBJECTS),
  merge('XAPI-00313', 'POST of an activity profile needs both to be objects', [], NO_OBJECTS),
  merge('XAPI-00235', 'POST of a state refuses JSON that is none', [], NO_JSON),
  merge('XAPI-00281', 'POST of an agent profile refuses JSON that is none', [], NO_JSON),
  merge('XAPI-00284', 'POST of an agent profile needs both to be objects', [], NO_OBJECTS),
  merge('XAPI-00314', 'POST of an activity profile refuses JSON that is none', [], NO_JSON),
  merge('XAPI-00233', 'POST of a new state stores it as it is', [NEW, NEW_TEXT]),
  merge('XAPI-00280', 'POST of a new agent profile stores it as it is', [NEW, NEW_TEXT]),
  merge('XAPI-00310', 'POST of a new activity profile stores it as it is', [NEW, NEW_TEXT]),
];

function merge(
  id: string,
  title: string,
  accepts: readonly MergeExample[],
  rejects: readonly MergeExample[] = [],
): MergeRule {
  return { id, spec: 'Communication 2.2', title, merges: true, accepts, rejects };
}
