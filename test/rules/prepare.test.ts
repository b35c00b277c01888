import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { areEqualStatements } from '../../statements/equality.ts';
import { formatStatement } from '../../statements/formats.ts';
import { parseInstant } from '../../statements/instant.ts';
import { prepareStatement, readStatement, readStatements } from '../../statements/prepare.ts';
import type { PreparedStatement } from '../../statements/prepared-statement.ts';
import type { Context, Statement, XapiVersion } from '../../statements/statement.ts';
import { validateStatement } from '../../statements/validate.ts';
import { arbitraryStatement } from './arbitrary-statement.ts';

const ID = '6690e6c9-3ef0-4ed3-8b37-7f3964730bee';
const AUTHORITY = { account: { homePage: 'http://lrs.example.org', name: 'key' } };
const CORE =
  '"actor":{"mbox":"mailto:ada@example.org"},"verb":{"id":"http://example.org/did"},"object":{"id":"http://example.org/it"}';

function prepare(
  text: string,
  version: XapiVersion = '1.0.3',
  keepsAuthority = false,
): PreparedStatement {
  return prepareStatement(readStatement(text, version), {
    id: ID,
    authority: AUTHORITY,
    version,
    keepsAuthority,
  });
}

function closed({ openText }: PreparedStatement): Statement {
  return JSON.parse(`${openText}}`);
}

describe.each(['1.0.3', '2.0.0'] as const)('Any valid statement of %s', (version) => {
  const statements = arbitraryStatement(version);

  test('is valid', () => {
    fc.assert(fc.property(statements, (statement) => validateStatement(statement, version)));
  });

  test('is prepared to what was sent and what the LRS adds', () => {
    fc.assert(
      fc.property(statements, fc.constantFrom('', '\t'), (statement, space) => {
        const sent: Statement = JSON.parse(JSON.stringify(statement));
        const returned = closed(prepare(JSON.stringify(statement, null, space), version));
        const { id = ID, version: own = version === '1.0.3' ? '1.0.0' : '2.0.0' } = sent;
        expect(returned).toMatchObject({ id, version: own, authority: AUTHORITY });
        expect(returned).not.toHaveProperty('stored');
        expect(parseInstant(returned.timestamp ?? '')).toEqual(parseInstant(sent.timestamp ?? ''));
        expect(returned).toEqual({
          ...asReturned(sent),
          id,
          version: own,
          authority: AUTHORITY,
          ...timestampOf(returned),
        });
        expect(areEqualStatements(sent, returned)).toBe(true);
        validateStatement(returned, version);
      }),
    );
  });

  test('stays valid in every format, and the same statement', () => {
    fc.assert(
      fc.property(statements, fc.constantFrom('ids', 'exact', 'canonical'), (statement, format) => {
        const text = `${prepare(JSON.stringify(statement), version).openText}}`;
        const formatted = JSON.parse(formatStatement(text, format, 'de, en-GB;q=0.5'));
        validateStatement(formatted, version);
        if (format !== 'ids') expect(areEqualStatements(JSON.parse(text), formatted)).toBe(true);
      }),
    );
  });
});

/** Context activities in arrays, no `stored`. */
function asReturned(sent: Statement): object {
  const object = 'context' in sent.object ? withLists(sent.object) : sent.object;
  return { ...withLists(sent), object, stored: undefined };
}

function withLists<T extends { readonly context?: Context }>(holder: T): T {
  const activities = holder.context?.contextActivities;
  if (activities === undefined) return holder;
  const lists = Object.entries(activities).map(([kind, value]) => [kind, [value].flat()]);
  return {
    ...holder,
    context: { ...holder.context, contextActivities: Object.fromEntries(lists) },
  };
}

function timestampOf({ timestamp }: Statement): object {
  return timestamp === undefined ? {} : { timestamp };
}

test('every number and all spacing that the client sent is kept to the byte', () => {
  const text = `{ ${CORE} ,\n"result" : {"score":{"raw":1.0,"max":12345678901234567890, "scaled":1E-2}} }`;
  expect(prepare(text).openText).toBe(
    `${text.slice(0, -2)},"id":"${ID}","authority":${JSON.stringify(AUTHORITY)},"version":"1.0.0"`,
  );
});

test('a client’s stored and authority are cut, and nothing around them', () => {
  const text = `{"stored":"2011-07-15T00:00:00Z", ${CORE},"id":"${ID}","authority" : {"mbox":"mailto:eve@example.org"} ,"version":"1.0.3"}`;
  expect(prepare(text).openText).toBe(
    `{${CORE},"id":"${ID}" ,"version":"1.0.3","authority":${JSON.stringify(AUTHORITY)}`,
  );
});

test('a trusted source’s authority stays, and is what the statement is found by', () => {
  const text = `{${CORE},"authority":{"mbox":"mailto:eve@example.org"}}`;
  expect(prepare(text, '1.0.3', true).keys).toContain('authority:mailto:eve@example.org');
  expect(closed(prepare(text, '1.0.3', true)).authority).toEqual({
    mbox: 'mailto:eve@example.org',
  });
  expect(prepare(text).keys).toContain('authority:account:http://lrs.example.org|key');
});

test('a timestamp keeps zone and digits, and is filled up to milliseconds', () => {
  const timestamps = ['00Z', '00.1+02:00', '00,12-0300', '00.123Z', '00.123456789Z'];
  const returned = timestamps.map(
    (rest) => closed(prepare(`{${CORE},"timestamp":"2026-01-31T12:00:${rest}"}`)).timestamp,
  );
  expect(returned.map((timestamp) => timestamp?.slice(17))).toEqual([
    '00.000Z',
    '00.100+02:00',
    '00,120-0300',
    '00.123Z',
    '00.123456789Z',
  ]);
});

test('ids are lower case for the store, and as sent in the text', () => {
  const upper = ID.toUpperCase();
  const reference = `"object":{"objectType":"StatementRef","id":"${upper}"}`;
  const prepared = prepare(`{${CORE.replace(/"object".*/, reference)},"id":"${upper}"}`);
  expect(prepared).toMatchObject({ id: ID, refersTo: ID, voids: false, needsTimestamp: true });
  expect(closed(prepared).id).toBe(upper);
});

test('a voiding statement is known by its verb', () => {
  const text = `{"actor":{"mbox":"mailto:ada@example.org"},"verb":{"id":"http://adlnet.gov/expapi/verbs/voided"},"object":{"objectType":"StatementRef","id":"${ID}"},"timestamp":"2026-01-31T12:00:00.000Z"}`;
  expect(prepare(text)).toMatchObject({ voids: true, refersTo: ID, needsTimestamp: false });
});

test('a single context activity becomes a list, in a SubStatement too, and its bytes stay', () => {
  const context = (value: string): string =>
    `"context":{"contextActivities":{"parent":${value},"other":[]}}`;
  const activity = '{ "id":"http://example.org/course" }';
  const object = (value: string): string =>
    `"object":{"objectType":"SubStatement",${CORE},${context(value)}}`;
  const text = (value: string): string =>
    `{"actor":{"mbox":"mailto:ada@example.org"},"verb":{"id":"http://a.org/b"},${object(value)},${context(value)}`;
  expect(prepare(`${text(activity)}}`).openText.startsWith(text(`[${activity}]`))).toBe(true);
});

test('a batch gives each statement its own text, and an empty batch is none', () => {
  const texts = [`{${CORE}}`, `{ ${CORE}, "id":"${ID}" }`];
  expect(readStatements(`\n[ ${texts.join(' ,')} ]`, '2.0.0').map(({ text }) => text)).toEqual(
    texts,
  );
  expect(readStatements(' [ ] ', '2.0.0')).toEqual([]);
});

test('PUT takes one statement, not a list of one', () => {
  expect(readStatement(`{${CORE}}`, '1.0.3').statement).toMatchObject({
    actor: { mbox: 'mailto:ada@example.org' },
  });
  for (const body of [`[{${CORE}}]`, '[]'])
    expect(() => readStatement(body, '1.0.3')).toThrow('no statement');
});
