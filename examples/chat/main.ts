/**
 * Takes the webhooks of Slack (`/slack`) and Teams (`/teams`), and sends what people did there to an LRS.
 * It needs nothing but Node: copy the folder. docs/tools/chat.md says how it is set up.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSignedBySlack, isSignedByTeams } from './signatures.ts';
import {
  readSlack,
  readTeams,
  type Skills,
  type SlackCallback,
  type TeamsMessage,
} from './statements.ts';

interface Answer {
  readonly status: number;
  readonly body: object;
}

const env = process.env;
const skills = JSON.parse(env['SKILLS'] ?? '{}') as Skills;
const MAX_BODY_BYTES = 1_000_000;
const MAX_AGE_SECONDS = 300;
/** Slack waits for three seconds, then sends again. */
const LRS_TIMEOUT_MS = 2_500;

async function takeSlack(request: IncomingMessage, body: string): Promise<Answer> {
  const timestamp = String(request.headers['x-slack-request-timestamp'] ?? '');
  const signature = String(request.headers['x-slack-signature'] ?? '');
  const secret = env['SLACK_SIGNING_SECRET'] ?? '';
  const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) <= MAX_AGE_SECONDS;
  if (secret === '' || !isFresh || !isSignedBySlack(secret, { timestamp, signature }, body))
    return { status: 401, body: { error: 'not signed by Slack within the last five minutes' } };
  const message = JSON.parse(body) as { type: string; challenge?: string };
  if (message.type === 'url_verification')
    return { status: 200, body: { challenge: message.challenge } };
  if (message.type !== 'event_callback') return { status: 200, body: {} };
  const statement = readSlack(message as unknown as SlackCallback, skills);
  return statement === null ? { status: 200, body: {} } : store(statement, {});
}

async function takeTeams(request: IncomingMessage, body: string): Promise<Answer> {
  const token = env['TEAMS_TOKEN'] ?? '';
  if (token === '' || !isSignedByTeams(token, request.headers.authorization ?? '', body))
    return { status: 401, body: { error: 'not signed by Teams' } };
  const statement = readTeams(JSON.parse(body) as TeamsMessage, skills);
  return store(statement, { type: 'message', text: 'Noted.' });
}

/** Answered well only when the statement is kept; else the chat sends again, and nothing is stored twice. */
async function store(statement: object, answer: object): Promise<Answer> {
  const credential = Buffer.from(`${env['LRS_KEY'] ?? ''}:${env['LRS_SECRET'] ?? ''}`);
  const response = await fetch(`${env['LRS_URL'] ?? 'http://localhost:8080'}/xapi/statements`, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${credential.toString('base64')}`,
      'X-Experience-API-Version': '1.0.3',
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(statement),
    signal: AbortSignal.timeout(LRS_TIMEOUT_MS),
  });
  if (response.ok) return { status: 200, body: answer };
  console.error(`The LRS answered ${response.status}: ${await response.text()}`);
  return { status: 502, body: { error: 'the LRS did not take it' } };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const take = { '/slack': takeSlack, '/teams': takeTeams }[request.url ?? ''];
  if (request.method !== 'POST' || take === undefined)
    return { status: 404, body: { error: 'POST /slack or /teams' } };
  try {
    return await take(request, await readText(request));
  } catch (error) {
    console.error(error);
    return { status: 500, body: { error: 'see the log' } };
  }
}

const server = createServer((request, response) => {
  void answer(request).then(({ status, body }) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
});
server.listen(Number(env['PORT'] ?? 3000), env['HOST'] ?? '127.0.0.1', () => {
  const { address, port } = server.address() as AddressInfo;
  console.log(`Listening on http://${address}:${port}`);
});
