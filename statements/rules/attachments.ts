import { formatted, shaped } from './rule.ts';
import type { JsonObject, StatementRule } from './rule.ts';

const ATTACHMENT = {
  usageType: 'http://example.org/usage/certificate',
  display: { en: 'Certificate' },
  contentType: 'text/plain; charset=ascii',
  length: 27,
  sha2: '495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a',
};

const MEDIA_TYPE = "^[\\w!#$%&'*+.^`|~-]+/[\\w!#$%&'*+.^`|~-]+\\s*(;.*)?$";
/** SHA-224, -256, -384 and -512, in hex. */
const SHA2 = '^([0-9A-Fa-f]{56}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128})$';

function attached(...changes: JsonObject[]): readonly JsonObject[] {
  return changes.map((change) => ({ '/attachments': [{ ...ATTACHMENT, ...change }] }));
}

/** The metadata of attachments in a statement (Data §2.4.11). */
export const ATTACHMENT_RULES: readonly StatementRule[] = [
  {
    id: 'XAPI-00107',
    spec: 'Data 2.4.11',
    title: 'usageType is an IRI, and required',
    of: 'attachment',
    member: 'usageType',
    required: true,
    schema: formatted('iri'),
    accepts: attached({}),
    rejects: attached({ usageType: undefined }, { usageType: 'certificate' }),
  },
  {
    id: 'XAPI-00106',
    spec: 'Data 2.4.11',
    title: 'display is a language map, and required',
    of: 'attachment',
    member: 'display',
    required: true,
    schema: shaped('languageMap'),
    accepts: attached({ display: {} }),
    rejects: attached({ display: undefined }, { display: 'Certificate' }),
  },
  {
    id: 'IEEE-4.2.2.6-description',
    spec: 'Data 2.4.11',
    title: 'The description of an attachment is a language map',
    of: 'attachment',
    member: 'description',
    schema: shaped('languageMap'),
    accepts: attached({ description: { en: 'Signed' } }),
    rejects: attached({ description: 'Signed' }),
  },
  {
    id: 'XAPI-00105',
    spec: 'Data 2.4.11',
    title: 'contentType is a media type, and required',
    of: 'attachment',
    member: 'contentType',
    required: true,
    schema: { type: 'string', pattern: MEDIA_TYPE },
    accepts: attached({ contentType: 'application/vnd.example+json' }),
    rejects: attached({ contentType: undefined }, { contentType: 'text' }, { contentType: 1 }),
  },
  {
    id: 'XAPI-00102',
    spec: 'Data 2.4.11',
    title: 'length is a number of octets, and required',
    of: 'attachment',
    member: 'length',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    accepts: attached({ length: 0 }),
    rejects: attached({ length: undefined }, { length: '27' }, { length: 2.5 }, { length: -1 }),
  },
  {
    id: 'XAPI-00103',
    spec: 'Data 2.4.11',
    title: 'sha2 is a SHA-2 hash in hex, and required',
    of: 'attachment',
    member: 'sha2',
    required: true,
    schema: { type: 'string', pattern: SHA2 },
    accepts: attached({ sha2: 'A'.repeat(128) }),
    rejects: attached({ sha2: undefined }, { sha2: 'abc' }, { sha2: 1 }),
  },
  {
    id: 'XAPI-00104',
    spec: 'Data 2.4.11',
    title: 'fileUrl is an IRL',
    of: 'attachment',
    member: 'fileUrl',
    schema: formatted('iri'),
    accepts: attached({ fileUrl: 'https://example.org/file.txt' }),
    rejects: attached({ fileUrl: 'file.txt' }, { fileUrl: {} }),
  },
];
