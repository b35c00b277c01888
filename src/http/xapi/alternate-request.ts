import type { Request, RequestHandler } from 'express';
import { PraxisError } from '../../../statements/errors.ts';
import { mediaTypeOf, readBody, textOf } from '../body.ts';

/**
 * Form fields that stand for headers (1.0.3 Communication §1.3); what is neither one of these nor
 * `content` is a query parameter.
 */
const HEADERS = [
  'authorization',
  'x-experience-api-version',
  'content-type',
  'content-length',
  'if-match',
  'if-none-match',
];
/** Without HEAD, to which an answer has no body and to a POST it has: GET asks the same. */
const METHODS = ['GET', 'PUT', 'POST', 'DELETE'];
/**
 * §1.3 names the first. A browser writes text/plain, or in old ones nothing, where a script hands it a
 * text and no type, and packages of Articulate Storyline do that.
 */
const FORM_TYPES = ['application/x-www-form-urlencoded', 'text/plain', ''];
/** Who sends such a request is known only after its body was read, so a stranger's is kept small. */
const MAX_FORM_BYTES = 1_048_576;

/**
 * The Alternate Request Syntax of 1.0.3: a POST with `?method=` whose form holds headers, parameters and
 * content, for browsers that could send nothing else across origins. It is unwrapped before anything
 * looks at the request, since the credential and the version may be only in the form; from then on the
 * request is as if it had been sent plainly. Others pass untouched, their body unread.
 */
export function unwrapAlternateRequest(maxBodyBytes: number): readonly RequestHandler[] {
  const read = readBody(Math.min(maxBodyBytes, MAX_FORM_BYTES));
  return [
    (request, response, next) => {
      if (!isAlternate(request)) next();
      else {
        checkEnvelope(request);
        read(request, response, next);
      }
    },
    (request, _response, next) => {
      if (isAlternate(request)) unwrap(request);
      next();
    },
  ];
}

function isAlternate(request: Request): boolean {
  return request.query['method'] !== undefined;
}

function checkEnvelope(request: Request): void {
  refuseNewVersion(request.get('X-Experience-API-Version'));
  if (request.method !== 'POST')
    throw new PraxisError('MALFORMED', 'A request with ?method= must be a POST.');
  methodOf(request);
  if (Object.keys(request.query).length > 1)
    throw new PraxisError('MALFORMED', 'With ?method= all other parameters belong in the form.');
  if (!FORM_TYPES.includes(mediaTypeOf(request)))
    throw new PraxisError(
      'MALFORMED',
      'A request with ?method= needs Content-Type: application/x-www-form-urlencoded.',
    );
}

function methodOf(request: Request): string {
  const method = METHODS.find((each) => each === request.query['method']);
  if (method !== undefined) return method;
  throw new PraxisError('MALFORMED', `The parameter method must be one of ${METHODS.join(', ')}.`);
}

function refuseNewVersion(version: string | undefined): void {
  if (version?.startsWith('2.') === true)
    throw new PraxisError(
      'MALFORMED',
      'xAPI 2.0 has no alternate request syntax: send the method itself, without ?method=.',
    );
}

function unwrap(request: Request): void {
  const method = methodOf(request);
  const fields = parseForm(textOf(request));
  const isHeader = (name: string): boolean => HEADERS.includes(name.toLowerCase());
  const headers = new Map(
    fields.filter(([name]) => isHeader(name)).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const content = fields.find(([name]) => name === 'content')?.[1];
  refuseNewVersion(headers.get('x-experience-api-version'));
  if ((method === 'PUT' || method === 'POST') && content === undefined)
    throw new PraxisError(
      'MALFORMED',
      `A request with ?method=${method} needs the form field content.`,
    );

  const body = Buffer.from(content ?? '');
  // What is said of the form is not said of the content.
  delete request.headers['content-encoding'];
  delete request.headers['transfer-encoding'];
  Object.assign(
    request.headers,
    { 'content-type': 'application/json' },
    Object.fromEntries(headers),
    { 'content-length': String(body.length) },
  );
  const parameters = new URLSearchParams(
    fields.filter(([name]) => name !== 'content' && !isHeader(name)),
  );
  request.method = method;
  request.url = `${request.path}?${parameters.toString()}`;
  request.body = body;
}

/** Stricter than URLSearchParams, which turns broken UTF-8 into replacement characters: those nobody sent. */
function parseForm(text: string): [name: string, value: string][] {
  const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '));
  try {
    return text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [decode(name), decode(value.join('='))];
      });
  } catch (error) {
    if (error instanceof URIError)
      throw new PraxisError('MALFORMED', 'The form is not URL-encoded UTF-8.');
    throw error;
  }
}
