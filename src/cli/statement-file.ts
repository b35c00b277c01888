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
 * file begins with. They come as they are read, some at a time; nothing else is held, so that files may
 * be of any size.
 */
export async function* readStatementFile(
  path: string,
  onRead: (sizeBytes: number) => void,
): AsyncGenerator<readonly StatementText[]> {
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

async function* splitStatements(
  texts: AsyncGenerator<string>,
): AsyncGenerator<readonly StatementText[]> {
  let head = '';
  let next = await texts.next();
  while (next.done !== true) {
    head += next.value;
    if (head.trim() !== '') break;
    next = await texts.next();
  }
  const splitter = head.trimStart().startsWith('[') ? new ArraySplitter() : new LineSplitter();
  yield splitter.add(head);
  for await (const text of texts) yield splitter.add(text);
  yield splitter.end();
}

interface Splitter {
  /** What `text`, the next piece of the file, brings to its end. */
  add(text: string): readonly StatementText[];
  /** What the end of the file brings to its end. */
  end(): readonly StatementText[];
}

class LineSplitter implements Splitter {
  #rest = '';
  #line = 0;

  add(text: string): readonly StatementText[] {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    return this.#number(lines);
  }

  end(): readonly StatementText[] {
    return this.#number([this.#rest]);
  }

  #number(lines: readonly string[]): readonly StatementText[] {
    const found: StatementText[] = [];
    for (const each of lines) {
      this.#line += 1;
      const text = each.trim();
      if (text !== '') found.push({ line: this.#line, text });
    }
    return found;
  }
}

/** Cuts an array into its elements by brackets and strings alone; whether an element is JSON shows later. */
class ArraySplitter implements Splitter {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 1;
  #piece = '';
  #pieceLine = 1;

  add(text: string): readonly StatementText[] {
    const found: StatementText[] = [];
    let from = 0;
    for (let index = 0; index < text.length; index += 1) {
      const letter = text[index];
      if (letter === '\n') this.#line += 1;
      if (this.#inString) this.#passThrough(letter);
      else if (letter === '"') this.#inString = true;
      else if (letter === '{' || letter === '[') {
        this.#depth += 1;
        if (this.#depth === 1) [from, this.#pieceLine] = [index + 1, this.#line];
      } else if (letter === '}' || letter === ']' || (letter === ',' && this.#depth === 1)) {
        if (letter !== ',') this.#depth -= 1;
        if (letter !== ',' && this.#depth > 0) continue;
        this.#piece += text.slice(from, index);
        found.push(...this.#take());
        from = index + 1;
      }
    }
    this.#piece += text.slice(from);
    return found;
  }

  end(): readonly StatementText[] {
    // What is missing at the end is put where its reader will stumble over it.
    if (this.#depth > 0) this.#piece += ' [';
    return this.#take();
  }

  #passThrough(letter: string | undefined): void {
    if (this.#escaped) this.#escaped = false;
    else if (letter === '\\') this.#escaped = true;
    else if (letter === '"') this.#inString = false;
  }

  #take(): readonly StatementText[] {
    const text = this.#piece.trimStart();
    const blank = this.#piece.slice(0, this.#piece.length - text.length);
    const line = this.#pieceLine + blank.split('\n').length - 1;
    [this.#piece, this.#pieceLine] = ['', this.#line];
    return text === '' ? [] : [{ line, text: text.trimEnd() }];
  }
}
