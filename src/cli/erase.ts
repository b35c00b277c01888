import { isObject, refusalOf, send, type Connection } from './client.ts';
import { CliError, EXIT } from './exit.ts';
import type { Report } from './report.ts';

/** Somebody may have said very much. */
const TIMEOUT_MS = 600_000;

/** May be sent twice: a second request goes on with what the first began. */
export async function erasePerson(
  connection: Connection,
  person: string,
  report: Report,
): Promise<void> {
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
