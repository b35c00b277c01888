import type { RequestHandler, Response } from 'express';
import { PraxisError } from '../../../statements/errors.ts';
import type { XapiVersion } from '../../../statements/statement.ts';

export const VERSION_HEADER = 'X-Experience-API-Version';

/** The versions served, newest last. */
export const VERSIONS: readonly XapiVersion[] = ['1.0.3', '2.0.0'];

/** Every answer names a version, errors too, also those that come before the version is settled (1.0.3 Communication §3.3). */
export const announceVersion: RequestHandler = (request, response, next) => {
  response.set(VERSION_HEADER, matchVersion(request.get(VERSION_HEADER) ?? '') ?? '2.0.0');
  next();
};

/**
 * Refuses a version that is not served. A 1.0.x header means 1.0.3, for
 * patch versions add nothing a client could trip over; a bare `1.0` and `2.0` mean their first patch.
 */
export const negotiateVersion: RequestHandler = (request, response, next) => {
  const asked = request.get(VERSION_HEADER);
  const version = asked === undefined ? undefined : matchVersion(asked);
  response.set(VERSION_HEADER, version ?? '2.0.0');
  response.locals['version'] = version ?? '2.0.0';
  if (version === undefined && request.path !== '/about') {
    const found = asked === undefined ? 'is missing' : `is ${JSON.stringify(asked)}`;
    throw new PraxisError(
      'MALFORMED',
      `The header ${VERSION_HEADER} ${found}; send 1.0.3 or 2.0.0.`,
    );
  }
  next();
};

export function matchVersion(asked: string): XapiVersion | undefined {
  if (/^1\.0(\.\d+)?$/.test(asked)) return '1.0.3';
  if (/^2\.0(\.0)?$/.test(asked)) return '2.0.0';
  return undefined;
}

export function versionOf(response: Response): XapiVersion {
  return response.locals['version'] as XapiVersion;
}
