import { isObject, refusalOf, send, type Connection } from './client.ts';
import type { Report } from './report.ts';
import { readWhole } from './statement-file.ts';

export interface CollectionImportOptions {
  readonly connection: Connection;
  readonly collection: string;
  readonly files: readonly string[];
}

/** What changed, summed over the files; `refused` counts files, which are taken whole or not at all. */
export interface CollectionOutcome {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly refused: number;
}

/** Reading and storing a large file takes the server a while. */
const TIMEOUT_MS = 300_000;

/** Uploads workforce files, one after the other. A refused one is reported and stops nothing. */
export async function importCollection(
  { connection, collection, files }: CollectionImportOptions,
  report: Report,
): Promise<CollectionOutcome> {
  const total = { created: 0, updated: 0, unchanged: 0, deleted: 0, refused: 0 };
  for (const file of files) {
    const body = await readWhole(file, () => undefined);
    const answer = await send(connection, {
      method: 'PUT',
      path: `/workforce/${encodeURIComponent(collection)}`,
      headers: { 'Content-Type': detectFormat(body) },
      body,
      timeoutMs: TIMEOUT_MS,
    });
    if (answer.status === 200) addUp(total, answer.body);
    else {
      total.refused += 1;
      const { message, violations } = refusalOf(answer);
      for (const violation of violations)
        report.problem(`${file}: ${violation.path}: ${violation.message}`);
      report.problem(`${file}: ${message}`);
    }
  }
  return total;
}

/** No header row begins with a brace, and every record of NDJSON does. */
function detectFormat(file: Buffer): 'text/csv' | 'application/x-ndjson' {
  const start = file
    .subarray(0, 1024)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  return start.startsWith('{') ? 'application/x-ndjson' : 'text/csv';
}

function addUp(total: Record<string, number>, body: unknown): void {
  if (!isObject(body)) return;
  for (const [name, count] of Object.entries(body))
    if (typeof count === 'number') total[name] = (total[name] ?? 0) + count;
}
