import type { RequestHandler } from 'express';
import { PraxisError } from '../../../statements/errors.ts';
import { mediaTypeOf, textOf } from '../body.ts';

/** Form fields that stand for headers (1.0.3 Communication §1.3); all others are query parameters. */
const HEADERS = [
  'Authorization',
  'X-Experience-API-Version',
  'Content-Type',
  'Content-Length',
  'If-Match',
  'If-None-Match',
];
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];

/**
 * The Alternate Request Syntax of 1.0.3: a POST with `?method=` whose form holds headers, parameters and
 * content, for browsers that could send nothing else across origins. It is unwrapped before anything
 * looks at the request, since the credential and the version may be only in the form. Needs the body
 * read; leaves the request as if it had been sent plainly.
 */
export const unwrapAlternateRequest: RequestHandler = (request, _response, next) => {
  const { method } = request.query;
  if (method === undefined) {
    next();
    return;
  }
  const version = request.get('X-Experience-API-Version') ?? '';
  const form =
    request.method === 'POST' ? new URLSearchParams(textOf(request)) : new URLSearchParams();
  if ((form.get('X-Experience-API-Version') ?? version).startsWith('2.'))
    throw new PraxisError(
      'MALFORMED',
      'xAPI 2.0 has no alternate request syntax: send the method itself, without ?method=.',
    );
  if (request.method !== 'POST')
    throw new PraxisError('MALFORMED', 'A request with ?method= must be a POST.');
  if (typeof method !== 'string' || !METHODS.includes(method))
    throw new PraxisError(
      'MALFORMED',
      `The parameter method must be one of ${METHODS.join(', ')}.`,
    );
  if (Object.keys(request.query).length > 1)
    throw new PraxisError('MALFORMED', 'With ?method= all other parameters belong in the form.');
  if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded')
    throw new PraxisError(
      'MALFORMED',
      'A request with ?method= needs Content-Type: application/x-www-form-urlencoded.',
    );
  const content = form.get('content');
  if ((method === 'PUT' || method === 'POST') && content === null)
    throw new PraxisError(
      'MALFORMED',
      `A request with ?method=${method} needs the form field content.`,
    );

  delete request.headers['content-type'];
  if (content !== null) request.headers['content-type'] = 'application/json';
  const parameters = new URLSearchParams();
  for (const [name, value] of form) {
    const header = HEADERS.find((known) => known.toLowerCase() === name.toLowerCase());
    if (header !== undefined) request.headers[header.toLowerCase()] = value;
    else if (name !== 'content') parameters.append(name, value);
  }
  request.method = method;
  request.url = `${request.path}?${parameters.toString()}`;
  request.body = Buffer.from(content ?? '');
  next();
};
