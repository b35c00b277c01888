import express, { type Request, type RequestHandler } from 'express';
import { PraxisError } from '../../statements/errors.ts';

/** Reads the whole body as bytes, inflated, up to a limit; over it the answer is 413. */
export function readBody(maxBytes: number): RequestHandler {
  return express.raw({ type: () => true, limit: maxBytes });
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

/** The media type of the body, lower case, without parameters; '' when there is none. */
export function mediaTypeOf(request: Request): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
