import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

/**
 * One line a request: at debug what went well, at warn what we failed. Never headers or bodies, which
 * hold secrets and people. The query string stays out too: it can name an agent.
 */
export function logRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const id = request.get('X-Request-Id')?.slice(0, 100) ?? randomUUID();
    response.set('X-Request-Id', id);
    const start = performance.now();
    response.once('close', () => {
      const level = response.statusCode >= 500 ? 'warn' : 'debug';
      const path = request.originalUrl.split('?', 1)[0];
      const durationMs = Math.round(performance.now() - start);
      logger[level](
        { id, method: request.method, path, status: response.statusCode, durationMs },
        'request',
      );
    });
    next();
  };
}
