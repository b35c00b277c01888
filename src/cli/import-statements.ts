import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { isObject, refusalOf, send, type Connection } from './client.ts';
import { CliError, EXIT } from './exit.ts';
import { MAX_SHOWN_PROBLEMS, type Progress, type Report } from './report.ts';
import { readStatementFile, STDIN } from './statement-file.ts';

export interface StatementImportOptions {
  readonly connection: Connection;
  readonly files: readonly string[];
  /** The `X-Experience-API-Version` of the requests. */
  readonly xapiVersion: string;
  /** Requests under way at once; 1 keeps the order of the files in the log. */
  readonly inFlight: number;
}

interface SourceStatement {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const BATCH_STATEMENTS = 500;
/** Half of what a server takes by default. */
const BATCH_CHARACTERS = 4 * 2 ** 20;
const FIRST_ATTEMPTS = 1;

/** What came of it; `refused` statements are not stored, and were reported with file and line. */
export interface ImportOutcome {
  readonly stored: number;
  readonly refused: number;
}

/**
 * Sends the statements of all files. A batch is stored as a whole or refused as a whole, and a refused
 * one stops nothing. Throws CliError when the server stops answering.
 */
export async function importStatements(
  { connection, files, xapiVersion, inFlight }: StatementImportOptions,
  report: Report,
): Promise<ImportOutcome> {
  // A wrong address shall fail at once, not after all the attempts that a lost connection deserves.
  await send(connection, { method: 'GET', path: '/xapi/about' }, FIRST_ATTEMPTS);
  const progress = report.startProgress(await measure(files), 'all bytes');
  const tally = new Tally(report);
  const underWay = new Set<Promise<void>>();
  let fatal: unknown = null;

  async function post(batch: readonly SourceStatement[]): Promise<void> {
    try {
      tally.add(batch, await postBatch(connection, xapiVersion, batch));
    } catch (error) {
      fatal ??= error;
    }
  }

  try {
    for await (const batch of cutBatches(readFiles(files, tally, progress))) {
      if (underWay.size >= inFlight) await Promise.race(underWay);
      if (fatal !== null) break;
      const posting: Promise<void> = post(batch).finally(() => underWay.delete(posting));
      underWay.add(posting);
    }
  } finally {
    await Promise.all(underWay);
    progress.stop();
  }
  if (fatal !== null) throw explainStop(fatal, tally);
  return tally.outcome();
}

function explainStop(error: unknown, tally: Tally): unknown {
  if (!(error instanceof CliError)) return error;
  const { stored } = tally.outcome();
  return new CliError(
    error.exitCode,
    `${error.message} ${stored} statements were stored before; import the same file again when it is: statements with an id are not stored twice.`,
  );
}

async function measure(files: readonly string[]): Promise<number> {
  const sizes = files.map(async (file) => {
    if (file === STDIN) return 0;
    const found = await stat(file).catch((error: unknown) => {
      throw new CliError(
        EXIT.usage,
        `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      );
    });
    return found.size;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function* readFiles(
  files: readonly string[],
  tally: Tally,
  progress: Progress,
): AsyncGenerator<SourceStatement> {
  for (const file of files) {
    const texts = readStatementFile(file, (sizeBytes) => progress.advance(sizeBytes));
    for await (const { line, text } of texts) {
      const identified = identify(text);
      if (identified === null) tally.refuse(file, line, 'is not a JSON object');
      else yield { file, line, text: identified };
    }
  }
}

/**
 * The statement with an id. It is given here, so that a request repeated after a lost connection is
 * known again; and written into the text, since parsing and writing anew would change numbers. Null
 * when the text is no JSON object.
 */
function identify(text: string): string | null {
  let statement: unknown;
  try {
    statement = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (!isObject(statement)) return null;
  if (Object.hasOwn(statement, 'id')) return text;
  const comma = Object.keys(statement).length === 0 ? '' : ',';
  return text.replace('{', `{"id":"${randomUUID()}"${comma}`);
}

async function* cutBatches(
  statements: AsyncIterable<SourceStatement>,
): AsyncGenerator<readonly SourceStatement[]> {
  let batch: SourceStatement[] = [];
  let characters = 0;
  for await (const statement of statements) {
    const isFull = batch.length === BATCH_STATEMENTS;
    if (batch.length > 0 && (isFull || characters + statement.text.length > BATCH_CHARACTERS)) {
      yield batch;
      [batch, characters] = [[], 0];
    }
    batch.push(statement);
    characters += statement.text.length;
  }
  if (batch.length > 0) yield batch;
}

interface BatchFault {
  readonly index: number | null;
  readonly reason: string;
}

/** Posts a batch; an empty list when it is stored, else why not. */
async function postBatch(
  connection: Connection,
  xapiVersion: string,
  batch: readonly SourceStatement[],
): Promise<readonly BatchFault[]> {
  const answer = await send(connection, {
    method: 'POST',
    path: '/xapi/statements',
    headers: { 'Content-Type': 'application/json', 'X-Experience-API-Version': xapiVersion },
    body: `[${batch.map(({ text }) => text).join(',')}]`,
  });
  if (answer.status === 200) return [];
  const { message, violations } = refusalOf(answer);
  if (violations.length === 0) return [{ index: null, reason: message }];
  return violations.map((violation) => {
    const [, index, path = ''] = /^\/(\d+)(.*)$/.exec(violation.path) ?? [];
    const at = index === undefined ? violation.path : path;
    return {
      index: index === undefined ? null : Number(index),
      reason: `${at === '' ? '' : `${at}: `}${violation.message}`,
    };
  });
}

class Tally {
  readonly #report: Report;
  #stored = 0;
  #refused = 0;
  #shown = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  add(batch: readonly SourceStatement[], faults: readonly BatchFault[]): void {
    if (faults.length === 0) {
      this.#stored += batch.length;
      return;
    }
    this.#refused += batch.length;
    for (const { index, reason } of faults) {
      const culprit = batch[index ?? 0];
      this.#show(culprit === undefined ? reason : `${culprit.file}:${culprit.line}: ${reason}`);
    }
    const [first, last] = [batch[0], batch.at(-1)];
    if (first === undefined || last === undefined) return;
    this.#show(
      `${first.file}:${first.line} to ${last.file}:${last.line}: none of this batch of ${batch.length} was stored; correct it and import it again.`,
    );
  }

  refuse(file: string, line: number, reason: string): void {
    this.#refused += 1;
    this.#show(`${file}:${line}: ${reason}`);
  }

  #show(text: string): void {
    this.#shown += 1;
    if (this.#shown <= MAX_SHOWN_PROBLEMS) this.#report.problem(text);
    if (this.#shown === MAX_SHOWN_PROBLEMS)
      this.#report.problem('More is wrong; it is counted, and not shown.');
  }

  outcome(): ImportOutcome {
    return { stored: this.#stored, refused: this.#refused };
  }
}
