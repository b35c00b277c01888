import { Option, type Command } from 'commander';
import { SCOPES, type Scope } from '../auth/scopes.ts';
import { isObject, refusalOf, send, type ClientAnswer, type Connection } from './client.ts';
import { connectionOf, withConnection, type ConnectionOptions } from './connection.ts';
import { CliError, EXIT, EXIT_CODES } from './exit.ts';
import { createReport, type Report } from './report.ts';

interface CreateKeyOptions extends ConnectionOptions {
  readonly name: string;
  readonly scope: readonly Scope[];
}

interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[];
}

/** Not tried again: a lost answer may have created a credential, or revoked it. */
const ATTEMPTS = 1;
const PAGE_SIZE = 1000;

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('create, list and revoke the credentials of a server; needs the scope admin');
  withConnection(
    keys
      .command('create')
      .description('create a credential; its secret is printed this once')
      .requiredOption('--name <name>', 'who or what it is for')
      .addOption(
        new Option('--scope <scope...>', 'what it may do; give several, or repeat the option')
          .choices(SCOPES)
          .makeOptionMandatory(),
      ),
  )
    .addHelpText(
      'after',
      `
Examples:
  praxis keys create --name "Course player" --scope statements/write statements/read/mine
  praxis keys create --name Analyst --scope analytics/read --json
${EXIT_CODES}`,
    )
    .action(async ({ name, scope, ...options }: CreateKeyOptions) => {
      const report = createReport(options.json === true);
      await createKey(connectionOf(options), { name, scopes: scope }, report);
    });
  withConnection(keys.command('list').description('list the credentials, without their secrets'))
    .addHelpText(
      'after',
      `\nExamples:\n  praxis keys list\n  praxis keys list --json\n${EXIT_CODES}`,
    )
    .action(async (options: ConnectionOptions) => {
      await listKeys(connectionOf(options), createReport(options.json === true));
    });
  withConnection(
    keys
      .command('revoke')
      .description('revoke a credential; the server takes it no longer')
      .argument('<revoked>', 'key of the credential to revoke'),
  )
    .addHelpText('after', `\nExamples:\n  praxis keys revoke key-0123456789abcdef\n${EXIT_CODES}`)
    .action(async (revoked: string, options: ConnectionOptions) => {
      await revokeKey(connectionOf(options), revoked, createReport(options.json === true));
    });
}

async function createKey(connection: Connection, wanted: NewKey, report: Report): Promise<void> {
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

async function listKeys(connection: Connection, report: Report): Promise<void> {
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

async function revokeKey(connection: Connection, key: string, report: Report): Promise<void> {
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
