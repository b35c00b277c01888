import type { Command } from 'commander';
import { isObject, refusalOf, send } from './client.ts';
import { connectionOf, withConnection, type ConnectionOptions } from './connection.ts';
import { CliError, EXIT, EXIT_CODES } from './exit.ts';
import { createReport } from './report.ts';

/** As long as the server itself waits for its warehouse. */
const TIMEOUT_MS = 600_000;

export function addRefresh(program: Command): void {
  withConnection(
    program
      .command('refresh')
      .description('wait until everything stored so far is reflected in the metrics'),
  )
    .addHelpText('after', `\nExamples:\n  praxis refresh\n  praxis refresh --json\n${EXIT_CODES}`)
    .action(refresh);
}

async function refresh(options: ConnectionOptions): Promise<void> {
  const answer = await send(connectionOf(options), {
    method: 'POST',
    path: '/analytics/refresh',
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.status !== 200 || !isObject(answer.body))
    throw new CliError(EXIT.server, `The refresh failed: ${refusalOf(answer).message}`);
  createReport(options.json === true).result(
    `The metrics hold everything up to ${String(answer.body['asOf'])}.`,
    answer.body,
  );
}
