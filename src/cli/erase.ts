import type { Command } from 'commander';
import { isObject, refusalOf, send, type Connection } from './client.ts';
import { connectionOf, withConnection, type ConnectionOptions } from './connection.ts';
import { CliError, EXIT, EXIT_CODES } from './exit.ts';
import { createReport, type Report } from './report.ts';

/** Somebody may have said very much. */
const TIMEOUT_MS = 600_000;

export function addErase(program: Command): void {
  withConnection(
    program
      .command('erase')
      .description(
        'erase a person: pseudonyms in their statements, their documents and records gone',
      )
      .argument('<person>', 'id of the person in the workforce records')
      .requiredOption('--yes', 'you mean it: nothing brings a person back'),
  )
    .addHelpText('after', `\nExamples:\n  praxis erase p42 --yes\n${EXIT_CODES}`)
    .action(async (person: string, options: ConnectionOptions) => {
      await erasePerson(connectionOf(options), person, createReport(options.json === true));
    });
}

/** May be sent twice: a second request goes on with what the first began. */
async function erasePerson(connection: Connection, person: string, report: Report): Promise<void> {
  const answer = await send(connection, {
    method: 'DELETE',
    path: `/workforce/people/${encodeURIComponent(person)}?erase=true`,
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.status !== 200 || !isObject(answer.body))
    throw new CliError(EXIT.refused, refusalOf(answer).message);
  const { statements, documents, records } = answer.body;
  report.result(
    `Erased: ${String(statements)} statements, ${String(documents)} documents and ${String(records)} records changed or removed.`,
    answer.body,
  );
}
