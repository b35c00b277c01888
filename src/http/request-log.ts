import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';

/** Told of every request when its connection has the answer, or has gone. */
export type ObserveRequest = (
  request: Pick<Request, 'method' | 'originalUrl'>,
  status: number,
  seconds: number,
) => void;

/**
 * One line a request: at debug what went well, at warn what we failed. Never headers or bodies, which
 * hold secrets and people. The query string stays out too: it can name an agent.
 */
export function logRequests(logger: Logger, observe: ObserveRequest): RequestHandler {
  return (request, response, next) => {
    const id = request.get('X-Request-Id')?.slice(0, 100) ?? randomUUID();
    response.set('X-Request-Id', id);
    const start = performance.now();
    response.once('close', () => {
      const level = response.statusCode >= 500 ? 'warn' : 'debug';
      const path = request.originalUrl.split('?', 1)[0];
      const durationMs = performance.now() - start;
      observe(request, response.statusCode, durationMs / 1000);
      logger[level](
        {
          id,
          method: request.method,
          path,
          status: response.statusCode,
          durationMs: Math.round(durationMs),
        },
        'request',
      );
    });
    next();
  };
}
