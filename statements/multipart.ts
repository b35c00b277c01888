import { PraxisError } from './errors.ts';

/** One part of a multipart/mixed body. */
export interface Part {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly content: Buffer;
}

/** A part is cheap to send and each costs a look-up: more than any statement batch has attachments. */
const MAX_PARTS = 1_000;
const MAX_HEADER_BYTES = 16_384;
const CRLF = '\r\n';

/**
 * The parts of a multipart/mixed body (RFC 2046 §5.1). `contentType` is the request's header whole.
 * Lenient where real clients stray and nothing is lost: an empty line before the first boundary,
 * `Name:value` without a space, no line end after the last boundary. Throws MALFORMED otherwise.
 */
export function parseMultipart(contentType: string, body: Buffer): Part[] {
  const delimiter = `--${boundaryOf(contentType)}`;
  const parts: Part[] = [];
  let position = openingOf(body, delimiter);
  while (!isClosing(body, position)) {
    const start = endOfLine(body, position);
    const end = body.indexOf(CRLF + delimiter, start - CRLF.length);
    if (end === -1) throw malformed(`the closing boundary ${delimiter}-- is missing`);
    if (parts.length === MAX_PARTS) throw malformed(`it has more than ${MAX_PARTS} parts`);
    parts.push(parsePart(body.subarray(start, Math.max(start, end))));
    position = end + CRLF.length + delimiter.length;
  }
  return parts;
}

function boundaryOf(contentType: string): string {
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined)
    throw malformed('the Content-Type names no boundary of 1 to 70 characters');
  return boundary;
}

/** Past the first delimiter, which starts the body or a line of it: what comes before is no part. */
function openingOf(body: Buffer, delimiter: string): number {
  if (body.subarray(0, delimiter.length).equals(Buffer.from(delimiter))) return delimiter.length;
  const found = body.indexOf(CRLF + delimiter);
  if (found === -1) throw malformed(`the boundary ${delimiter} is not in the body`);
  return found + CRLF.length + delimiter.length;
}

function isClosing(body: Buffer, position: number): boolean {
  return body.subarray(position, position + 2).toString('latin1') === '--';
}

/** Past the line end after a delimiter; only padding may stand between (RFC 2046 §5.1.1). */
function endOfLine(body: Buffer, position: number): number {
  const end = body.indexOf(CRLF, position);
  if (end === -1 || !/^[ \t]*$/.test(body.toString('latin1', position, end)))
    throw malformed('a boundary is not alone on its line');
  return end + CRLF.length;
}

function parsePart(bytes: Buffer): Part {
  // A part without headers starts with the empty line that ends them.
  if (bytes.subarray(0, CRLF.length).equals(Buffer.from(CRLF)))
    return { headers: new Map(), content: bytes.subarray(CRLF.length) };
  const end = bytes.indexOf(CRLF + CRLF);
  if (end === -1 || end > MAX_HEADER_BYTES)
    throw malformed('a part has no empty line between its headers and its content');
  const headers = new Map<string, string>();
  for (const line of bytes.toString('latin1', 0, end).split(CRLF)) {
    const colon = line.indexOf(':');
    if (colon < 1) throw malformed(`${JSON.stringify(line)} is no header`);
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, content: bytes.subarray(end + 2 * CRLF.length) };
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
