import { createHash } from 'node:crypto';
import { PraxisError } from './errors.ts';
import type { Part } from './multipart.ts';
import { checkSignature, SIGNATURE_USAGE } from './signature.ts';
import type { Attachment, Statement } from './statement.ts';

/** The bytes of an attachment, named by their hash; two attachments with the same bytes are one. */
export interface AttachmentContent {
  /** SHA-2 in lower-case hex: 224, 256, 384 or 512 bits, by its length. */
  readonly sha2: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

const ALGORITHMS: Readonly<Record<number, string>> = {
  56: 'sha224',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};

/**
 * Holds the parts that came beside statements to what the statements declare (Data §2.4.11, 1.0.3
 * Communication §1.5.2), and returns the bytes to store. Every part must be declared and match its hash;
 * every attachment without a fileUrl must have its part; signatures must verify. `length` is the
 * client's word and not held against it. Throws MALFORMED naming the part or the attachment.
 */
export function matchAttachments(
  statements: readonly Statement[],
  parts: readonly Part[],
): AttachmentContent[] {
  const declared = statements.flatMap((statement, index) =>
    declaredBy(statement, statements.length > 1 ? `/${index}` : ''),
  );
  const hashes = new Set(declared.map(({ attachment }) => attachment.sha2.toLowerCase()));
  const contents = new Map(
    parts.map((part, index) => {
      const content = readContent(part, index + 2, hashes);
      return [content.sha2, content] as const;
    }),
  );
  for (const { attachment, statement, path } of declared) {
    const content = contents.get(attachment.sha2.toLowerCase());
    if (content === undefined && attachment.fileUrl === undefined)
      throw new PraxisError(
        'MALFORMED',
        `The attachment at ${path} has neither a fileUrl nor a part with its hash. Send its bytes as multipart/mixed.`,
      );
    if (attachment.usageType === SIGNATURE_USAGE && content !== undefined)
      checkSignature(statement, attachment, content.content, path);
  }
  return [...contents.values()];
}

interface Declared {
  readonly statement: Statement;
  readonly attachment: Attachment;
  readonly path: string;
}

function declaredBy(statement: Statement, at: string): Declared[] {
  const { object, attachments = [] } = statement;
  const inner = object.objectType === 'SubStatement' ? (object.attachments ?? []) : [];
  return [
    ...attachments.map((attachment, i) => ({
      statement,
      attachment,
      path: `${at}/attachments/${i}`,
    })),
    ...inner.map((attachment, i) => ({
      statement,
      attachment,
      path: `${at}/object/attachments/${i}`,
    })),
  ];
}

function readContent(
  { headers, content }: Part,
  number: number,
  declared: ReadonlySet<string>,
): AttachmentContent {
  const refuse = (reason: string): PraxisError =>
    new PraxisError('MALFORMED', `Part ${number} of the body is refused: ${reason}.`);
  const sha2 = headers.get('x-experience-api-hash')?.toLowerCase();
  if (sha2 === undefined) throw refuse('it has no header X-Experience-API-Hash');
  if (headers.get('content-transfer-encoding')?.toLowerCase() !== 'binary')
    throw refuse('its header Content-Transfer-Encoding must be binary');
  if (!declared.has(sha2))
    throw refuse(`no statement declares an attachment with the sha2 ${sha2}`);
  const algorithm = ALGORITHMS[sha2.length];
  if (algorithm === undefined || createHash(algorithm).update(content).digest('hex') !== sha2)
    throw refuse(`its bytes do not have the SHA-2 ${sha2}`);
  return { sha2, contentType: headers.get('content-type') ?? 'application/octet-stream', content };
}

/** Hash and declared contentType of the attachments of a stored statement, for answers that carry them. */
export function attachmentTypes(statement: Statement): (readonly [sha2: string, type: string])[] {
  return declaredBy(statement, '').map(({ attachment }) => [
    attachment.sha2.toLowerCase(),
    attachment.contentType,
  ]);
}
