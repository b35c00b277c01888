import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PraxisError } from '../../statements/errors.ts';
import { parseInstant } from '../../statements/instant.ts';
import { MAX_PAGE, encodeMore, parseStatementQuery } from '../../statements/query.ts';
import type { PageRequest } from '../../statements/query.ts';

const ID = '6690e6c9-3ef0-4ed3-8b37-7f3964730bee';

function page(parameters: Record<string, unknown>): PageRequest {
  const request = parseStatementQuery(parameters, '1.0.3');
  if (request.kind !== 'page') throw new Error('not a page');
  return request;
}

test('no parameters ask for the newest statements, exact, as many as the server gives', () => {
  expect(page({})).toEqual({
    kind: 'page',
    query: { allOf: [], since: null, until: null, ascending: false, limit: MAX_PAGE, cursor: null },
    format: 'exact',
    attachments: false,
  });
});

test('a statement is asked for by its id in lower case', () => {
  expect(parseStatementQuery({ statementId: ID.toUpperCase(), format: 'ids' }, '2.0.0')).toEqual({
    kind: 'one',
    id: ID,
    voided: false,
    format: 'ids',
    attachments: false,
  });
  expect(
    parseStatementQuery({ voidedStatementId: ID, attachments: 'true' }, '2.0.0'),
  ).toMatchObject({ voided: true, attachments: true });
});

test('filters become index keys, all of them to be met', () => {
  const { query } = page({
    agent: '{"mbox":"mailto:ada@example.org"}',
    verb: 'http://example.org/did',
    activity: 'http://example.org/it',
    registration: ID.toUpperCase(),
    since: '2026-01-31T12:00:00.123456Z',
    until: '2026-01-31T14:00:00+01:00',
    limit: '7',
    ascending: 'true',
  });
  expect(query).toEqual({
    allOf: [
      ['verb:http://example.org/did'],
      ['activity:http://example.org/it'],
      [`registration:${ID}`],
      ['agent:mailto:ada@example.org'],
    ],
    since: parseInstant('2026-01-31T12:00:00.123456Z'),
    until: parseInstant('2026-01-31T13:00:00Z'),
    ascending: true,
    limit: 7,
    cursor: null,
  });
});

test('related filters also meet related uses, and the authority', () => {
  const { query } = page({
    agent: '{"openid":"http://ada.example.org"}',
    related_agents: 'true',
    activity: 'http://example.org/it',
    related_activities: 'true',
  });
  expect(query.allOf).toEqual([
    ['activity:http://example.org/it', 'related-activity:http://example.org/it'],
    ['agent', 'related-agent', 'authority'].map((use) => `${use}:openid:http://ada.example.org`),
  ]);
});

test('limit 0, none, and more than the server gives are all the server’s maximum', () => {
  expect(
    [page({ limit: '0' }), page({}), page({ limit: '99999999999999999999' })].map(
      ({ query }) => query.limit,
    ),
  ).toEqual([MAX_PAGE, MAX_PAGE, MAX_PAGE]);
});

test('a parameter that is repeated is refused by name', () => {
  expect(() => page({ verb: ['http://a.org/b', 'http://a.org/c'] })).toThrow(
    expect.objectContaining({
      code: 'INVALID',
      violations: [expect.objectContaining({ path: 'verb' })],
    }),
  );
});

test('why an agent is refused is said', () => {
  expect(() => page({ agent: '{"mbox":"ada@example.org"}' })).toThrow(/\/mbox .*mailto/);
});

describe('A more link', () => {
  const requests = fc.record({
    allOf: fc.constantFrom(
      [],
      [['verb:http://a.org/b'], ['agent:x', 'related-agent:x', 'authority:x']],
    ),
    since: fc.option(fc.nat()),
    until: fc.option(fc.nat()),
    ascending: fc.boolean(),
    limit: fc.integer({ min: 1, max: MAX_PAGE }),
    cursor: fc.option(fc.nat()),
  });

  test('brings back the request that it was made of', () => {
    fc.assert(
      fc.property(
        requests,
        fc.constantFrom('ids', 'exact', 'canonical'),
        fc.boolean(),
        (query, format, attachments) => {
          const request = { kind: 'page', query, format, attachments } as PageRequest;
          const more = encodeMore(request);
          expect(more).toMatch(/^[\w-]+$/);
          expect(page({ more })).toEqual(request);
        },
      ),
    );
  });

  test('that was tampered with is refused, or is still a request within all limits', () => {
    const more = encodeMore(page({ verb: 'http://example.org/did', limit: '5' }));
    fc.assert(
      fc.property(
        fc.nat(more.length - 1),
        fc.constantFrom('A', '9', '-', '_', 'z', ''),
        (at, character) => {
          const tampered = more.slice(0, at) + character + more.slice(at + 1);
          try {
            expect(page({ more: tampered }).query.limit).toBeLessThanOrEqual(MAX_PAGE);
          } catch (error) {
            expect(error).toBeInstanceOf(PraxisError);
          }
        },
      ),
    );
  });

  test.each([
    ['no list', {}],
    ['too short', [[], null, null]],
    ['an unknown key', [[['password:x']], null, null, false, 5, null, 'exact', false]],
    ['too many keys', [[Array(4).fill('verb:x')], null, null, false, 5, null, 'exact', false]],
    ['no limit', [[], null, null, false, 0, null, 'exact', false]],
    ['too high a limit', [[], null, null, false, MAX_PAGE + 1, null, 'exact', false]],
    ['a broken instant', [[], 1.5, null, false, 5, null, 'exact', false]],
    ['an unknown format', [[], null, null, false, 5, null, 'full', false]],
    ['more than belongs', [[], null, null, false, 5, null, 'exact', false, 1]],
  ])('with %s is refused', (_, state) => {
    const more = Buffer.from(JSON.stringify(state)).toString('base64url');
    expect(() => page({ more })).toThrow(expect.objectContaining({ code: 'INVALID' }));
  });

  test('stands alone', () => {
    expect(() => page({ more: encodeMore(page({})), limit: '1' })).toThrow('"more" is refused');
    expect(() => page({ more: '%%%' })).toThrow('"more" is refused');
  });
});
