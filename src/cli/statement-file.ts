import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CliError, EXIT } from './exit.ts';

/** One statement's JSON text as the file has it, and the line on which it begins, from 1. */
export interface StatementText {
  readonly line: number;
  readonly text: string;
}

export const STDIN = '-';

/**
 * The statements of a file of NDJSON or of one JSON array, gzipped or not; both are told from what the
 * file begins with. Nothing is held but the statement being read, so that files may be of any size.
 */
export async function* readStatementFile(
  path: string,
  onRead: (sizeBytes: number) => void,
): AsyncGenerator<StatementText> {
  try {
    yield* splitStatements(decode(path, inflate(readBytes(path, onRead))));
  } catch (error) {
    throw describeFailure(path, error);
  }
}

/** A file as bytes, inflated when it is gzip. */
export async function readWhole(
  path: string,
  onRead: (sizeBytes: number) => void,
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of inflate(readBytes(path, onRead))) chunks.push(chunk);
  } catch (error) {
    throw describeFailure(path, error);
  }
  return Buffer.concat(chunks);
}

function describeFailure(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  return new CliError(EXIT.usage, `${path} cannot be read: ${error.message}.`);
}

async function* readBytes(
  path: string,
  onRead: (sizeBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const source: AsyncIterable<Uint8Array> = path === STDIN ? process.stdin : createReadStream(path);
  for await (const chunk of source) {
    onRead(chunk.length);
    yield chunk;
  }
}

async function* inflate(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await chunks.next();
  if (first.done === true) return;
  async function* all(): AsyncGenerator<Uint8Array> {
    yield first.value as Uint8Array;
    yield* chunks;
  }
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* all();
    return;
  }
  const gunzip = createGunzip();
  // The callback only keeps the error from being thrown twice: reading `gunzip` throws it.
  pipeline(Readable.from(all()), gunzip, () => undefined);
  yield* gunzip as AsyncIterable<Uint8Array>;
}

async function* decode(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CliError(EXIT.usage, `${path} is not UTF-8; convert it and import it again.`);
  }
}

async function* splitStatements(texts: AsyncGenerator<string>): AsyncGenerator<StatementText> {
  let head = '';
  let next = await texts.next();
  while (next.done !== true) {
    head += next.value;
    if (head.trim() !== '') break;
    next = await texts.next();
  }
  async function* all(): AsyncGenerator<string> {
    yield head;
    yield* texts;
  }
  yield* head.trimStart().startsWith('[') ? splitArray(all()) : splitLines(all());
}

async function* splitLines(texts: AsyncIterable<string>): AsyncGenerator<StatementText> {
  let rest = '';
  let line = 0;
  for await (const text of texts) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const whole of lines) {
      line += 1;
      if (whole.trim() !== '') yield { line, text: whole.trim() };
    }
  }
  if (rest.trim() !== '') yield { line: line + 1, text: rest.trim() };
}

/** Cuts an array into its elements by brackets and strings alone; whether an element is JSON shows later. */
async function* splitArray(texts: AsyncIterable<string>): AsyncGenerator<StatementText> {
  let depth = 0;
  let inString = false;
  let escaped = false;
  let line = 1;
  let piece = '';
  let pieceLine = 1;
  for await (const text of texts) {
    let from = 0;
    for (let index = 0; index < text.length; index += 1) {
      const letter = text[index];
      if (letter === '\n') line += 1;
      if (inString) {
        if (escaped) escaped = false;
        else if (letter === '\\') escaped = true;
        else if (letter === '"') inString = false;
        continue;
      }
      if (letter === '"') inString = true;
      else if (letter === '{' || letter === '[') {
        depth += 1;
        if (depth > 1) continue;
        [from, pieceLine] = [index + 1, line];
      } else if (letter === '}' || letter === ']' || (letter === ',' && depth === 1)) {
        if (letter !== ',') depth -= 1;
        if (letter !== ',' && depth > 0) continue;
        yield* trimPiece(piece + text.slice(from, index), pieceLine);
        [piece, from, pieceLine] = ['', index + 1, line];
      }
    }
    piece += text.slice(from);
  }
  if (depth > 0 || piece.trim() !== '')
    yield { line: pieceLine, text: depth > 0 ? `${piece.trim()} [` : piece.trim() };
}

function* trimPiece(piece: string, line: number): Generator<StatementText> {
  const text = piece.trimStart();
  if (text === '') return;
  const blank = piece.slice(0, piece.length - text.length);
  yield { line: line + blank.split('\n').length - 1, text: text.trimEnd() };
}
