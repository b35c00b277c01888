import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  sleep,
  startServerProcess,
  type ServerProcess,
} from '../../scripts/faults/server-process.ts';

const CREDENTIAL = { ADMIN_KEY: 'admin', ADMIN_SECRET: 'a-secret-for-tests-only' };
const AUTHORIZATION = `Basic ${Buffer.from(Object.values(CREDENTIAL).join(':')).toString('base64')}`;
const COUNT = 1_000;
const TIMEOUT_MS = 60_000;

function send(
  server: ServerProcess,
  path: string,
  {
    headers,
    ...init
  }: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...init,
    headers: {
      Authorization: AUTHORIZATION,
      'X-Experience-API-Version': '1.0.3',
      'Content-Type': 'application/json',
      ...headers,
    },
  });
}

function erase(server: ServerProcess): Promise<Response> {
  return send(server, '/workforce/people/p1?erase=true', { method: 'DELETE' });
}

async function readTexts(server: ServerProcess): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let path = '/xapi/statements?limit=500'; path !== '';) {
    const { statements, more } = (await (await send(server, path)).json()) as {
      readonly statements: readonly object[];
      readonly more?: string;
    };
    texts.push(...statements.map((statement) => JSON.stringify(statement)));
    path = more ?? '';
  }
  return texts;
}

test.each([20, 200])(
  'an erasure that kill -9 ends after %i ms is finished by the next start, or by asking again',
  async (delayMs) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'praxis-erasure-'));
    const settings = { DATA_DIR: dataDir, ...CREDENTIAL };
    let server = await startServerProcess(settings);
    try {
      await send(server, '/workforce/people', {
        method: 'PUT',
        headers: { 'Content-Type': 'text/csv' },
        body: 'id,agents\np1,mailto:ann@example.org\n',
      });
      const statements = Array.from({ length: COUNT }, () => ({
        id: randomUUID(),
        actor: { mbox: 'mailto:ann@example.org', name: 'Ann' },
        verb: { id: 'http://adlnet.gov/expapi/verbs/experienced' },
        object: { id: 'https://example.org/activity' },
      }));
      const stored = await send(server, '/xapi/statements', {
        method: 'POST',
        body: JSON.stringify(statements),
      });
      expect(stored.status).toBe(200);
      const asked = erase(server).then(
        ({ status }) => status,
        () => 'cut off',
      );
      await sleep(delayMs);
      server.killGroup();
      await Promise.all([asked, server.exited]);

      server = await startServerProcess(settings);
      // Done before, or finished here; where the kill came before anything was kept, this is the first time.
      expect([200, 404]).toContain((await erase(server)).status);
      const texts = await readTexts(server);
      expect(texts).toHaveLength(COUNT);
      expect(texts.filter((text) => /ann/i.test(text))).toEqual([]);
      expect((await send(server, '/workforce/people/p1')).status).toBe(404);
    } finally {
      server.killGroup();
      await server.exited;
      await rm(dataDir, { recursive: true, force: true });
    }
  },
  120_000,
);
