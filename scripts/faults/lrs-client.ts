import type { FoundStatement } from './ledger.ts';

export const CREDENTIAL = { key: 'faults', secret: 'a-secret-for-fault-runs' } as const;
export const MARK = 'https://praxis.example/faults/mark';

const HEADERS = {
  Authorization: `Basic ${Buffer.from(`${CREDENTIAL.key}:${CREDENTIAL.secret}`).toString('base64')}`,
  'X-Experience-API-Version': '1.0.3',
  'Content-Type': 'application/json',
};
const TIMEOUT_MS = 60_000;

interface StoredText {
  readonly id: string;
  readonly stored: string;
  readonly context: { readonly extensions: Readonly<Record<string, string>> };
}

/** Throws TypeError when the server is not there, or dies before it answers. */
export function callServer(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, headers: HEADERS, signal: AbortSignal.timeout(TIMEOUT_MS) });
}

/** All that is stored, by walking every page; and what that walk itself found wrong. */
export async function readStored(
  url: string,
  ids: ReadonlySet<string>,
): Promise<{ stored: Map<string, FoundStatement>; faults: string[] }> {
  const stored = new Map<string, FoundStatement>();
  const faults: string[] = [];
  let last = '';
  let path = '/xapi/statements?ascending=true&limit=500';
  while (path !== '') {
    const page = await readJson<{ statements: StoredText[]; more: string }>(url + path);
    for (const statement of page.statements) {
      if (stored.has(statement.id)) faults.push(`twice: ${statement.id}`);
      if (statement.stored <= last) faults.push(`out of order: ${statement.id}`);
      last = statement.stored;
      stored.set(statement.id, { mark: markOf(statement), voided: false });
    }
    path = page.more;
  }
  // What the list does not show is voided, or not there.
  const hidden = [...ids].filter((id) => !stored.has(id));
  const readers = Array.from({ length: 16 }, async () => {
    for (let id = hidden.pop(); id !== undefined; id = hidden.pop()) {
      const statement = await findVoided(url, id);
      if (statement !== null) stored.set(id, { mark: markOf(statement), voided: true });
      else if ((await callServer(`${url}/xapi/statements?statementId=${id}`)).status !== 404)
        faults.push(`unlisted: ${id} is found by its id and in no list`);
    }
  });
  await Promise.all(readers);
  return { stored, faults };
}

async function findVoided(url: string, id: string): Promise<StoredText | null> {
  const response = await callServer(`${url}/xapi/statements?voidedStatementId=${id}`);
  const text = await response.text();
  if (response.status === 404) return null;
  if (response.status !== 200)
    throw new Error(`voidedStatementId answered ${response.status}: ${text}`);
  return JSON.parse(text) as StoredText;
}

function markOf({ context }: StoredText): string {
  return context.extensions[MARK] ?? '';
}

export async function readJson<Body>(url: string, init?: RequestInit): Promise<Body> {
  const response = await callServer(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as Body;
}
