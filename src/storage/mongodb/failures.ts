import { MongoBulkWriteError, MongoError, MongoServerError } from 'mongodb';
import { PraxisError } from '../../../statements/errors.ts';

const DUPLICATE_KEY = 11000;

/** Errors of the driver that say nothing of the request: no primary, no socket, no answer in time. */
const CONNECTION_ERRORS = [
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongoWaitQueueTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'PoolClearedOnNetworkError',
  'MongoTopologyClosedError',
  'MongoNotConnectedError',
  'MongoClientClosedError',
  'MongoOperationTimeoutError',
  'MongoServerClosedError',
];

/**
 * HostUnreachable, HostNotFound, MaxTimeMSExpired, WriteConcernFailed, NetworkTimeout, ShutdownInProgress,
 * PrimarySteppedDown, ExceededTimeLimit, SocketException, NotWritablePrimary, InterruptedAtShutdown,
 * InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary: the server's own words
 * for "ask again".
 */
const PASSING_CODES = [6, 7, 50, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436];

/** True for what may be different a moment later, on this server or on the next primary. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof MongoError)) return false;
  return (
    CONNECTION_ERRORS.includes(error.name) ||
    (error instanceof MongoServerError && PASSING_CODES.includes(Number(error.code))) ||
    error.hasErrorLabel('RetryableWriteError')
  );
}

export function unavailable(): PraxisError {
  return new PraxisError(
    'UNAVAILABLE',
    'The database cannot be reached or does not answer in time; try again later.',
  );
}

/** Runs a call of the driver; what may pass becomes UNAVAILABLE, all else stays what it is. */
export async function reach<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw isPassing(error) ? unavailable() : error;
  }
}

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/**
 * Inserts all it can, and gives the places in `documents` whose `_id` was taken. Any other failure is
 * thrown, also where some were inserted: the callers can all be run again.
 */
export async function insertUntaken(insert: () => Promise<unknown>): Promise<readonly number[]> {
  try {
    await insert();
    return [];
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const failures = [error.writeErrors].flat();
    const isOnlyTaken =
      failures.length > 0 &&
      failures.every(({ code }) => code === DUPLICATE_KEY) &&
      error.result.getWriteConcernError() === undefined;
    if (!isOnlyTaken) throw error;
    return failures.map(({ index }) => index);
  }
}
