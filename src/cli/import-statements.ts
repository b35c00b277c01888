import { createHash } from 'node:crypto';
import { isObject, send, type ClientAnswer, type Connection } from './client.ts';
import { deliver, type Refused } from './deliver.ts';
import { CliError } from './exit.ts';
import { BEFORE_ALL, ImportProgress, type Position } from './import-progress.ts';
import type { InputFile } from './input-files.ts';
import type { Reject } from './reject-file.ts';
import { MAX_SHOWN_PROBLEMS, NO_PROGRESS, type Progress, type Report } from './report.ts';
import { readStatementFile, type StatementText } from './statement-file.ts';

export interface StatementImportOptions {
  readonly connection: Connection;
  readonly files: readonly InputFile[];
  /** The `X-Experience-API-Version` of the requests. */
  readonly xapiVersion: string;
  /** Requests under way at once; 1 keeps the order of the files in the log. */
  readonly inFlight: number;
  /** Without the two endings: where the progress and the rejects are kept. */
  readonly keptAt: string;
  /** Whether what an earlier import left is gone on with. */
  readonly resumes: boolean;
}

/** What came of it; `refused` statements are not stored, and stand in the file `rejects`. */
export interface ImportOutcome {
  readonly stored: number;
  readonly refused: number;
  /** Dealt with by an earlier run that was interrupted, and not sent again. */
  readonly skipped: number;
  readonly rejects: string | null;
}

interface SourceStatement {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  /** With an id, as it is sent; null when `text` is no JSON object. */
  readonly sent: string | null;
  /** Of the import when this one is dealt with. */
  readonly position: Position;
}

const BATCH_STATEMENTS = 500;
/** Half of what a server takes by default. */
const BATCH_CHARACTERS = 4 * 2 ** 20;
const FIRST_ATTEMPTS = 1;

/**
 * Sends the statements of all files. What is refused goes to a file, statement by statement, and stops
 * nothing. Throws CliError when the server stops answering; the next import of the same files then goes on
 * where this one was.
 */
export async function importStatements(
  options: StatementImportOptions,
  report: Report,
): Promise<ImportOutcome> {
  const { connection, files, inFlight } = options;
  // A wrong address shall fail at once, not after all the attempts that a lost connection deserves.
  await send(connection, { method: 'GET', path: '/xapi/about' }, FIRST_ATTEMPTS);
  const { keptAt, resumes } = options;
  const remembered = { url: connection.url, files: files.map(({ path }) => path), keptAt, resumes };
  const kept = await ImportProgress.open(remembered, report);
  const bar = report.startProgress(
    files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    'all bytes',
  );
  const tally = new Tally(report, kept.from.statements);
  const underWay = new Set<Promise<void>>();
  let fatal: unknown = null;

  async function settle(batch: readonly SourceStatement[]): Promise<void> {
    const finish = kept.begin();
    try {
      const refused = await postBatch(options, batch);
      tally.add(batch.length - refused.length, refused);
      await finish(batch.at(-1)?.position ?? kept.from, refused.map(rejectOf));
    } catch (error) {
      fatal ??= error;
    }
  }

  try {
    for await (const batch of cutBatches(readFiles(files, kept.from, bar, report))) {
      if (underWay.size >= inFlight) await Promise.race(underWay);
      if (fatal !== null) break;
      const settling: Promise<void> = settle(batch).finally(() => underWay.delete(settling));
      underWay.add(settling);
    }
  } finally {
    await Promise.all(underWay);
    bar.stop();
  }
  await kept.close(fatal === null);
  if (fatal !== null) throw explainStop(fatal, tally, kept.resumable);
  return tally.outcome(kept.rejectsPath);
}

function explainStop(error: unknown, { stored }: Tally, resumable: boolean): unknown {
  if (!(error instanceof CliError)) return error;
  const next = resumable
    ? 'run the same import again to go on from there'
    : 'import the same again: nothing is stored twice';
  return new CliError(
    error.exitCode,
    `${error.message} ${stored} statements were stored before; when it is mended, ${next}.`,
  );
}

// Reading ---------------------------------------------------------------------------------------

async function* readFiles(
  files: readonly InputFile[],
  from: Position,
  bar: Progress,
  report: Report,
): AsyncGenerator<readonly SourceStatement[]> {
  let before = from;
  for (const [index, { path, sizeBytes }] of files.entries()) {
    if (index < from.file) {
      bar.advance(sizeBytes);
      continue;
    }
    const start = index === from.file ? from : { ...BEFORE_ALL, file: index };
    const first = { ...start, statements: before.statements };
    for await (const part of identifyAll(path, first, bar, report)) {
      before = part.at(-1)?.position ?? before;
      yield part;
    }
  }
}

/**
 * The statements of a file after `from`, with ids. Each statement has a name made of its text and of the
 * name of the one before it (a UUID of version 5, RFC 9562 §5.5). Who has no id of its own is given that:
 * the same file, or the same with more at its end, gives the same ids, and sending it again stores nothing
 * twice; and two statements with the same text in one file stay two. And the name tells, after an
 * interruption, whether the file still begins with what was sent.
 */
async function* identifyAll(
  path: string,
  from: Position,
  bar: Progress,
  report: Report,
): AsyncGenerator<readonly SourceStatement[]> {
  let { statements, ofFile, name } = { ...from, ofFile: 0, name: BEFORE_ALL.name };
  for await (const texts of readStatementFile(path, (sizeBytes) => bar.advance(sizeBytes))) {
    const identified: SourceStatement[] = [];
    for (const found of texts) {
      name = nameAfter(name, found.text);
      ofFile += 1;
      if (ofFile === from.ofFile && name !== from.name) {
        yield* beginAgain(path, from, report);
        return;
      }
      if (ofFile <= from.ofFile) continue;
      statements += 1;
      identified.push(identify(path, found, { file: from.file, ofFile, statements, name }));
    }
    if (identified.length > 0) yield identified;
  }
  if (ofFile < from.ofFile) yield* beginAgain(path, from, report);
}

/** What is stored of it already is not stored twice. */
function beginAgain(
  path: string,
  from: Position,
  report: Report,
): AsyncGenerator<readonly SourceStatement[]> {
  report.note(`${path} has changed since it was interrupted; it is sent from its beginning.`);
  return identifyAll(path, { ...from, ofFile: 0 }, NO_PROGRESS, report);
}

function nameAfter(before: string, text: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(before.replaceAll('-', ''), 'hex'))
    .update(text)
    .digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The id is written into the text, since parsing and writing anew would change numbers. */
function identify(
  file: string,
  { line, text }: StatementText,
  position: Position,
): SourceStatement {
  const statement = parse(text);
  if (!isObject(statement)) return { file, line, text, sent: null, position };
  if (Object.hasOwn(statement, 'id')) return { file, line, text, sent: text, position };
  const comma = Object.keys(statement).length === 0 ? '' : ',';
  const sent = text.replace('{', `{"id":"${position.name}"${comma}`);
  return { file, line, text, sent, position };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function* cutBatches(
  parts: AsyncIterable<readonly SourceStatement[]>,
): AsyncGenerator<readonly SourceStatement[]> {
  let batch: SourceStatement[] = [];
  let characters = 0;
  for await (const part of parts) {
    for (const statement of part) {
      const isFull = batch.length === BATCH_STATEMENTS;
      if (batch.length > 0 && (isFull || characters + statement.text.length > BATCH_CHARACTERS)) {
        yield batch;
        [batch, characters] = [[], 0];
      }
      batch.push(statement);
      characters += statement.text.length;
    }
  }
  if (batch.length > 0) yield batch;
}

// Sending ---------------------------------------------------------------------------------------

async function postBatch(
  { connection, xapiVersion }: StatementImportOptions,
  batch: readonly SourceStatement[],
): Promise<readonly Refused<SourceStatement>[]> {
  const refused = await deliver(
    batch.filter(({ sent }) => sent !== null),
    (statements) => post(connection, xapiVersion, statements),
  );
  const unreadable = batch
    .filter(({ sent }) => sent === null)
    .map((item) => ({ item, reasons: ['is not a JSON object'] }));
  return [...refused, ...unreadable].sort((a, b) => a.item.line - b.item.line);
}

function post(
  connection: Connection,
  xapiVersion: string,
  statements: readonly SourceStatement[],
): Promise<ClientAnswer> {
  const texts = statements.map(({ sent }) => sent ?? '');
  return send(connection, {
    method: 'POST',
    path: '/xapi/statements',
    headers: { 'Content-Type': 'application/json', 'X-Experience-API-Version': xapiVersion },
    // Alone it is no array, so that the server speaks of `/actor` and not of `/0/actor`.
    body: texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(',')}]`,
  });
}

function rejectOf({ item, reasons }: Refused<SourceStatement>): Reject {
  const { file, line, text } = item;
  return { source: { file, line }, reasons, text };
}

class Tally {
  readonly #report: Report;
  readonly #skipped: number;
  #refused = 0;
  #shown = 0;
  stored = 0;

  constructor(report: Report, skipped: number) {
    this.#report = report;
    this.#skipped = skipped;
  }

  add(stored: number, refused: readonly Refused<SourceStatement>[]): void {
    this.stored += stored;
    this.#refused += refused.length;
    for (const { item, reasons } of refused)
      this.#show(`${item.file}:${item.line}: ${reasons.join('; ')}`);
  }

  #show(text: string): void {
    this.#shown += 1;
    if (this.#shown <= MAX_SHOWN_PROBLEMS) this.#report.problem(text);
    if (this.#shown === MAX_SHOWN_PROBLEMS)
      this.#report.problem('What else is refused stands in the file of rejects.');
  }

  outcome(rejects: string | null): ImportOutcome {
    const { stored } = this;
    return { stored, refused: this.#refused, skipped: this.#skipped, rejects };
  }
}
