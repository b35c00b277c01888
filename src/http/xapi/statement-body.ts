import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { attachmentTypes } from '../../../statements/attachments.ts';
import { PraxisError } from '../../../statements/errors.ts';
import {
  parseMultipart,
  writeClosing,
  writePartHead,
  type Part,
} from '../../../statements/multipart.ts';
import type { StoredStatement } from '../../../statements/prepared-statement.ts';
import type { Statement } from '../../../statements/statement.ts';
import type { AttachmentStore } from '../../storage/store.ts';
import { bytesOf, decodeText, mediaTypeOf } from '../body.ts';

/** What a PUT or POST of statements carries: their JSON, and the parts with the bytes of attachments. */
export interface StatementBody {
  readonly text: string;
  readonly parts: readonly Part[];
}

/** Throws MALFORMED for any type but application/json and multipart/mixed with JSON as its first part. */
export function readStatementBody(request: Request): StatementBody {
  const mediaType = mediaTypeOf(request);
  if (mediaType === 'application/json') return { text: decodeText(bytesOf(request)), parts: [] };
  if (mediaType !== 'multipart/mixed')
    throw new PraxisError(
      'MALFORMED',
      `Content-Type must be application/json or multipart/mixed, not ${JSON.stringify(mediaType)}.`,
    );
  const [first, ...parts] = parseMultipart(request.get('Content-Type') ?? '', bytesOf(request));
  const type = first?.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (first === undefined || type !== 'application/json')
    throw new PraxisError(
      'MALFORMED',
      'The first part must be the statements, as application/json.',
    );
  return { text: decodeText(first.content), parts };
}

/**
 * Answers statements as multipart/mixed: the JSON first, then the bytes of every attachment that they
 * declare and the LRS has, each hash once (Communication §2.1.3 `attachments`).
 */
export async function sendWithAttachments(
  store: AttachmentStore,
  response: Response,
  json: string,
  statements: readonly StoredStatement[],
): Promise<void> {
  const types = new Map(
    statements.flatMap(({ text }) => attachmentTypes(JSON.parse(text) as Statement)),
  );
  const boundary = `praxis-${randomUUID()}`;
  const chunks: Uint8Array[] = [
    Buffer.from(writePartHead(boundary, { 'Content-Type': 'application/json' })),
    Buffer.from(`${json}\r\n`),
  ];
  for (const [sha2, contentType] of types) {
    const found = await store.openAttachment(sha2);
    if (found === null) continue;
    const head = writePartHead(boundary, {
      'Content-Type': contentType,
      'Content-Transfer-Encoding': 'binary',
      'X-Experience-API-Hash': sha2,
    });
    chunks.push(Buffer.from(head));
    for await (const chunk of found.content) chunks.push(chunk);
    chunks.push(Buffer.from('\r\n'));
  }
  chunks.push(Buffer.from(writeClosing(boundary)));
  // set, not type: Express would add a charset, which a multipart type does not have.
  response.setHeader('Content-Type', `multipart/mixed; boundary=${boundary}`);
  response.end(Buffer.concat(chunks));
}
