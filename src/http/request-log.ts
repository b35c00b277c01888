import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';

/** Told of every request when its connection has the answer, or has gone. */
export type ObserveRequest = (
  request: { readonly method: string; readonly url: string },
  status: number,
  seconds: number,
) => void;

/** Sent to nobody: the word of nginx for a connection that closed before its answer. */
const CLIENT_LEFT = 499;

/**
 * One line a request: at debug what went well, at warn what we failed. Never headers or bodies, which
 * hold secrets and people. The query string stays out too: it can name an agent.
 */
export function createRequestLog(
  logger: Logger,
  observe: ObserveRequest,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const sentId = request.headers['x-request-id'];
    const id = typeof sentId === 'string' ? sentId.slice(0, 100) : randomUUID();
    response.setHeader('X-Request-Id', id);
    // As they came: the alternate request syntax changes them.
    const { method = '', url = '' } = request;
    const start = performance.now();
    response.on('close', () => {
      const durationMs = performance.now() - start;
      const status = response.headersSent ? response.statusCode : CLIENT_LEFT;
      observe({ method, url }, status, durationMs / 1000);
      const level = status >= 500 ? 'warn' : 'debug';
      if (!logger.isLevelEnabled(level)) return;
      logger[level](
        {
          id,
          method,
          path: url.split('?', 1)[0],
          status,
          durationMs: Math.round(durationMs),
        },
        'request',
      );
    });
  };
}
