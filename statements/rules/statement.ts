import { formatted, isObject, listOf, shaped } from './rule.ts';
import type { BehaviourRule, JsonObject, StatementRule } from './rule.ts';

const AGENT = { mbox: 'mailto:bob@example.org' };
const PAIR = {
  objectType: 'Group',
  member: [AGENT, { account: { homePage: 'http://example.org', name: 'lms' } }],
};
const ATTACHMENT = {
  usageType: 'http://example.org/usage',
  display: {},
  contentType: 'text/plain',
  length: 0,
  sha2: 'a'.repeat(64),
};

function authorityFlaw(authority: JsonObject): string | null {
  if (authority.objectType !== 'Group') return null;
  const { member } = authority;
  const isAnonymous = ['mbox', 'mbox_sha1sum', 'openid', 'account'].every(
    (name) => authority[name] === undefined,
  );
  return isAnonymous && Array.isArray(member) && member.length === 2
    ? null
    : 'an authority that is a Group has no identifier and exactly two members';
}

/** The statement as a whole (Data §2.2, §2.4). */
export const STATEMENT_RULES: readonly StatementRule[] = [
  {
    id: 'XAPI-00003',
    spec: 'Data 2.2',
    title: 'A statement has an actor',
    of: ['statement', 'subStatement'],
    member: 'actor',
    required: true,
    schema: shaped('actor'),
    accepts: [{}],
    rejects: [{ '/actor': undefined }, { '/actor': 'ada' }],
  },
  {
    id: 'XAPI-00004',
    spec: 'Data 2.2',
    title: 'A statement has a verb',
    of: ['statement', 'subStatement'],
    member: 'verb',
    required: true,
    schema: shaped('verb'),
    accepts: [{}],
    rejects: [{ '/verb': undefined }, { '/verb': 'http://example.org/did' }],
  },
  {
    id: 'XAPI-00005',
    spec: 'Data 2.2',
    title: 'A statement has an object',
    of: 'statement',
    member: 'object',
    required: true,
    schema: shaped('object'),
    accepts: [{}],
    rejects: [{ '/object': undefined }, { '/object': ['http://example.org/it'] }],
  },
  {
    id: 'IEEE-4.2.2.3-object',
    spec: 'Data 2.4.4.3',
    title: 'A SubStatement has an object',
    of: 'subStatement',
    member: 'object',
    required: true,
    schema: shaped('subObject'),
    accepts: [{ '/object': subStatement({ object: { id: 'http://example.org/it' } }) }],
    rejects: [{ '/object': subStatement({}) }],
  },
  {
    id: 'IEEE-4.2.2-result',
    spec: 'Data 2.4.5',
    title: 'The result is an object',
    of: ['statement', 'subStatement'],
    member: 'result',
    schema: shaped('result'),
    accepts: [{ '/result': {} }],
    rejects: [{ '/result': 'passed' }],
  },
  {
    id: 'IEEE-4.2.2-context',
    spec: 'Data 2.4.6',
    title: 'The context is an object',
    of: ['statement', 'subStatement'],
    member: 'context',
    schema: shaped('context'),
    accepts: [{ '/context': {} }],
    rejects: [{ '/context': [] }],
  },
  {
    id: 'XAPI-00001',
    spec: 'Data 2.2',
    title: 'Nothing is null outside of extensions',
    restates: ({ value }) => value === null,
    accepts: [{ '/context': { extensions: { 'http://example.org/e': { deep: [null] } } } }],
    rejects: [
      { '/actor': null },
      { '/verb/display': null },
      { '/result': { score: null } },
      { '/object/definition': { name: { en: null } } },
      { '/context': { contextActivities: { parent: [null] } } },
    ],
  },
  {
    id: 'XAPI-00006',
    spec: 'Data 2.2',
    title: 'Values have the type that the specification gives them',
    restates: ({ keyword }) => keyword === 'type',
    accepts: [{ '/result': { score: { raw: 1.0 }, success: true } }],
    rejects: [
      { '/result': { score: { raw: '1' } } },
      { '/result': { success: 'true' } },
      { '/actor/name': 5 },
      { '/context': 'none' },
    ],
  },
  {
    id: 'XAPI-00007',
    spec: 'Data 2.2',
    title: 'Strings of a format follow it, and are not empty',
    restates: ({ keyword }) => keyword === 'format' || keyword === 'pattern',
    accepts: [{ '/id': '6690e6c9-3ef0-4ed3-8b37-7f3964730bee' }],
    rejects: [
      { '/id': '' },
      { '/verb/id': '' },
      { '/actor/mbox': '' },
      { '/timestamp': '' },
      { '/result': { extensions: { '': 1 } } },
    ],
  },
  {
    id: 'XAPI-00008',
    spec: 'Data 2.2',
    title: 'Keys are written in the case of the specification',
    restates: ({ keyword, value, allowed }) =>
      keyword === 'additionalProperties' && isCaseVariant(value, allowed),
    accepts: [{ '/timestamp': '2026-01-31T12:00:00Z' }],
    rejects: [
      { '/Timestamp': '2026-01-31T12:00:00Z' },
      { '/verb/ID': 1 },
      { '/result': { Success: true } },
    ],
  },
  {
    id: 'XAPI-00009',
    spec: 'Data 2.2',
    title: 'Enumerated values are written in the case of the specification',
    restates: ({ keyword, value, schema }) =>
      (keyword === 'enum' && isCaseVariant(value, schema.enum)) ||
      (keyword === 'const' && isCaseVariant(value, [schema.const])),
    accepts: [{ '/object/definition': { interactionType: 'true-false' } }],
    rejects: [
      { '/actor/objectType': 'agent' },
      { '/object/objectType': 'ACTIVITY' },
      { '/object/definition': { interactionType: 'Choice' } },
    ],
  },
  {
    id: 'XAPI-00010',
    spec: 'Data 2.2',
    title: 'Keys and values that the specification does not allow are refused',
    restates: ({ keyword }) => keyword === 'additionalProperties',
    accepts: [{}],
    rejects: [
      { '/note': 'x' },
      { '/actor/email': 'ada@example.org' },
      { '/verb/name': 'did' },
      { '/object/definition': { title: 'It' } },
      { '/result': { score: { average: 1 } } },
      { '/context': { learner: AGENT } },
      { '/attachments': [{ ...ATTACHMENT, name: 'file' }] },
      { '/context': Object.fromEntries([['__proto__', {}]]) },
    ],
  },
  {
    id: 'XAPI-00028',
    spec: 'Data 2.4.1',
    title: 'The id of a statement is a string',
    of: 'statement',
    member: 'id',
    schema: { type: 'string' },
    accepts: [{ '/id': '6690e6c9-3ef0-4ed3-8b37-7f3964730bee' }],
    rejects: [{ '/id': 1 }, { '/id': { uuid: 1 } }],
  },
  {
    id: 'XAPI-00027',
    spec: 'Data 2.4.1',
    title: 'The id of a statement is a UUID',
    of: 'statement',
    member: 'id',
    schema: formatted('uuid'),
    accepts: [{ '/id': '6690e6c9-3ef0-4ed3-8b37-7f3964730bee' }],
    rejects: [{ '/id': 'first' }, { '/id': 'urn:uuid:6690e6c9-3ef0-4ed3-8b37-7f3964730bee' }],
  },
  {
    id: 'XAPI-00022',
    spec: 'Data 2.4.7',
    title: 'timestamp is a timestamp; one in the future is not refused',
    of: ['statement', 'subStatement'],
    member: 'timestamp',
    schema: formatted('timestamp'),
    accepts: [{ '/timestamp': '2226-01-31T12:00:00.000Z' }],
    rejects: [{ '/timestamp': 'yesterday' }, { '/timestamp': 1769860800000 }],
  },
  {
    id: 'XAPI-00023',
    spec: 'Data 2.4.8',
    title: 'stored is a timestamp',
    of: 'statement',
    member: 'stored',
    schema: formatted('timestamp'),
    accepts: [{ '/stored': '2011-07-15T00:00:00.000Z' }],
    rejects: [{ '/stored': 'now' }, { '/stored': 1 }],
  },
  {
    id: 'XAPI-00024',
    spec: 'Data 2.4.9',
    title: 'authority is an Agent or a Group',
    of: 'statement',
    member: 'authority',
    schema: shaped('authority'),
    accepts: [{ '/authority': AGENT }, { '/authority': PAIR }],
    rejects: [{ '/authority': 'bob' }, { '/authority': [AGENT] }],
  },
  {
    id: 'XAPI-00098',
    spec: 'Data 2.4.9',
    title: 'An authority that is a Group is anonymous and has two members',
    of: 'authority',
    check: authorityFlaw,
    accepts: [{ '/authority': PAIR }],
    rejects: [
      { '/authority': { objectType: 'Group', member: [AGENT] } },
      { '/authority': { objectType: 'Group', mbox: 'mailto:crew@example.org' } },
      { '/authority': { ...PAIR, openid: 'http://crew.example.org' } },
    ],
  },
  {
    id: 'XAPI-00100',
    spec: 'Data 2.4.9',
    title: 'An authority has no more than two members, the application and the user of OAuth',
    restates: ({ path, value }) =>
      path === '/authority' && isObject(value) && authorityFlaw(value) !== null,
    accepts: [{ '/authority': PAIR }],
    rejects: [{ '/authority': { objectType: 'Group', member: [AGENT, AGENT, AGENT] } }],
  },
  {
    id: 'XAPI-00101',
    spec: 'Data 2.4.10',
    title: 'version is 1.0 or 1.0.x',
    versions: ['1.0.3'],
    of: 'statement',
    member: 'version',
    schema: { type: 'string', pattern: '^1\\.0(\\.\\d+)?$' },
    accepts: ['1.0.0', '1.0.3', '1.0', '1.0.32'].map((version) => ({ '/version': version })),
    rejects: ['0.9.9', '1.1.0', '2.0.0', '1', '1.0.', '1.0.x', 1.0, ''].map((version) => ({
      '/version': version,
    })),
  },
  {
    id: 'IEEE-4.2.4.3-version',
    spec: 'IEEE 9274.1.1 4.2.4.3',
    title: 'version is 2.0.0, or 1.0.x for a statement of old',
    versions: ['2.0.0'],
    of: 'statement',
    member: 'version',
    schema: { type: 'string', pattern: '^(2\\.0\\.0|1\\.0(\\.\\d+)?)$' },
    accepts: ['2.0.0', '1.0.0', '1.0.3'].map((version) => ({ '/version': version })),
    rejects: ['0.9.9', '1.1.0', '2.1.0', '3.0.0', '2', 2].map((version) => ({
      '/version': version,
    })),
  },
  {
    id: 'XAPI-00025',
    spec: 'Data 2.4.11',
    title: 'attachments is a list of attachments',
    of: ['statement', 'subStatement'],
    member: 'attachments',
    schema: listOf('attachment'),
    accepts: [{ '/attachments': [] }, { '/attachments': [ATTACHMENT] }],
    rejects: [{ '/attachments': ATTACHMENT }, { '/attachments': ['file'] }],
  },
];

/** What the LRS itself does to a statement on its way in (Data §2.3.1, §2.4). */
export const LIFECYCLE_RULES: readonly BehaviourRule[] = [
  {
    id: 'XAPI-00002',
    spec: 'Data 2.2',
    title: 'Numbers keep at least the precision of IEEE 754 single; here, every digit',
    behaviour: 'prepareStatement',
    accepts: [
      {
        given: { '/result': { score: { scaled: 0.123456789012345 } } },
        expect: { '/result/score/scaled': 0.123456789012345 },
      },
    ],
    rejects: [],
  },
  {
    id: 'XAPI-00026',
    spec: 'Data 2.4.1',
    title: 'A statement without an id is given one',
    behaviour: 'prepareStatement',
    accepts: [
      { given: {}, expect: { '/id': '00000000-0000-4000-8000-000000000000' } },
      {
        given: { '/id': '6690E6C9-3ef0-4ed3-8b37-7f3964730bee' },
        expect: { '/id': '6690E6C9-3ef0-4ed3-8b37-7f3964730bee' },
      },
    ],
    rejects: [],
  },
  {
    id: 'XAPI-00096',
    spec: 'Data 2.4.6.2',
    title: 'A single context activity comes back in an array',
    behaviour: 'prepareStatement',
    accepts: [
      {
        given: {
          '/context': { contextActivities: { parent: { id: 'http://a.org/b' }, other: [] } },
        },
        expect: { '/context/contextActivities': { parent: [{ id: 'http://a.org/b' }], other: [] } },
      },
    ],
    rejects: [],
  },
  {
    id: 'XAPI-00097',
    spec: 'Data 2.4.8',
    title: 'A client’s stored is overwritten',
    behaviour: 'prepareStatement',
    accepts: [
      { given: { '/stored': '2011-07-15T00:00:00.000Z' }, expect: { '/stored': undefined } },
    ],
    rejects: [],
  },
  {
    id: 'XAPI-00099',
    spec: 'Data 2.4.9',
    title: 'The authority comes from the credential',
    behaviour: 'prepareStatement',
    accepts: [
      {
        given: {},
        expect: { '/authority': { account: { homePage: 'http://lrs.example.org', name: 'key' } } },
      },
      {
        given: { '/authority': AGENT },
        expect: { '/authority': { account: { homePage: 'http://lrs.example.org', name: 'key' } } },
      },
    ],
    rejects: [],
  },
  {
    id: 'XAPI-00122',
    spec: 'Data 4.5',
    title: 'A timestamp comes back with at least milliseconds, and means the same instant',
    behaviour: 'prepareStatement',
    accepts: [
      {
        given: { '/timestamp': '2026-01-31T12:00:00.123456+02:00' },
        expect: { '/timestamp': '2026-01-31T12:00:00.123456+02:00' },
      },
      {
        given: { '/timestamp': '2026-01-31T12:00:00Z' },
        expect: { '/timestamp': '2026-01-31T12:00:00.000Z' },
      },
      {
        given: { '/timestamp': '2026-01-31T12:00:00.5-03:00' },
        expect: { '/timestamp': '2026-01-31T12:00:00.500-03:00' },
      },
    ],
    rejects: [],
  },
  {
    id: 'XAPI-00332',
    spec: 'Data 2.4.10',
    title: 'A statement keeps the version it came with, and is given one when it had none',
    behaviour: 'prepareStatement',
    accepts: [{ given: { '/version': '1.0.2' }, expect: { '/version': '1.0.2' } }],
    rejects: [],
  },
];

function subStatement(members: JsonObject): JsonObject {
  return {
    objectType: 'SubStatement',
    actor: AGENT,
    verb: { id: 'http://example.org/will-do' },
    ...members,
  };
}

function isCaseVariant(value: unknown, allowed: unknown): boolean {
  if (typeof value !== 'string' || !Array.isArray(allowed)) return false;
  const folded = value.toLowerCase();
  return allowed.some((name: unknown) => typeof name === 'string' && name.toLowerCase() === folded);
}
