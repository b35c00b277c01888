import { formatted, listOf, shaped } from './rule.ts';
import type { JsonObject, StatementRule } from './rule.ts';

const ACCOUNT = { homePage: 'http://example.org', name: 'ada' };
const SHA1 = 'cd9b00a5611f94eaa7b1661edab976068e364975';
const MEMBER = { mbox: 'mailto:bob@example.org' };

const IDENTIFIERS = ['mbox', 'mbox_sha1sum', 'openid', 'account'] as const;

export function identifiersOf(actor: JsonObject): readonly string[] {
  return IDENTIFIERS.filter((name) => actor[name] !== undefined);
}

const MAILTO = '^[Mm][Aa][Ii][Ll][Tt][Oo]:[^\\s@]+@[^\\s@]+$';
const SHA1_HEX = '^[0-9A-Fa-f]{40}$';

/** Agents and groups, wherever a statement has one (Data §2.4.2). */
export const ACTOR_RULES: readonly StatementRule[] = [
  {
    id: 'XAPI-00031',
    spec: 'Data 2.4.2',
    title: 'An actor is an Agent or a Group',
    of: ['actor', 'authority'],
    member: 'objectType',
    schema: { type: 'string', enum: ['Agent', 'Group'] },
    accepts: [
      { '/actor/objectType': 'Agent' },
      { '/actor': { objectType: 'Group', member: [MEMBER] } },
    ],
    rejects: [{ '/actor/objectType': 'Activity' }, { '/actor/objectType': 'agent' }],
  },
  {
    id: 'XAPI-00032',
    spec: 'Data 2.4.2.1',
    title: 'An objectType is a string',
    of: 'agent',
    member: 'objectType',
    schema: { type: 'string', const: 'Agent' },
    accepts: [{ '/actor/objectType': 'Agent' }],
    rejects: [{ '/actor/objectType': 1 }, { '/actor/objectType': { a: 'Agent' } }],
  },
  {
    id: 'XAPI-00033',
    spec: 'Data 2.4.2.1',
    title: 'The name of an Agent or Group is a string',
    of: ['agent', 'group'],
    member: 'name',
    schema: { type: 'string' },
    accepts: [{ '/actor/name': 'Ada' }, { '/actor/name': '' }],
    rejects: [{ '/actor/name': 1 }, { '/actor/name': ['Ada'] }],
  },
  {
    id: 'XAPI-00034',
    spec: 'Data 2.4.2.1',
    title: 'An Agent has exactly one inverse functional identifier',
    of: 'agent',
    check: (agent) => {
      const found = identifiersOf(agent);
      return found.length === 1
        ? null
        : `an Agent needs exactly one of ${IDENTIFIERS.join(', ')}; this has ${found.join(' and ') || 'none'}`;
    },
    accepts: [
      { '/actor': { mbox_sha1sum: SHA1 } },
      { '/actor': { openid: 'http://ada.example.org' } },
      { '/actor': { account: ACCOUNT } },
    ],
    rejects: [
      { '/actor': {} },
      { '/actor': { name: 'Ada' } },
      { '/actor/account': ACCOUNT },
      { '/actor/openid': 'http://ada.example.org' },
      { '/actor': { objectType: 'Group', member: [{ name: 'Bob' }] } },
    ],
  },
  {
    id: 'XAPI-00035',
    spec: 'Data 2.4.2.2',
    title: 'A Group without identifier lists its members, and only a Group has members',
    of: ['agent', 'group'],
    check: (actor) => {
      const isGroup = actor.objectType === 'Group';
      if (!isGroup && actor.member !== undefined) return 'only a Group has a member property';
      return isGroup && identifiersOf(actor).length === 0 && actor.member === undefined
        ? 'an anonymous Group needs a member property'
        : null;
    },
    accepts: [{ '/actor': { objectType: 'Group', member: [MEMBER] } }],
    rejects: [
      { '/actor': { objectType: 'Group' } },
      { '/actor': { objectType: 'Group', name: 'Crew' } },
      { '/actor/member': [MEMBER] },
    ],
  },
  {
    id: 'XAPI-00036',
    spec: 'Data 2.4.2.2',
    title: 'The members of a Group are Agents',
    of: 'group',
    member: 'member',
    schema: listOf('agent'),
    accepts: [{ '/actor': { objectType: 'Group', member: [{ ...MEMBER, objectType: 'Agent' }] } }],
    rejects: [
      { '/actor': { objectType: 'Group', member: MEMBER } },
      { '/actor': { objectType: 'Group', member: ['bob'] } },
      { '/actor': { objectType: 'Group', member: 'mailto:bob@example.org' } },
    ],
  },
  {
    id: 'XAPI-00037',
    spec: 'Data 2.4.2.2',
    title: 'A Group has one identifier, or none and at least one member',
    of: 'group',
    check: (group) => {
      const found = identifiersOf(group);
      if (found.length > 1)
        return `a Group has at most one identifier; this has ${found.join(' and ')}`;
      const isEmpty = !Array.isArray(group.member) || group.member.length === 0;
      return found.length === 0 && isEmpty ? 'a Group needs an identifier or a member' : null;
    },
    accepts: [
      { '/actor': { objectType: 'Group', mbox: 'mailto:crew@example.org' } },
      { '/actor': { objectType: 'Group', account: ACCOUNT, member: [] } },
    ],
    rejects: [
      { '/actor': { objectType: 'Group', member: [] } },
      { '/actor': { objectType: 'Group', mbox: 'mailto:crew@example.org', account: ACCOUNT } },
      {
        '/actor': {
          objectType: 'Group',
          mbox_sha1sum: SHA1,
          openid: 'http://a.org',
          member: [MEMBER],
        },
      },
    ],
  },
  {
    id: 'IEEE-4.2.2-group',
    spec: 'Data 2.4.2.2',
    title: 'A Group says that it is one',
    of: 'group',
    member: 'objectType',
    required: true,
    schema: { type: 'string', const: 'Group' },
    accepts: [{ '/context': { team: { objectType: 'Group', member: [MEMBER] } } }],
    rejects: [
      { '/context': { team: { mbox: 'mailto:crew@example.org' } } },
      { '/context': { team: { objectType: 'Agent', mbox: 'mailto:crew@example.org' } } },
    ],
  },
  {
    id: 'XAPI-00038',
    spec: 'Data 2.4.2.3',
    title: 'mbox is mailto: and an email address',
    of: ['agent', 'group'],
    member: 'mbox',
    schema: { type: 'string', pattern: MAILTO },
    accepts: [{ '/actor/mbox': 'mailto:ada+lrs@localhost' }],
    rejects: [
      { '/actor/mbox': 'ada@example.org' },
      { '/actor/mbox': 'mailto:ada.example.org' },
      { '/actor/mbox': 'mailto:' },
      { '/actor/mbox': 'mailto:ada@example@org' },
      { '/actor/mbox': 'mailto:ada lovelace@example.org' },
      { '/actor/mbox': 1 },
      { '/actor': { objectType: 'Group', mbox: '' } },
    ],
  },
  {
    id: 'XAPI-00039',
    spec: 'Data 2.4.2.3',
    title: 'mbox_sha1sum is a SHA-1 in hex',
    of: ['agent', 'group'],
    member: 'mbox_sha1sum',
    schema: { type: 'string', pattern: SHA1_HEX },
    accepts: [{ '/actor': { mbox_sha1sum: SHA1.toUpperCase() } }],
    rejects: [SHA1.slice(1), `${SHA1.slice(1)}g`, 1].map((mbox_sha1sum) => ({
      '/actor': { mbox_sha1sum },
    })),
  },
  {
    id: 'XAPI-00040',
    spec: 'Data 2.4.2.3',
    title: 'openid is a URI',
    of: ['agent', 'group'],
    member: 'openid',
    schema: formatted('iri'),
    accepts: [{ '/actor': { openid: 'https://ada.example.org/' } }],
    rejects: [{ '/actor': { openid: 'ada' } }, { '/actor': { openid: 1 } }],
  },
  {
    id: 'XAPI-00041',
    spec: 'Data 2.4.2.3',
    title: 'account is an object',
    of: ['agent', 'group'],
    member: 'account',
    schema: shaped('account'),
    accepts: [{ '/actor': { account: ACCOUNT } }],
    rejects: [{ '/actor': { account: 'ada' } }, { '/actor': { account: [ACCOUNT] } }],
  },
  {
    id: 'XAPI-00042',
    spec: 'Data 2.4.2.4',
    title: 'The homePage of an account is an IRL, and required',
    of: 'account',
    member: 'homePage',
    required: true,
    schema: formatted('iri'),
    accepts: [{ '/actor': { account: { homePage: 'https://example.org/lms', name: 'ada' } } }],
    rejects: [
      { '/actor': { account: { name: 'ada' } } },
      { '/actor': { account: { homePage: 'example', name: 'ada' } } },
    ],
  },
  {
    id: 'XAPI-00043',
    spec: 'Data 2.4.2.4',
    title: 'The name of an account is a string, and required',
    of: 'account',
    member: 'name',
    required: true,
    schema: { type: 'string' },
    accepts: [{ '/actor': { account: { homePage: 'http://example.org', name: '' } } }],
    rejects: [
      { '/actor': { account: { homePage: 'http://example.org' } } },
      { '/actor': { account: { homePage: 'http://example.org', name: 7 } } },
    ],
  },
];
