import { PraxisError } from './errors.ts';

/** One part of a multipart/mixed body. */
export interface Part {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** As it arrives: can be read once, and only before the next part is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** A part is cheap to send and each costs a look-up: more than any statement batch has attachments. */
const MAX_PARTS = 1_000;
const MAX_HEADER_BYTES = 16_384;
const CRLF = '\r\n';

/**
 * The parts of a multipart/mixed body (RFC 2046 §5.1) while it arrives; `contentType` is the request's
 * header whole. No more is held than a chunk, and no more is asked for than is read. Lenient where real
 * clients stray and nothing is lost: an empty line before the first boundary, `Name:value` without a
 * space, no line end after the last boundary. Throws MALFORMED otherwise.
 */
export async function* readMultipart(
  contentType: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Part> {
  const boundary = boundaryOf(contentType);
  const delimiter = Buffer.from(`${CRLF}--${boundary}`);
  // The first delimiter may start the body; a line end before it makes it one like the others.
  const source = new ByteSource(body, Buffer.from(CRLF));
  await skip(source.readUntil(delimiter, `the boundary --${boundary} is not in the body`));
  for (let count = 0; !(await source.startsWith('--')); count += 1) {
    if (count === MAX_PARTS) throw malformed(`it has more than ${MAX_PARTS} parts`);
    // Only padding may stand between a delimiter and the end of its line (RFC 2046 §5.1.1).
    if (!/^[ \t]*$/.test(await source.readLine()))
      throw malformed('a boundary is not alone on its line');
    const headers = await readHeaders(source);
    const content = source.readUntil(delimiter, `the closing boundary --${boundary}-- is missing`);
    // Without `return`: who stops half way through a part must not stop us from reading past it.
    yield { headers, content: { [Symbol.asyncIterator]: () => ({ next: () => content.next() }) } };
    await skip(content);
  }
}

function boundaryOf(contentType: string): string {
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined)
    throw malformed('the Content-Type names no boundary of 1 to 70 characters');
  return boundary;
}

/** Up to the empty line that ends them, and past it. */
async function readHeaders(source: ByteSource): Promise<ReadonlyMap<string, string>> {
  const headers = new Map<string, string>();
  let sizeBytes = 0;
  let last = '';
  for (let line = await source.readLine(); line !== ''; line = await source.readLine()) {
    sizeBytes += line.length;
    if (sizeBytes > MAX_HEADER_BYTES) throw malformed('a part has too many headers');
    const colon = line.indexOf(':');
    // A long header may go on in the next line (RFC 5322 §2.2.3).
    if (/^[ \t]/.test(line) && last !== '')
      headers.set(last, `${headers.get(last) ?? ''} ${line.trim()}`.trim());
    else if (colon < 1) throw malformed(`${JSON.stringify(line)} is no header`);
    else {
      last = line.slice(0, colon).trim().toLowerCase();
      headers.set(last, line.slice(colon + 1).trim());
    }
  }
  return headers;
}

/** Bytes that arrive in chunks, read by what ends them. */
class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #buffer: Buffer;

  constructor(chunks: AsyncIterable<Uint8Array>, start: Buffer) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#buffer = start;
  }

  /** Up to `mark`, and past it. */
  async *readUntil(mark: Buffer, ifMissing: string): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#buffer.indexOf(mark);
      // Without it: the end of what is here may be its beginning.
      const sure = at === -1 ? Math.max(0, this.#buffer.length - mark.length + 1) : at;
      const found = this.#buffer.subarray(0, sure);
      this.#buffer = this.#buffer.subarray(at === -1 ? sure : at + mark.length);
      if (found.length > 0) yield found;
      if (at !== -1) return;
      if (!(await this.#fill())) throw malformed(ifMissing);
    }
  }

  /** Without the CRLF that ends it. */
  async readLine(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf(CRLF);
      if (end > MAX_HEADER_BYTES || (end === -1 && this.#buffer.length > MAX_HEADER_BYTES))
        throw malformed(`a line of a part's head is longer than ${MAX_HEADER_BYTES} bytes`);
      if (end !== -1) {
        const line = this.#buffer.toString('latin1', 0, end);
        this.#buffer = this.#buffer.subarray(end + CRLF.length);
        return line;
      }
      if (!(await this.#fill()))
        throw malformed('a part has no empty line between its headers and its content');
    }
  }

  async startsWith(text: string): Promise<boolean> {
    while (this.#buffer.length < text.length && (await this.#fill()));
    return this.#buffer.toString('latin1', 0, text.length) === text;
  }

  /** False at the end. */
  async #fill(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#buffer = Buffer.concat([this.#buffer, next.value]);
    return true;
  }
}

/** Reads to the end and drops what it reads. */
export async function skip(content: AsyncGenerator<Uint8Array>): Promise<void> {
  while ((await content.next()).done !== true);
}

function malformed(reason: string): PraxisError {
  return new PraxisError('MALFORMED', `The body is not valid multipart/mixed: ${reason}.`);
}

/** The head of a part, from its delimiter to the empty line; the content and then a line end follow. */
export function writePartHead(boundary: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}${CRLF}`);
  return `--${boundary}${CRLF}${lines.join('')}${CRLF}`;
}

export function writeClosing(boundary: string): string {
  return `--${boundary}--${CRLF}`;
}
