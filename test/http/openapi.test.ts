import { expect, test } from '@jest/globals';
import { COLLECTIONS, rules } from '../../graphql/workforce/collections.ts';
import { schemaOf } from '../../graphql/workforce/read-record.ts';
import { contract, findContractFaults, type Exchange } from './openapi.ts';

const json = { 'content-type': 'application/json; charset=utf-8' };
const answer: Exchange = {
  method: 'PUT',
  path: '/workforce/people',
  status: 200,
  headers: json,
  body: { created: 1, updated: 0, unchanged: 0, deleted: 0 },
};
const violation = { rule: 'people.id', path: 'line 2, column id', message: 'is missing' };
const error = { code: 'INVALID', message: 'Wrong.', violations: [violation] };

test.each<[string, Partial<Exchange>, string[]]>([
  ['an answer as described', {}, []],
  ['an error as described', { status: 400, body: { error } }, []],
  [
    'a composite key',
    {
      method: 'DELETE',
      path: '/workforce/observations/k/p/2026',
      status: 204,
      headers: {},
      body: '',
    },
    [],
  ],
  ['an answer to HEAD', { method: 'HEAD', body: undefined }, []],
  [
    'a missing member',
    { body: { created: 1, updated: 0, unchanged: 0 } },
    ["body must have required property 'deleted'"],
  ],
  [
    'a member too many',
    { status: 400, body: { error: { ...error, stack: 'at' } } },
    ['body/error must NOT have additional properties'],
  ],
  ['an unknown path', { path: '/people' }, ['/people is not in openapi.yaml']],
  [
    'an unknown status',
    { status: 418 },
    ['PUT /workforce/{collection} answered 418, which openapi.yaml does not list'],
  ],
  [
    'a method that should be refused',
    { method: 'PATCH' },
    ['PATCH /workforce/{collection} is not in openapi.yaml, and answered 200, not 405'],
  ],
  [
    'a refused method without Allow',
    {
      method: 'PATCH',
      status: 405,
      body: { error: { code: 'METHOD_NOT_ALLOWED', message: 'No.' } },
    },
    ['the header Allow is missing'],
  ],
  [
    'another content type',
    { headers: { 'content-type': 'text/html' } },
    ['Content-Type is text/html, not application/json'],
  ],
])('the contract check judges %s', (_title, difference, faults) => {
  expect(findContractFaults({ ...answer, ...difference })).toEqual(faults);
});

test.each(COLLECTIONS)(
  'openapi.yaml describes a record of $name as the code reads it',
  (collection) => {
    expect(contract.components.schemas[collection.name]).toEqual(
      JSON.parse(JSON.stringify(schemaOf(collection))),
    );
  },
);

test('openapi.yaml lists every collection', () => {
  expect(contract.components.parameters.Collection.schema.enum).toEqual(
    [...COLLECTIONS, rules].map(({ name }) => name),
  );
});
