import { createHash } from 'node:crypto';
import { request as openRequest, type ClientRequest } from 'node:http';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Test } from 'supertest';
import { STATEMENTS, type TestServer } from './server.ts';

/** Multipart bodies as clients write them and answers as clients read them, apart from the product's own code. */
export interface SentPart {
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Buffer | string;
}

export interface ReceivedPart {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Buffer;
}

const CRLF = '\r\n';
export const BOUNDARY = 'a-boundary';

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function jsonPart(value: unknown): SentPart {
  return { headers: { 'Content-Type': 'application/json' }, content: JSON.stringify(value) };
}

/** The part that carries an attachment; `headers` replace, and leave out where undefined. */
export function bytesPart(
  content: Buffer | string,
  headers: Readonly<Record<string, string | undefined>> = {},
): SentPart {
  const all = {
    'Content-Type': 'application/octet-stream',
    'Content-Transfer-Encoding': 'binary',
    'X-Experience-API-Hash': sha256(content),
    ...headers,
  };
  const given = Object.entries(all).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return { headers: Object.fromEntries(given), content };
}

export function writeBody(parts: readonly SentPart[], boundary = BOUNDARY): Buffer {
  const written = parts.map(({ headers, content }) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}${CRLF}`);
    const head = `--${boundary}${CRLF}${lines.join('')}${CRLF}`;
    return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(CRLF)]);
  });
  return Buffer.concat([...written, Buffer.from(`--${boundary}--${CRLF}`)]);
}

/** What an attachment declares in a statement; `members` replace. */
export function declare(
  content: Buffer | string,
  members: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    usageType: 'https://example.org/usage/certificate',
    display: { en: 'Certificate' },
    contentType: 'application/octet-stream',
    length: Buffer.byteLength(content),
    sha2: sha256(content),
    ...members,
  };
}

export function sendMultipart(
  request: Test,
  body: Buffer,
  type = `multipart/mixed; boundary=${BOUNDARY}`,
): Test {
  // superagent would take a Buffer apart that has no type it knows.
  return request
    .set('Content-Type', type)
    .serialize((sent) => sent)
    .send(body);
}

/** The parts of an answer, which must be multipart/mixed as RFC 2046 §5.1 has it, to the byte. */
export async function receiveParts(request: Test): Promise<readonly ReceivedPart[]> {
  const { status, headers, body } = await request.buffer(true).parse((response, done) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer | string) => chunks.push(Buffer.from(chunk)));
    response.on('end', () => done(null, Buffer.concat(chunks)));
  });
  if (status !== 200 || !Buffer.isBuffer(body)) throw new Error(`answered ${status}`);
  const boundary = /^multipart\/mixed; boundary=([\w-]{1,70})$/.exec(
    headers['content-type'] ?? '',
  )?.[1];
  if (boundary === undefined) throw new Error(`no boundary: ${headers['content-type']}`);
  const text = body.toString('latin1');
  const [preamble, ...pieces] = `${CRLF}${text}`.split(`${CRLF}--${boundary}`);
  if (preamble !== '' || pieces.pop() !== `--${CRLF}`) throw new Error('something stands outside');
  return pieces.map((piece) => {
    const end = piece.indexOf(CRLF + CRLF);
    const lines = piece.slice(CRLF.length, end).split(CRLF);
    const pairs = lines.map((line) => {
      const [name = '', value = ''] = line.split(/: (.*)/);
      return [name.toLowerCase(), value];
    });
    const content = Buffer.from(piece.slice(end + 2 * CRLF.length), 'latin1');
    return { headers: Object.fromEntries(pairs), content };
  });
}

/** A POST of a multipart body, to be written to. */
export function openUpload(
  { url, admin }: Pick<TestServer, 'url' | 'admin'>,
  headers: Readonly<Record<string, string>> = {},
): ClientRequest {
  return openRequest(`${url}${STATEMENTS}`, {
    method: 'POST',
    auth: `${admin.key}:${admin.secret}`,
    headers: {
      'X-Experience-API-Version': '1.0.3',
      'Content-Type': `multipart/mixed; boundary=${BOUNDARY}`,
      ...headers,
    },
  });
}

/** POSTs a multipart body as its chunks come, and does not wait for the end of it to read the answer. */
export async function upload(
  server: Pick<TestServer, 'url' | 'admin'>,
  chunks: AsyncIterable<Buffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | undefined; readonly body: unknown }> {
  const request = openUpload(server, headers);
  const answered = new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      json(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
  });
  await Promise.race([answered, pipeline(Readable.from(chunks), request)]);
  return answered;
}
