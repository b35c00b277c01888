import type { IncomingMessage } from 'node:http';
import { pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import express, { type Request, type RequestHandler } from 'express';
import { PraxisError } from '../../statements/errors.ts';
import { readMediaType } from '../../statements/media-type.ts';

/**
 * Reads the whole body as bytes, inflated, up to a limit; over it the answer is 413. A body of the media
 * type `except` is left for `streamBody`.
 */
export function readBody(maxBytes: number, except?: string): RequestHandler {
  return express.raw({ type: (request) => mediaTypeOf(request) !== except, limit: maxBytes });
}

/** For a body that is read whole; also for one that nobody reads, since its request was refused. */
const BODY_TIMEOUT_MS = 120_000;
const SWEEP_INTERVAL_MS = 5_000;

/** When each body that is not whole began, the earliest first. One sweep costs less than a timer a request. */
const begun = new Map<IncomingMessage, number>();
setInterval(() => {
  const overdue = performance.now() - BODY_TIMEOUT_MS;
  for (const [request, beganMs] of begun) {
    if (beganMs > overdue) return;
    begun.delete(request);
    request.destroy();
  }
}, SWEEP_INTERVAL_MS).unref();

/** Cuts the connection of a client whose body is not whole in time; `streamBody` has another measure. */
export function limitBodyTime(request: IncomingMessage): void {
  if (request.complete) return;
  begun.set(request, performance.now());
  request.on('close', () => begun.delete(request));
}

/**
 * The body of a request of which the length is known, once it is whole; nothing when it breaks off. Without
 * streams in between: most bodies come in one piece, with their head.
 */
export function collectBody(
  request: IncomingMessage,
  lengthBytes: number,
  onWhole: (body: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  request.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes === lengthBytes) onWhole(chunks.length === 1 ? chunk : Buffer.concat(chunks));
  });
}

export interface StreamLimits {
  /** After inflating. */
  readonly maxBytes: number;
  /** The longest wait for more of the body. */
  readonly idleMs: number;
}

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * The body as it arrives, inflated; asks for no more than is taken. Throws TOO_LARGE, MALFORMED when it
 * breaks off or cannot be inflated, and cuts the connection of a client that falls silent.
 */
export async function* streamBody(
  request: Request,
  { maxBytes, idleMs }: StreamLimits,
): AsyncGenerator<Uint8Array> {
  const tooLarge = new PraxisError(
    'TOO_LARGE',
    `The body is over the limit of ${maxBytes} bytes. Send it in smaller parts.`,
  );
  if (Number(request.headers['content-length']) > maxBytes) throw tooLarge;
  begun.delete(request);
  let sizeBytes = 0;
  for await (const chunk of inflate(request, receive(request, idleMs))) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw tooLarge;
    yield chunk;
  }
}

async function* receive(request: Request, idleMs: number): AsyncGenerator<Buffer> {
  // The alternate request syntax had it in a form.
  if (Buffer.isBuffer(request.body)) {
    yield request.body;
    return;
  }
  // Kept when we stop early: an answer goes out on the same connection.
  const chunks = request.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const silence = setTimeout(() => request.destroy(), idleMs);
      const next = await chunks.next().finally(() => clearTimeout(silence));
      if (next.done === true) return;
      yield next.value;
    }
  } catch {
    throw new PraxisError('MALFORMED', 'The body broke off before its end.');
  } finally {
    await chunks.return?.();
  }
}

function inflate(request: Request, chunks: AsyncGenerator<Buffer>): AsyncIterable<Uint8Array> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding === 'identity') return chunks;
  const decoder = DECODERS[encoding]?.();
  if (decoder === undefined)
    throw new PraxisError(
      'UNSUPPORTED_MEDIA_TYPE',
      'Content-Encoding must be gzip, deflate, br or identity.',
    );
  return inflated(chunks, decoder);
}

async function* inflated(
  chunks: AsyncGenerator<Buffer>,
  decoder: Transform,
): AsyncGenerator<Uint8Array> {
  try {
    // Whatever goes wrong destroys the decoder, and so is thrown by reading from it.
    yield* pipeline(chunks, decoder, () => undefined);
  } catch (error) {
    if (error instanceof PraxisError) throw error;
    throw new PraxisError('MALFORMED', 'The body cannot be inflated as its Content-Encoding says.');
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Empty when there was no body. */
export function bytesOf(request: Request): Buffer {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Throws MALFORMED when the bytes are not UTF-8: replacement characters would store what nobody sent. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new PraxisError('MALFORMED', 'The body is not valid UTF-8.');
  }
}

/** The body as text. Throws MALFORMED when it is not UTF-8. */
export function textOf(request: Request): string {
  return decodeText(bytesOf(request));
}

/**
 * The body as a JSON object; `shape` says which. Throws UNSUPPORTED_MEDIA_TYPE for a body that is not sent as
 * JSON, MALFORMED for one that is no object.
 */
export function objectOf(request: Request, shape: string): JsonObject {
  if (mediaTypeOf(request) !== 'application/json')
    throw new PraxisError('UNSUPPORTED_MEDIA_TYPE', 'Content-Type must be application/json.');
  return parseObject(textOf(request), shape);
}

export type JsonObject = Readonly<Record<string, unknown>>;

function parseObject(text: string, shape: string): JsonObject {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // The parser's message would repeat what was sent.
    throw new PraxisError('MALFORMED', 'The body is not JSON.');
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  throw new PraxisError('MALFORMED', `The body must be an object with ${shape}.`);
}

/** The media type of the body, lower case, without parameters; '' when there is none. */
export function mediaTypeOf(request: Pick<IncomingMessage, 'headers'>): string {
  return readMediaType(request.headers['content-type']);
}
