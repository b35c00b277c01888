/**
 * The ceiling of HTTP: Express answering the same requests and doing nothing for them.
 *
 * - `POST /xapi/statements`: reads the body, parses the JSON, answers the ids that are in it. It checks
 *   no credential, validates nothing and stores nothing.
 * - `POST /unparsed`: reads the body and answers a constant.
 * - `GET /page/N`: answers N bytes, made in advance.
 */
import type { AddressInfo } from 'node:net';
import express from 'express';
import { serveJobs } from './jobs.ts';

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(express.raw({ type: () => true, limit: 64 * 1024 * 1024 }));

app.post('/xapi/statements', (request, response) => {
  const body = JSON.parse((request.body as Buffer).toString('utf8')) as
    { id: string } | { id: string }[];
  response.json(Array.isArray(body) ? body.map(({ id }) => id) : [body.id]);
});

app.post('/unparsed', (_request, response) => {
  response.json(['00000000-0000-4000-8000-000000000000']);
});

const pages = new Map<string, string>();
app.get('/page/:bytes', (request, response) => {
  const { bytes } = request.params;
  const page = pages.get(bytes) ?? JSON.stringify('x'.repeat(Number(bytes) - 2));
  pages.set(bytes, page);
  response.type('application/json').send(page);
});

const server = app.listen(0, '127.0.0.1');
const listening = new Promise<string>((resolve) => {
  server.once('listening', () =>
    resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  );
});

serveJobs(() => listening);
