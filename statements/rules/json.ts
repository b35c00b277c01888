import type { TextRule } from './rule.ts';

const STATEMENT =
  '{"actor":{"mbox":"mailto:ada@example.org"},"verb":{"id":"http://example.org/did"},"object":{"id":"http://example.org/it"}';
const NAMED = `${STATEMENT},"id":"6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}`;

/** These are broken by a text, before there is a statement to look at. */
export const wellFormed: TextRule = {
  id: 'XAPI-00014',
  spec: 'Data 2.1',
  title: 'All objects are well-formed JSON objects',
  text: true,
  accepts: [`${STATEMENT}}`, ` [ ${STATEMENT}} ]\n`, '[]'],
  rejects: ['', STATEMENT, `${STATEMENT},}`, `{'actor':1}`, '[NaN]', '"statement"', '12', 'null'],
};

export const uniqueNames: TextRule = {
  id: 'XAPI-00021',
  spec: 'Data 2.2, 2.4',
  title: 'A property is used at most once',
  text: true,
  accepts: [`${STATEMENT},"result":{"extensions":{"http://example.org/e":[{"a":1},{"a":2}]}}}`],
  rejects: [
    `${STATEMENT},"verb":{"id":"http://example.org/did"}}`,
    `${STATEMENT},"\\u0076erb":{"id":"http://example.org/did"}}`,
    `${STATEMENT},"result":{"extensions":{"http://example.org/e":{"a":1,"a":2}}}}`,
  ],
};

export const distinctIds: TextRule = {
  id: 'IEEE-4.1.6.1-batch',
  spec: 'Communication 2.1.2, IEEE 9274.1.1 4.1.6.1',
  title: 'A batch does not hold two statements of one id, in whatever case',
  text: true,
  accepts: [`[${NAMED},${STATEMENT}},${STATEMENT}}]`],
  rejects: [`[${NAMED},${NAMED}]`, `[${NAMED},${NAMED.replace('6690e6c9', '6690E6C9')}]`],
};

/** Ours, not the specification's: every list and every depth has a limit. */
export const depthLimit: TextRule = {
  id: 'PRAXIS-depth',
  spec: 'none: a limit of this server',
  title: 'JSON is nested at most 64 deep',
  text: true,
  accepts: [`${STATEMENT},"result":{"extensions":{"http://example.org/e":${nest(61)}}}}`],
  rejects: [`${STATEMENT},"result":{"extensions":{"http://example.org/e":${nest(62)}}}}`, nest(65)],
};

export const batchLimit: TextRule = {
  id: 'PRAXIS-batch',
  spec: 'none: a limit of this server',
  title: 'A request holds at most 10,000 statements',
  text: true,
  accepts: [],
  rejects: [`[${'0,'.repeat(10_000)}0]`],
};

function nest(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

export const JSON_RULES = [wellFormed, uniqueNames, distinctIds, depthLimit, batchLimit];
