import express, { type Request, type RequestHandler } from 'express';
import { PraxisError } from '../../statements/errors.ts';

/** Reads the whole body as bytes, inflated, up to a limit; over it the answer is 413. */
export function readBody(maxBytes: number): RequestHandler {
  return express.raw({ type: () => true, limit: maxBytes });
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The body as text. Throws MALFORMED when it is not UTF-8: replacement characters would store what nobody sent. */
export function textOf(request: Request): string {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) return '';
  try {
    return UTF8.decode(body);
  } catch {
    throw new PraxisError('MALFORMED', 'The body is not valid UTF-8.');
  }
}

/** The media type of the body, lower case, without parameters; '' when there is none. */
export function mediaTypeOf(request: Request): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
