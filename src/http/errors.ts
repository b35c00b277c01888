import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { PraxisError, type ErrorCode } from '../../statements/errors.ts';

/** The only place where an error becomes an HTTP status. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  MALFORMED: 400,
  INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
};

const RETRY_AFTER_SECONDS = 5;

/** Headers that go with an error of this code. */
export function headersOf(code: ErrorCode): Readonly<Record<string, string>> {
  return code === 'UNAVAILABLE' ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {};
}

/** Answers what was thrown: a PraxisError as it is, what Express's own parsers throw likewise, all else masked. */
export type AnswerError = (
  thrown: unknown,
  request: IncomingMessage,
  response: ServerResponse,
) => void;

export function createErrorAnswer(logger: Logger): AnswerError {
  return (thrown, request, response) => {
    const error = toPraxisError(thrown);
    const { method, url } = request;
    if (response.headersSent) {
      // The status is out; cutting the connection is the one honest sign left.
      logger.error({ err: thrown, url }, 'failed after the answer began');
      response.destroy();
      return;
    }
    if (error === null) {
      logger.error({ err: thrown, method, url }, 'unexpected error');
      const message = 'Something failed here; it has been logged.';
      sendJson(response, 500, { error: { code: 'INTERNAL', message } });
      return;
    }
    for (const [name, value] of Object.entries(headersOf(error.code)))
      response.setHeader(name, value);
    const violations = error.violations.length > 0 ? { violations: error.violations } : {};
    sendJson(response, STATUS[error.code], {
      error: { code: error.code, message: error.message, ...violations },
    });
  };
}

/** `response.json` of Express, for what is answered without it. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  const text = JSON.stringify(body);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}

export function answerErrors(answerError: AnswerError): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (thrown: unknown, request, response, _next) => {
    answerError(thrown, request, response);
  };
}

function toPraxisError(thrown: unknown): PraxisError | null {
  if (thrown instanceof PraxisError) return thrown;
  if (!(thrown instanceof Error)) return null;
  // body-parser's errors, by their documented `type`.
  switch ('type' in thrown ? thrown.type : undefined) {
    case 'entity.too.large': {
      const limit = 'limit' in thrown ? ` of ${String(thrown.limit)} bytes` : '';
      return new PraxisError(
        'TOO_LARGE',
        `The body is over the limit${limit}. Send it in smaller parts.`,
      );
    }
    case 'encoding.unsupported':
      return new PraxisError(
        'UNSUPPORTED_MEDIA_TYPE',
        'Content-Encoding must be gzip, deflate, br or identity.',
      );
    case 'request.aborted':
    case 'request.size.invalid':
      return new PraxisError('MALFORMED', 'The body ended before its Content-Length.');
    default:
      // What else the parsers refuse has no type: zlib on bytes that are no gzip, the router on %E0%A4.
      return 'status' in thrown && thrown.status === 400
        ? new PraxisError('MALFORMED', `The request cannot be read: ${thrown.message}.`)
        : null;
  }
}

export const answerNotFound: RequestHandler = (request) => {
  throw new PraxisError(
    'NOT_FOUND',
    `There is nothing at ${request.path}. See openapi.yaml for what there is.`,
  );
};

/** For `router.all` after a path's own methods: 405 with `Allow`. */
export function allowOnly(...methods: readonly string[]): RequestHandler {
  return (request, response) => {
    response.set('Allow', methods.join(', '));
    throw new PraxisError(
      'METHOD_NOT_ALLOWED',
      `${request.method} is not possible here; ${methods.join(', ')} are.`,
    );
  };
}
