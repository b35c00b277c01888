import { formatted, shaped } from './rule.ts';
import type { StatementRule } from './rule.ts';

const EXTENSION = 'http://example.org/extension';

/** A scheme, a colon, and something after it without spaces, controls and the characters RFC 3987 keeps out. */
const IRI = /^[a-z][a-z\d+.-]*:[^\s\p{Cc}<>"{}|\\^`]+$/iu;

export function isIri(text: string): boolean {
  return IRI.test(text);
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Any variant: RFC 4122 variant 2 is only recommended (Data §4.4). */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](\d\d)(?::?(\d\d))?)?$/i;
/** RFC 3339 §4.3 keeps -00:00 for "offset unknown", which ISO 8601 does not have. */
const NEGATIVE_ZERO = /-00(?::?00)?$/;

/** A date and time of the proleptic Gregorian calendar. The zone may be missing: Data §4.5 only recommends it. */
export function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (match === null || NEGATIVE_ZERO.test(text)) return false;
  const [, year, month, day, hour, minute, second, offsetHour = 0, offsetMinute = 0] = match;
  return (
    isDate(Number(year), Number(month), Number(day)) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(offsetHour) < 24 &&
    Number(offsetMinute) < 60
  );
}

function isDate(year: number, month: number, day: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return month >= 1 && month <= 12 && day >= 1 && day <= days;
}

const NUMBER = String.raw`\d+(?:[.,]\d+)?`;
/** Weeks stand alone, and a T is followed by a time (ISO 8601:2004 §4.4.3.2). */
const DURATION = new RegExp(
  `^P(?:${NUMBER}W|(?=.)(?:${NUMBER}Y)?(?:${NUMBER}M)?(?:${NUMBER}D)?(?:T(?=.)(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?)$`,
);
const FRACTION_BEFORE_THE_END = /[.,]\d+[A-Z](?=.)/;

export function isDuration(text: string): boolean {
  return DURATION.test(text) && !FRACTION_BEFORE_THE_END.test(text);
}

/** langtag and privateuse of RFC 5646 §2.1. */
const LANGUAGE_TAG =
  /^(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[\da-wy-z](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?|x(?:-[a-z\d]{1,8})+)$/i;
/** The grandfathered tags that the grammar above does not match. */
const IRREGULAR =
  /^(?:en-GB-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-(?:BE-FR|BE-NL|CH-DE))$/i;

/** Well-formed as RFC 5646 §2.2.9 means it, with no variant and no singleton twice. */
export function isLanguageTag(text: string): boolean {
  return (LANGUAGE_TAG.test(text) && !repeatsSubtag(text)) || IRREGULAR.test(text);
}

function repeatsSubtag(tag: string): boolean {
  // Most tags are as short as en-US, and every statement has some.
  if (tag.indexOf('-') === tag.lastIndexOf('-')) return false;
  const subtags = tag.toLowerCase().split('-');
  const privateUse = subtags.indexOf('x');
  const open = privateUse === -1 ? subtags : subtags.slice(0, privateUse);
  const firstSingleton = open.findIndex((subtag) => subtag.length === 1);
  const singletons = open.filter((subtag) => subtag.length === 1);
  const variants = (firstSingleton === -1 ? open : open.slice(0, firstSingleton))
    .slice(1)
    .filter((subtag) => subtag.length > 4 || /^\d[a-z\d]{3}$/.test(subtag));
  return hasRepeats(singletons) || hasRepeats(variants);
}

export function hasRepeats(values: readonly unknown[]): boolean {
  return new Set(values).size < values.length;
}

/** Data types that several parts of a statement share (Data §4). */
export const DATA_TYPE_RULES: readonly StatementRule[] = [
  {
    id: 'XAPI-00011',
    spec: 'Data 2.2, 4.3',
    title: 'An IRI or IRL has a scheme and only characters that an IRI may have',
    format: 'iri',
    matches: isIri,
    accepts: [
      { '/verb/id': 'tag:example.org,2026:did' },
      { '/object/id': 'course-v1:Org+00002+session01' },
      { '/object/id': 'http://example.org/übung?q=1#f' },
      { '/object/id': 'urn:uuid:6690e6c9-3ef0-4ed3-8b37-7f3964730bee' },
    ],
    rejects: [
      { '/verb/id': 'example.org/did' },
      { '/verb/id': 'ab=c://example.org' },
      { '/object/id': 'http://example.org/a b' },
      { '/object/id': 'http:' },
      { '/object/id': '' },
    ],
  },
  {
    id: 'XAPI-00030',
    spec: 'Data 4.4',
    title: 'A UUID is one of RFC 4122',
    format: 'uuid',
    matches: isUuid,
    accepts: [{ '/id': '6690E6C9-3ef0-4ed3-8b37-7f3964730bee' }],
    rejects: [
      { '/id': '6690e6c9-3ef0-4ed3-8b37-7f3964730beg' },
      { '/context': { registration: '6690e6c9-3ef0-4ed3-8b37-7f3964730bee8' } },
    ],
  },
  {
    id: 'XAPI-00029',
    spec: 'Data 4.4',
    title: 'A UUID is written in its standard string form, 8-4-4-4-12',
    restates: ({ schema }) => schema.format === 'uuid',
    accepts: [{ '/context': { registration: '6690e6c9-3ef0-4ed3-8b37-7f3964730bee' } }],
    rejects: [
      { '/context': { registration: '{6690e6c9-3ef0-4ed3-8b37-7f3964730bee}' } },
      { '/context': { registration: '6690e6c93ef04ed38b377f3964730bee' } },
      { '/context': { registration: 12 } },
    ],
  },
  {
    id: 'XAPI-00123',
    spec: 'Data 4.5',
    title: 'A timestamp is an ISO 8601 date and time, and no offset is a negative zero',
    format: 'timestamp',
    matches: isTimestamp,
    accepts: [
      { '/timestamp': '2026-02-28T23:59:59Z' },
      { '/timestamp': '2024-02-29T12:00:00.123456789+05:30' },
      { '/timestamp': '2026-01-31T12:00:00,5-0800' },
      { '/timestamp': '2026-01-31T12:00:00+00' },
      { '/timestamp': '2026-01-31T12:00:00' },
    ],
    rejects: [
      { '/timestamp': '2026-02-29T12:00:00Z' },
      { '/timestamp': '2026-13-01T12:00:00Z' },
      { '/timestamp': '2026-01-31T24:00:00Z' },
      { '/timestamp': '2026-01-31T12:00:00-00' },
      { '/timestamp': '2026-01-31T12:00:00-0000' },
      { '/timestamp': '2026-01-31T12:00:00-00:00' },
      { '/timestamp': '2026-01-31' },
      { '/timestamp': '31/01/2026' },
      { '/timestamp': '2026-01-31 12:00:00Z' },
    ],
  },
  {
    id: 'XAPI-00124',
    spec: 'Data 4.6',
    title: 'A duration is one of ISO 8601:2004 §4.4.3.2, where weeks stand alone',
    format: 'duration',
    matches: isDuration,
    accepts: [
      'P4W',
      'PT0S',
      'P3Y1M29DT4H35M59.14S',
      'PT16559.14S',
      'PT0,5H',
      'P1DT12H36M0.12567S',
    ].map((duration) => ({ '/result': { duration } })),
    rejects: ['P4W1D', 'P', 'PT', 'P1YT', 'PT1.5H30M', 'P1S', '4H', 'P0003-06-04T12:30:05', ''].map(
      (duration) => ({ '/result': { duration } }),
    ),
  },
  {
    id: 'XAPI-00013',
    spec: 'Data 2.2; RFC 5646',
    title: 'A language tag has subtags of the lengths and in the order of RFC 5646, none twice',
    format: 'language-tag',
    matches: isLanguageTag,
    accepts: [
      'en',
      'en-GB',
      'zh-Hans-CN',
      'sl-rozaj-biske',
      'de-CH-1996',
      'zh-min-nan',
      'i-klingon',
      'x-own',
      'en-a-bbb-x-a-ccc',
      'es-419',
      'und',
    ].map((tag) => ({ '/verb/display': { [tag]: 'did' } })),
    rejects: [
      'a12345',
      'e',
      'en_GB',
      'en-',
      'zh-z-aaa-z-bbb',
      'de-1996-1996',
      'en-x',
      'english-language-of',
      '',
    ].map((tag) => ({
      '/verb/display': { [tag]: 'did' },
    })),
  },
  {
    id: 'XAPI-00121',
    spec: 'Data 4.2',
    title: 'A language map holds strings by language tag',
    of: 'languageMap',
    member: '*',
    schema: { propertyNames: formatted('language-tag'), additionalProperties: { type: 'string' } },
    accepts: [{ '/verb/display': {} }, { '/verb/display': { en: 'did', 'de-AT': 'tat' } }],
    rejects: [
      { '/verb/display': { en: 1 } },
      { '/verb/display': { en: null } },
      { '/verb/display': { a12345: 'did' } },
      { '/verb/display': Object.fromEntries([['__proto__', 'did']]) },
    ],
  },
  {
    id: 'XAPI-00118',
    spec: 'Data 4.1',
    title: 'The keys of extensions are IRIs',
    of: 'extensions',
    member: '*',
    schema: { propertyNames: formatted('iri') },
    accepts: [{ '/result': { extensions: {} } }],
    rejects: [
      { '/result': { extensions: { extension: 1 } } },
      { '/context': { extensions: { '': 1 } } },
      { '/object/definition': { extensions: Object.fromEntries([['__proto__', 1]]) } },
    ],
  },
  {
    id: 'XAPI-00119',
    spec: 'Data 4.1',
    title: 'The values of extensions are anything: null, empty, nested',
    // Nothing is refused for the value of an extension, so nothing is restated.
    restates: () => false,
    accepts: [null, '', {}, [], [null], 1.5, { a: { b: null } }].map((value) => ({
      '/result': { extensions: { [EXTENSION]: value } },
    })),
    rejects: [],
  },
  {
    id: 'XAPI-00120',
    spec: 'Data 4.1',
    title: 'Extensions are a map of keys and values',
    restates: ({ schema }) => schema.$ref === shaped('extensions').$ref,
    accepts: [{ '/context': { extensions: { [EXTENSION]: 1 } } }],
    rejects: [
      { '/context': { extensions: [] } },
      { '/object/definition': { extensions: 'none' } },
      { '/result': { extensions: null } },
    ],
  },
];
