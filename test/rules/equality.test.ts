import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { areEqualStatements } from '../../statements/equality.ts';
import { arbitraryStatement } from './arbitrary-statement.ts';
import { applyExample } from './example-statement.ts';

const ID = '6690e6c9-3ef0-4ed3-8b37-7f3964730bee';
const BOB = { mbox: 'mailto:bob@example.org' };
const EVE = { mbox: 'mailto:eve@example.org' };
const REFERENCE = { objectType: 'StatementRef', id: ID };
const IT = { id: 'http://example.org/it' };

test('a statement equals itself, whatever the order of its members', () => {
  fc.assert(
    fc.property(arbitraryStatement('2.0.0'), (statement) => {
      const reversed = JSON.parse(JSON.stringify(statement), (_, value) =>
        value !== null && typeof value === 'object' && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value,
      );
      expect(areEqualStatements(JSON.parse(JSON.stringify(statement)), reversed)).toBe(true);
    }),
  );
});

describe('Equal but for', () => {
  test.each([
    [
      'what the LRS sets',
      {},
      {
        '/id': ID,
        '/stored': 'x',
        '/authority': BOB,
        '/version': '1.0.0',
        '/timestamp': '2026-01-31T12:00:00Z',
      },
    ],
    [
      'the zone of the timestamp',
      { '/timestamp': '2026-01-31T12:00:00Z' },
      { '/timestamp': '2026-01-31T14:00:00.000+02:00' },
    ],
    ['the case of UUIDs', { '/id': ID }, { '/id': ID.toUpperCase() }],
    [
      'the case of a registration',
      { '/context': { registration: ID } },
      { '/context': { registration: ID.toUpperCase() } },
    ],
    [
      'the case of a referred statement',
      { '/context': { statement: REFERENCE } },
      { '/context': { statement: { ...REFERENCE, id: ID.toUpperCase() } } },
    ],
    [
      'the case of a target',
      { '/object': REFERENCE },
      { '/object': { ...REFERENCE, id: ID.toUpperCase() } },
    ],
    [
      'the display of the verb',
      { '/verb/display': { en: 'did' } },
      { '/verb/display': { en: 'made' } },
    ],
    ['the definition of the activity', { '/object/definition': { name: { en: 'It' } } }, {}],
    [
      'an objectType that goes without saying',
      { '/actor/objectType': 'Agent', '/object/objectType': 'Activity' },
      {},
    ],
    [
      'the order of members',
      { '/actor': { objectType: 'Group', member: [BOB, EVE] } },
      { '/actor': { objectType: 'Group', member: [EVE, BOB] } },
    ],
    [
      'a list of one context activity',
      { '/context': { contextActivities: { parent: IT } } },
      { '/context': { contextActivities: { parent: [IT] } } },
    ],
    ['attachments', { '/attachments': [] }, {}],
    [
      'a duration past 0.01 s',
      { '/result': { duration: 'PT1.23S' } },
      { '/result': { duration: 'PT1.239S' } },
    ],
  ])('%s', (_, one, other) => {
    expect(areEqualStatements(applyExample(one), applyExample(other))).toBe(true);
    expect(areEqualStatements(applyExample(other), applyExample(one))).toBe(true);
  });
});

describe('Different by', () => {
  test.each([
    ['id', { '/id': ID }, { '/id': ID.replace('6', '7') }],
    [
      'timestamp',
      { '/timestamp': '2026-01-31T12:00:00Z' },
      { '/timestamp': '2026-01-31T12:00:00.001Z' },
    ],
    ['actor', {}, { '/actor': EVE }],
    ['verb', {}, { '/verb/id': 'http://example.org/saw' }],
    ['object', {}, { '/object/id': 'http://example.org/that' }],
    [
      'kind of object',
      { '/object': { objectType: 'StatementRef', id: ID } },
      { '/object': { id: `urn:uuid:${ID}` } },
    ],
    ['result', {}, { '/result': { success: true } }],
    [
      'how a duration is written',
      { '/result': { duration: 'PT60S' } },
      { '/result': { duration: 'PT1M' } },
    ],
    [
      'member',
      { '/actor': { objectType: 'Group', member: [BOB] } },
      { '/actor': { objectType: 'Group', member: [BOB, EVE] } },
    ],
    [
      'extension',
      { '/context': { extensions: { 'http://a.org/e': [1, 2] } } },
      { '/context': { extensions: { 'http://a.org/e': [2, 1] } } },
    ],
    [
      'a null in an extension',
      { '/context': { extensions: { 'http://a.org/e': null } } },
      { '/context': { extensions: {} } },
    ],
    [
      'context activity',
      { '/context': { contextActivities: { parent: IT } } },
      { '/context': { contextActivities: { other: IT } } },
    ],
  ])('%s', (_, one, other) => {
    expect(areEqualStatements(applyExample(one), applyExample(other))).toBe(false);
  });
});
