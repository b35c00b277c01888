import { createHash } from 'node:crypto';
import { PraxisError } from './errors.ts';
import { skip, type Part } from './multipart.ts';
import { checkSignature, SIGNATURE_USAGE } from './signature.ts';
import type { Attachment, Statement } from './statement.ts';

/** The bytes of an attachment as they arrive. */
export interface ReceivedAttachment {
  /** SHA-2 in lower-case hex: 224, 256, 384 or 512 bits, by its length. */
  readonly sha2: string;
  /** To be read to its end; throws MALFORMED there when the bytes do not have that hash. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** A signature is checked as a whole, and holds no more than one statement. */
const MAX_SIGNATURE_BYTES = 8_388_608;

const ALGORITHMS: Readonly<Record<number, string>> = {
  56: 'sha224',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};

/**
 * Holds the parts that come beside statements to what the statements declare (Data §2.4.11, 1.0.3
 * Communication §1.5.2), and passes on their bytes. Every part must be declared and match its hash;
 * every attachment without a fileUrl must have its part; signatures must verify. `length` is the
 * client's word and not held against it. Throws MALFORMED naming the part or the attachment, at the end
 * for what is missing: nothing may be kept before that.
 */
export async function* checkAttachments(
  statements: readonly Statement[],
  parts: AsyncIterable<Part>,
): AsyncGenerator<ReceivedAttachment> {
  const declared = statements.flatMap((statement, index) =>
    declaredBy(statement, statements.length > 1 ? `/${index}` : ''),
  );
  const hashes = new Set(declared.map(hashOf));
  const signatures = new Map(declared.filter(isSignature).map((one) => [hashOf(one), new Bytes()]));
  const received = new Set<string>();
  let number = 1;
  for await (const { headers, content } of parts) {
    number += 1;
    const sha2 = readHash(headers, number, hashes);
    const verified = verifyHash(content, sha2, number);
    const signature = signatures.get(sha2);
    // The same bytes again are checked, and not passed on.
    if (received.has(sha2)) await skip(verified);
    else yield { sha2, content: signature?.copy(verified) ?? verified };
    received.add(sha2);
  }
  for (const one of declared) {
    const { attachment, statement, path } = one;
    if (!received.has(hashOf(one))) {
      if (attachment.fileUrl !== undefined) continue;
      throw new PraxisError(
        'MALFORMED',
        `The attachment at ${path} has neither a fileUrl nor a part with its hash. Send its bytes as multipart/mixed.`,
      );
    }
    const signature = isSignature(one) ? signatures.get(hashOf(one)) : undefined;
    if (signature !== undefined) checkSignature(statement, attachment, signature.all(), path);
  }
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

function hashOf({ attachment }: Declared): string {
  return attachment.sha2.toLowerCase();
}

function isSignature({ attachment }: Declared): boolean {
  return attachment.usageType === SIGNATURE_USAGE;
}

function readHash(headers: Part['headers'], number: number, declared: ReadonlySet<string>): string {
  const sha2 = headers.get('x-experience-api-hash')?.toLowerCase();
  if (sha2 === undefined) throw refusePart(number, 'it has no header X-Experience-API-Hash');
  if (headers.get('content-transfer-encoding')?.toLowerCase() !== 'binary')
    throw refusePart(number, 'its header Content-Transfer-Encoding must be binary');
  if (!declared.has(sha2))
    throw refusePart(number, `no statement declares an attachment with the sha2 ${sha2}`);
  return sha2;
}

async function* verifyHash(
  content: AsyncIterable<Uint8Array>,
  sha2: string,
  number: number,
): AsyncGenerator<Uint8Array> {
  const hash = createHash(ALGORITHMS[sha2.length] ?? 'sha256');
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== sha2)
    throw refusePart(number, `its bytes do not have the SHA-2 ${sha2}`);
}

function refusePart(number: number, reason: string): PraxisError {
  return new PraxisError('MALFORMED', `Part ${number} of the body is refused: ${reason}.`);
}

/** What a signature needs beside the store: its bytes, all at once. */
class Bytes {
  readonly #chunks: Uint8Array[] = [];

  async *copy(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let sizeBytes = 0;
    for await (const chunk of content) {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_SIGNATURE_BYTES)
        throw new PraxisError('TOO_LARGE', `A signature is over ${MAX_SIGNATURE_BYTES} bytes.`);
      this.#chunks.push(chunk);
      yield chunk;
    }
  }

  all(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/**
 * Hash and declared contentType of the attachments of stored statements, each hash once, for answers
 * that carry their bytes.
 */
export function attachmentTypes(statements: readonly Statement[]): ReadonlyMap<string, string> {
  const declared = statements.flatMap((statement) => declaredBy(statement, ''));
  return new Map(declared.map((one) => [hashOf(one), one.attachment.contentType]));
}
