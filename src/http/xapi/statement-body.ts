import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { attachmentTypes } from '../../../statements/attachments.ts';
import { PraxisError } from '../../../statements/errors.ts';
import { readMediaType } from '../../../statements/media-type.ts';
import {
  readMultipart,
  writeClosing,
  writePartHead,
  type Part,
} from '../../../statements/multipart.ts';
import type { StoredStatement } from '../../../statements/prepared-statement.ts';
import type { Statement } from '../../../statements/statement.ts';
import type { AttachmentStore, StoredAttachment } from '../../storage/store.ts';
import { bytesOf, decodeText, mediaTypeOf, streamBody } from '../body.ts';

/** What a PUT or POST of statements carries: their JSON, and the parts with the bytes of attachments. */
export interface StatementBody {
  readonly text: string;
  /** As they arrive. */
  readonly parts: AsyncIterable<Part>;
}

export interface BodyLimits {
  /** Of the JSON of the statements. */
  readonly maxBodyBytes: number;
  /** Of a multipart body, its JSON included. */
  readonly maxAttachmentBytes: number;
  /** The longest wait for a client that sends attachments, or takes them. */
  readonly idleMs: number;
}

export const NO_PARTS: AsyncIterable<Part> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};

/** Throws MALFORMED for any type but application/json and multipart/mixed with JSON as its first part. */
export async function readStatementBody(
  request: Request,
  { maxBodyBytes, maxAttachmentBytes, idleMs }: BodyLimits,
): Promise<StatementBody> {
  const mediaType = mediaTypeOf(request);
  if (mediaType === 'application/json')
    return { text: decodeText(bytesOf(request)), parts: NO_PARTS };
  if (mediaType !== 'multipart/mixed')
    throw new PraxisError(
      'MALFORMED',
      `Content-Type must be application/json or multipart/mixed, not ${JSON.stringify(mediaType)}.`,
    );
  const body = streamBody(request, { maxBytes: maxAttachmentBytes, idleMs });
  const parts = readMultipart(request.get('Content-Type') ?? '', body);
  const first = await parts.next();
  const type = first.done === true ? undefined : first.value.headers.get('content-type');
  if (first.done === true || readMediaType(type) !== 'application/json')
    throw new PraxisError(
      'MALFORMED',
      'The first part must be the statements, as application/json.',
    );
  return { text: await readJsonPart(first.value, maxBodyBytes), parts };
}

async function readJsonPart({ content }: Part, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of content) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes)
      throw new PraxisError(
        'TOO_LARGE',
        `The statements are over the limit of ${maxBytes} bytes. Send them in several requests.`,
      );
    chunks.push(chunk);
  }
  return decodeText(Buffer.concat(chunks));
}

/**
 * Answers statements as multipart/mixed: the JSON first, then the bytes of every attachment that they
 * declare and the LRS has, each hash once (Communication §2.1.3 `attachments`), read from the store as
 * the client takes them.
 */
export async function sendWithAttachments(
  store: AttachmentStore,
  response: Response,
  json: string,
  statements: readonly StoredStatement[],
  idleMs: number,
): Promise<void> {
  const types = attachmentTypes(statements.map(({ text }) => JSON.parse(text) as Statement));
  const boundary = `praxis-${randomUUID()}`;
  const pieces: Piece[] = [
    toPiece(writePartHead(boundary, { 'Content-Type': 'application/json' }) + json + CRLF),
  ];
  for (const [sha2, contentType] of types) {
    const found = await store.openAttachment(sha2);
    if (found === null) continue;
    const head = writePartHead(boundary, {
      'Content-Type': HEADER_VALUE.test(contentType) ? contentType : 'application/octet-stream',
      'Content-Transfer-Encoding': 'binary',
      'X-Experience-API-Hash': sha2,
    });
    pieces.push(toPiece(head), found, toPiece(CRLF));
  }
  pieces.push(toPiece(writeClosing(boundary)));
  // setHeader, not type: Express would add a charset, which a multipart type does not have.
  response.setHeader('Content-Type', `multipart/mixed; boundary=${boundary}`);
  response.setHeader(
    'Content-Length',
    pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  response.setTimeout(idleMs, () => response.destroy());
  try {
    await pipeline(readAll(pieces), response);
  } catch (error) {
    // The client left, or was cut off: there is nobody to tell.
    if (!isPrematureClose(error)) throw error;
  }
}

function isPrematureClose(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_STREAM_PREMATURE_CLOSE'
  );
}

const CRLF = '\r\n';
/** What a statement declares is the client's text: only what fits on one line of ASCII goes into a header. */
const HEADER_VALUE = /^[ -~]+$/;

type Piece = StoredAttachment;

function toPiece(text: string): Piece {
  const bytes = Buffer.from(text);
  return { sizeBytes: bytes.length, content: yieldOnce(bytes) };
}

async function* yieldOnce(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

async function* readAll(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const { content } of pieces) yield* content;
}
