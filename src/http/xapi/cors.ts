import cors from 'cors';
import type { RequestHandler } from 'express';

const PREFLIGHT_SECONDS = 7200;
const ORIGIN = '*';
const EXPOSED = [
  'Allow',
  'Content-Length',
  'ETag',
  'Last-Modified',
  'Retry-After',
  'WWW-Authenticate',
  'X-Experience-API-Consistent-Through',
  'X-Experience-API-Version',
].join(',');

/** What `allowOrigins` sets on an answer to anything but a preflight. */
export const ORIGIN_HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': ORIGIN,
  'Access-Control-Expose-Headers': EXPOSED,
};

/**
 * Lets learning content of any origin send statements from a browser. That is no loosening: a credential
 * comes with each request, in a header that the content itself sets, and never from the browser's keep.
 * A preflight carries neither credential nor version, so this stands before both.
 */
export const allowOrigins: RequestHandler = cors({
  origin: ORIGIN,
  methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
  allowedHeaders: [
    'Accept',
    'Accept-Language',
    'Authorization',
    'Content-Encoding',
    'Content-Type',
    'If-Match',
    'If-Modified-Since',
    'If-None-Match',
    'X-Experience-API-Version',
    'X-Requested-With',
  ],
  exposedHeaders: EXPOSED,
  maxAge: PREFLIGHT_SECONDS,
});
