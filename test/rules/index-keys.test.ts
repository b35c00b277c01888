import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agentKey, indexKeys } from '../../statements/index-keys.ts';
import type { Statement } from '../../statements/statement.ts';
import { validateStatement } from '../../statements/validate.ts';
import { arbitraryStatement } from './arbitrary-statement.ts';
import { applyExample } from './example-statement.ts';

const agent = (name: string): { mbox: string } => ({ mbox: `mailto:${name}@example.org` });
const activity = (name: string): { id: string } => ({ id: `http://example.org/${name}` });
const group = (...names: string[]): object => ({ objectType: 'Group', member: names.map(agent) });

function keysOf(example: Record<string, unknown>): string[] {
  const statement: unknown = applyExample(example);
  validateStatement(statement, '2.0.0');
  return indexKeys(statement);
}

test('an agent is written as everywhere in Praxis, and an anonymous group not at all', () => {
  expect(agentKey(agent('ada'))).toBe('mailto:ada@example.org');
  expect(agentKey({ mbox_sha1sum: 'AB' })).toBe('sha1:AB');
  expect(agentKey({ openid: 'http://ada.example.org' })).toBe('openid:http://ada.example.org');
  expect(agentKey({ account: { homePage: 'http://a.org', name: 'x|y' } })).toBe(
    'account:http://a.org|x|y',
  );
  expect(agentKey({ objectType: 'Group', member: [agent('ada')] })).toBeNull();
});

test('actor, verb, object and registration are found directly', () => {
  expect(keysOf({ '/context': { registration: '6690E6C9-3EF0-4ED3-8B37-7F3964730BEE' } })).toEqual([
    'verb:http://example.org/did',
    'registration:6690e6c9-3ef0-4ed3-8b37-7f3964730bee',
    'agent:mailto:ada@example.org',
    'activity:http://example.org/it',
  ]);
});

test('a group is found by its members, as actor and as object', () => {
  const keys = keysOf({
    '/actor': { ...group('bob', 'eve'), mbox: 'mailto:crew@example.org' },
    '/object': group('kim'),
  });
  expect(keys).toEqual([
    'verb:http://example.org/did',
    ...['crew', 'bob', 'eve', 'kim'].map((name) => `agent:mailto:${name}@example.org`),
  ]);
});

test('the agents and activities of a context are related, and the authority is kept apart', () => {
  const keys = keysOf({
    '/authority': agent('lms'),
    '/context': {
      instructor: agent('teacher'),
      team: group('bob', 'ada'),
      contextActivities: {
        parent: activity('course'),
        category: [activity('profile'), activity('it')],
      },
      contextAgents: [{ objectType: 'contextAgent', agent: agent('mentor') }],
      contextGroups: [{ objectType: 'contextGroup', group: group('panel') }],
    },
  });
  expect(keys).toEqual([
    'verb:http://example.org/did',
    'agent:mailto:ada@example.org',
    ...['teacher', 'bob', 'mentor', 'panel'].map(
      (name) => `related-agent:mailto:${name}@example.org`,
    ),
    'authority:mailto:lms@example.org',
    'activity:http://example.org/it',
    'related-activity:http://example.org/course',
    'related-activity:http://example.org/profile',
  ]);
});

test('all that a SubStatement holds is related, and its verb is not the statement’s', () => {
  const keys = keysOf({
    '/object': {
      objectType: 'SubStatement',
      actor: agent('bob'),
      verb: { id: 'http://example.org/will-do' },
      object: activity('task'),
      context: { instructor: agent('teacher'), contextActivities: { other: activity('course') } },
    },
  });
  expect(keys).toEqual([
    'verb:http://example.org/did',
    'agent:mailto:ada@example.org',
    'related-agent:mailto:bob@example.org',
    'related-agent:mailto:teacher@example.org',
    'related-activity:http://example.org/task',
    'related-activity:http://example.org/course',
  ]);
});

test('keys are distinct, and none is direct and related at once', () => {
  fc.assert(
    fc.property(arbitraryStatement('2.0.0'), (statement) => {
      const keys = indexKeys(statement as Statement);
      expect(new Set(keys).size).toBe(keys.length);
      const direct = keys.filter((key) => /^(agent|activity):/.test(key));
      expect(direct.filter((key) => keys.includes(`related-${key}`))).toEqual([]);
    }),
  );
});
