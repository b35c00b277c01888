import { isObject, refusalOf, send, type ClientAnswer, type Connection } from './client.ts';
import { CliError, EXIT } from './exit.ts';
import type { Report } from './report.ts';

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[];
}

/** Not tried again: a lost answer may have created a credential, or revoked it. */
const ATTEMPTS = 1;
const PAGE_SIZE = 1000;

export async function createKey(
  connection: Connection,
  wanted: NewKey,
  report: Report,
): Promise<void> {
  const request = {
    method: 'POST',
    path: '/keys',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(wanted),
  } as const;
  const { key, secret, ...others } = expectObject(await send(connection, request, ATTEMPTS), 201);
  report.result(
    `Created, and the secret is shown this once. Key: ${String(key)}  Secret: ${String(secret)}`,
    { key, secret, ...others },
  );
}

export async function listKeys(connection: Connection, report: Report): Promise<void> {
  const keys: unknown[] = [];
  let query: string | null = `limit=${PAGE_SIZE}`;
  while (query !== null) {
    const answer = await send(connection, { method: 'GET', path: `/keys?${query}` });
    const page = expectObject(answer, 200);
    const items: readonly unknown[] = Array.isArray(page['keys']) ? page['keys'] : [];
    keys.push(...items);
    const { cursor } = page;
    query =
      typeof cursor === 'string'
        ? new URLSearchParams({ limit: String(PAGE_SIZE), cursor }).toString()
        : null;
  }
  report.result(keys.map(describeKey).join('\n'), { keys });
}

function describeKey(value: unknown): string {
  if (!isObject(value)) return '';
  const { key, createdAt, name, scopes } = value;
  const granted = Array.isArray(scopes) ? scopes.join(' ') : '';
  return [key, createdAt, granted, name].map(String).join('\t');
}

export async function revokeKey(
  connection: Connection,
  key: string,
  report: Report,
): Promise<void> {
  const path = `/keys/${encodeURIComponent(key)}`;
  const answer = await send(connection, { method: 'DELETE', path }, ATTEMPTS);
  if (answer.status !== 204) throw refused(answer);
  report.result(`${key} is revoked.`, { revoked: key });
}

function expectObject(answer: ClientAnswer, status: number): Readonly<Record<string, unknown>> {
  if (answer.status === status && isObject(answer.body)) return answer.body;
  throw refused(answer);
}

function refused(answer: ClientAnswer): CliError {
  const { message, violations } = refusalOf(answer);
  const details = violations.map(({ path, message: what }) => ` ${path} ${what}.`).join('');
  return new CliError(EXIT.refused, `${message}${details}`);
}
