import { describe, expect, test } from '@jest/globals';
import { formatStatement } from '../../statements/formats.ts';

const text = (display: string): string =>
  `{ "verb":{"display":${display},"id":"http://example.org/did"}, "result":{"score":{"raw":1.0}} }`;

function displayFor(acceptLanguage: string, display: object): object {
  return JSON.parse(formatStatement(text(JSON.stringify(display)), 'canonical', acceptLanguage))
    .verb.display;
}

test('exact is the very text', () => {
  const exact = text('{ "en":"did" }');
  expect(formatStatement(exact, 'exact', 'de')).toBe(exact);
});

test('ids and canonical touch nothing else, not even the spelling of a number', () => {
  expect(formatStatement(text('{"en":"did"}'), 'ids', '')).toBe(
    '{ "verb":{"id":"http://example.org/did"}, "result":{"score":{"raw":1.0}} }',
  );
  expect(formatStatement(text('{"en":"did", "de":"tat"}'), 'canonical', 'de')).toBe(
    text('{"de":"tat"}'),
  );
});

describe('Of a language map, canonical keeps', () => {
  const map = { 'en-US': 'color', 'en-GB': 'colour', fr: 'couleur' };

  test.each([
    ['the exact tag', 'en-GB', 'en-GB'],
    ['the tag in any case', 'EN-gb', 'en-GB'],
    ['a tag within the range', 'en', 'en-US'],
    ['the range within a longer one asked for', 'fr-CA', 'fr'],
    ['the highest quality', 'en-US;q=0.3, fr;q=0.9, en-GB;q=0.5', 'fr'],
    ['the first of equals', 'fr, en-GB', 'fr'],
    ['what is there, of many asked for', 'de, nl;q=0.9, fr;q=0.1', 'fr'],
    ['none that is refused', 'en-GB;q=0, fr', 'fr'],
    ['the first for any language', '*', 'en-US'],
    ['the first when nothing fits', 'de', 'en-US'],
    ['the first when nothing was asked for', '', 'en-US'],
    ['the first when the header cannot be read', ';;q=x,,', 'en-US'],
  ])('%s', (_, header, kept) => {
    expect(Object.keys(displayFor(header, map))).toEqual([kept]);
  });

  test('nothing, when it is empty', () => {
    expect(displayFor('en', {})).toEqual({});
  });
});

test('canonical reaches interaction components, context activities and SubStatements', () => {
  const names = { en: 'a', de: 'b' };
  const activity = {
    id: 'http://example.org/quiz',
    definition: {
      name: names,
      interactionType: 'choice',
      choices: [{ id: 'x', description: names }],
    },
  };
  const translated = {
    ...activity,
    definition: {
      ...activity.definition,
      name: { de: 'b' },
      choices: [{ id: 'x', description: { de: 'b' } }],
    },
  };
  const statement = (one: object): object => ({
    actor: { mbox: 'mailto:ada@example.org', name: 'Ada' },
    object: {
      objectType: 'SubStatement',
      object: one,
      context: { contextActivities: { other: [one] } },
    },
    context: { contextActivities: { grouping: [one] } },
  });
  expect(
    JSON.parse(formatStatement(JSON.stringify(statement(activity)), 'canonical', 'de')),
  ).toEqual(statement(translated));
});

test('ids reduces every agent of 2.0, and leaves a StatementRef whole', () => {
  const ada = { objectType: 'Agent', mbox: 'mailto:ada@example.org' };
  const named = { ...ada, name: 'Ada' };
  const statement = (agent: object): object => ({
    actor: agent,
    object: { objectType: 'StatementRef', id: '6690e6c9-3ef0-4ed3-8b37-7f3964730bee' },
    authority: agent,
    context: {
      instructor: agent,
      contextAgents: [
        { objectType: 'contextAgent', agent, relevantTypes: ['http://example.org/t'] },
      ],
    },
  });
  expect(JSON.parse(formatStatement(JSON.stringify(statement(named)), 'ids', ''))).toEqual(
    statement(ada),
  );
});
