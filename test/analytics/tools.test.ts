import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestServer } from '../http/server.ts';
import { startBiServer, type BiName } from './bi-server.ts';

/** A request as a page of docs/bi says that a tool sends it, and what it must be answered with. */
interface Documented {
  readonly page: string;
  readonly line: string;
  readonly head: readonly string[];
  readonly body: string;
  readonly status: number;
  readonly type: string | undefined;
}

const PAGES = new URL('../../docs/bi/', import.meta.url);

function readPage(page: string): readonly Documented[] {
  const text = readFileSync(new URL(page, PAGES), 'utf8');
  return [...text.matchAll(/^```http (\d+) ?(\S*)\n(.*?)\n```$/gms)].map(
    ([, status, type, request = '']) => {
      const [head = '', body = ''] = request.split('\n\n');
      const [line = '', ...headers] = head.split('\n');
      return { page, line, head: headers, body, status: Number(status), type: type || undefined };
    },
  );
}

// The first page saves what the others ask for.
const pages = readdirSync(PAGES).sort(
  (a, b) => Number(b === 'README.md') - Number(a === 'README.md') || (a < b ? -1 : 1),
);
const documented = pages.flatMap(readPage);

let server: TestServer<BiName>;
beforeAll(async () => {
  server = await startBiServer();
});
afterAll(() => server.close());

/** Sends the very lines, with the host and the credential that the page leaves to its reader. */
function send({ line, head, body }: Documented): Promise<string> {
  const { key, secret } = server.credentials.author;
  const { hostname, port, host } = new URL(server.url);
  const lines = [
    line,
    `Host: ${host}`,
    `Authorization: Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    ...head,
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    'Connection: close',
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('end', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.once('error', reject);
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  });
}

describe('the request that', () => {
  test.each(documented.map((one) => [one.page, one.line, one] as const))(
    '%s says is sent is answered as it says: %s',
    async (_page, _line, one) => {
      const answer = await send(one);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${one.status} `));
      if (one.type !== undefined)
        expect(/^content-type: ([^;\r]+)/im.exec(answer)?.[1]).toBe(one.type);
      if (one.type === 'application/vnd.apache.parquet') expect(answer.endsWith('PAR1')).toBe(true);
    },
  );

  test('every tool has one', () => {
    expect(pages.filter((page) => readPage(page).length === 0)).toEqual([]);
  });
});
