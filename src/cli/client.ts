import { setTimeout as sleep } from 'node:timers/promises';
import type { Violation } from '../../statements/errors.ts';
import { CliError, EXIT } from './exit.ts';

/** Where to send what, and as whom. */
export interface Connection {
  /** Without a slash at the end. */
  readonly url: string;
  readonly key: string;
  readonly secret: string;
}

export interface ClientRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly timeoutMs?: number;
}

export interface ClientAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface Refusal {
  readonly message: string;
  readonly violations: readonly Violation[];
}

const TIMEOUT_MS = 60_000;
const MAX_ATTEMPTS = 7;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;
/** A gateway or the server itself says that trying again later is right. */
const PASSING = [429, 502, 503, 504];

/**
 * Sends a request that may be sent twice without harm, until it is answered: lost connections and
 * answers that say "later" are tried again, with growing pauses, about half a minute in all. Throws
 * CliError when there is no answer or the credential is refused; every other answer is the caller's.
 */
export async function send(
  connection: Connection,
  request: ClientRequest,
  attempts = MAX_ATTEMPTS,
): Promise<ClientAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await tryOnce(connection, request);
    if (!(outcome instanceof Error) && !PASSING.includes(outcome.status))
      return checkAccess(outcome, connection);
    if (attempt >= attempts) throw describeSilence(connection, outcome);
    await sleep(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS));
  }
}

async function tryOnce(
  { url, key, secret }: Connection,
  { method, path, headers = {}, body, timeoutMs = TIMEOUT_MS }: ClientRequest,
): Promise<ClientAnswer | Error> {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...headers,
        Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
      },
      ...(body === undefined ? {} : { body }),
      // Following one would turn a POST into a GET.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    return { status: response.status, body: parseBody(text) };
  } catch (error) {
    // fetch has one error for "no answer", whose cause says which.
    if (error instanceof Error) return error.cause instanceof Error ? error.cause : error;
    throw error;
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page: what it says is shown as it is.
    return text;
  }
}

function checkAccess(answer: ClientAnswer, { url }: Connection): ClientAnswer {
  if (answer.status === 401 || answer.status === 403)
    throw new CliError(
      EXIT.server,
      `${url} refuses the credential: ${refusalOf(answer).message} Check --key and --secret, or PRAXIS_KEY and PRAXIS_SECRET.`,
    );
  return answer;
}

function describeSilence({ url }: Connection, outcome: ClientAnswer | Error): CliError {
  if (!(outcome instanceof Error))
    return new CliError(
      EXIT.server,
      `${url} keeps answering ${outcome.status}: ${refusalOf(outcome).message} Try again later.`,
    );
  return new CliError(
    EXIT.server,
    `${url} does not answer (${outcome.message}). Is the server running, and is --url right?`,
  );
}

/** The error body of openapi.yaml, or what else there is to say. */
export function refusalOf({ status, body }: ClientAnswer): Refusal {
  const error = isObject(body) && isObject(body['error']) ? body['error'] : {};
  const message =
    typeof error['message'] === 'string' ? error['message'] : `HTTP status ${status}.`;
  const violations = Array.isArray(error['violations']) ? error['violations'] : [];
  return { message, violations: violations.filter(isViolation) };
}

function isViolation(value: unknown): value is Violation {
  return (
    isObject(value) &&
    typeof value['rule'] === 'string' &&
    typeof value['path'] === 'string' &&
    typeof value['message'] === 'string'
  );
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
