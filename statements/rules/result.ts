import { formatted, shaped } from './rule.ts';
import type { JsonObject, StatementRule } from './rule.ts';

/** Wrong when both are numbers and out of order; equal bounds are a scale of one point, which nothing forbids. */
function isAbove(low: unknown, high: unknown): boolean {
  return typeof low === 'number' && typeof high === 'number' && low > high;
}

function score(...members: JsonObject[]): readonly JsonObject[] {
  return members.map((value) => ({ '/result': { score: value } }));
}

/** Results and scores (Data §2.4.5). */
export const RESULT_RULES: readonly StatementRule[] = [
  {
    id: 'XAPI-00074',
    spec: 'Data 2.4.5',
    title: 'success is a boolean',
    of: 'result',
    member: 'success',
    schema: { type: 'boolean' },
    accepts: [{ '/result': { success: true } }, { '/result': { success: false } }],
    rejects: [{ '/result': { success: 'true' } }, { '/result': { success: 1 } }],
  },
  {
    id: 'XAPI-00075',
    spec: 'Data 2.4.5',
    title: 'completion is a boolean',
    of: 'result',
    member: 'completion',
    schema: { type: 'boolean' },
    accepts: [{ '/result': { completion: true } }],
    rejects: [{ '/result': { completion: 'false' } }, { '/result': { completion: {} } }],
  },
  {
    id: 'XAPI-00076',
    spec: 'Data 2.4.5',
    title: 'response is a string',
    of: 'result',
    member: 'response',
    schema: { type: 'string' },
    accepts: [{ '/result': { response: '' } }, { '/result': { response: 'a[,]b' } }],
    rejects: [{ '/result': { response: 1 } }, { '/result': { response: ['a'] } }],
  },
  {
    id: 'XAPI-00077',
    spec: 'Data 2.4.5',
    title: 'duration is an ISO 8601 duration',
    of: 'result',
    member: 'duration',
    schema: formatted('duration'),
    accepts: [{ '/result': { duration: 'PT1H0M0.5S' } }],
    rejects: [{ '/result': { duration: 'one hour' } }, { '/result': { duration: 3600 } }],
  },
  {
    id: 'XAPI-00078',
    spec: 'Data 2.4.5',
    title: 'The extensions of a result are an object',
    of: 'result',
    member: 'extensions',
    schema: shaped('extensions'),
    accepts: [{ '/result': { extensions: { 'http://example.org/e': [] } } }],
    rejects: [{ '/result': { extensions: 'none' } }, { '/result': { extensions: [] } }],
  },
  {
    id: 'XAPI-00079',
    spec: 'Data 2.4.5.1',
    title: 'score is an object',
    of: 'result',
    member: 'score',
    schema: shaped('score'),
    accepts: score({}, { scaled: 0.5, raw: 5, min: 0, max: 10 }),
    rejects: [{ '/result': { score: 0.5 } }, { '/result': { score: '50 %' } }],
  },
  {
    id: 'XAPI-00083',
    spec: 'Data 2.4.5.1',
    title: 'scaled is a number from -1 to 1',
    of: 'score',
    member: 'scaled',
    schema: { type: 'number', minimum: -1, maximum: 1 },
    accepts: score({ scaled: -1 }, { scaled: 0.123456789 }, { scaled: 1 }),
    rejects: score({ scaled: 1.0001 }, { scaled: -1.0001 }, { scaled: '0.5' }),
  },
  {
    id: 'XAPI-00082',
    spec: 'Data 2.4.5.1',
    title: 'raw lies between min and max',
    of: 'score',
    check: ({ raw, min, max }) =>
      isAbove(min, raw) || isAbove(raw, max) ? 'raw lies outside of min and max' : null,
    accepts: score({ raw: -3 }, { raw: 5, min: 5 }, { raw: 10, max: 10 }),
    rejects: score({ raw: 4, min: 5 }, { raw: 11, max: 10 }, { raw: 11, min: 0, max: 10 }),
  },
  {
    id: 'XAPI-00081',
    spec: 'Data 2.4.5.1',
    title: 'min is not above max',
    of: 'score',
    check: ({ min, max }) => (isAbove(min, max) ? 'min is above max' : null),
    accepts: score({ min: -1, max: 1 }),
    rejects: score({ min: 2, max: 1 }),
  },
  {
    id: 'XAPI-00080',
    spec: 'Data 2.4.5.1',
    title: 'max is a number',
    of: 'score',
    member: 'max',
    schema: { type: 'number' },
    accepts: score({ max: 1e300 }),
    rejects: score({ max: '10' }, { max: null }),
  },
  {
    id: 'IEEE-4.2.2.4-raw',
    spec: 'Data 2.4.5.1',
    title: 'raw is a number',
    of: 'score',
    member: 'raw',
    schema: { type: 'number' },
    accepts: score({ raw: 0 }),
    rejects: score({ raw: '10' }),
  },
  {
    id: 'IEEE-4.2.2.4-min',
    spec: 'Data 2.4.5.1',
    title: 'min is a number',
    of: 'score',
    member: 'min',
    schema: { type: 'number' },
    accepts: score({ min: 0 }),
    rejects: score({ min: '0' }),
  },
];
