import type { Session } from './session.tsx';

/** What the server refused, in its words. */
export class ApiError extends Error {
  readonly status: number;
  readonly violations: readonly Violation[];
  constructor(status: number, message: string, violations: readonly Violation[] = []) {
    super(message);
    this.status = status;
    this.violations = violations;
  }
}

export interface Violation {
  readonly path: string;
  readonly message: string;
}

export interface GraphqlQuery {
  readonly query: string;
  readonly variables: object;
}

const TIMEOUT_MS = 60_000;

/** Sends a request to this server as who is signed in; throws ApiError for what is no success. */
export async function request(
  session: Session,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('Authorization', session.authorization);
  const response = await fetch(path, {
    ...init,
    headers,
    // With cookies or the browser's own credentials a 401 would open its sign-in window over ours.
    credentials: 'omit',
    signal: init.signal ?? AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw await readRefusal(response);
  return response;
}

/** Throws ApiError with what GraphQL answered, when that is an error. */
export async function askGraphql<Data>(
  session: Session,
  { query, variables }: GraphqlQuery,
): Promise<Data> {
  const response = await request(session, '/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as GraphqlAnswer<Data>;
  const [error] = errors ?? [];
  if (error !== undefined || data == null)
    throw new ApiError(response.status, error?.message ?? 'The server answered without data.');
  return data;
}

interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

async function readRefusal(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const { error, errors } = JSON.parse(text) as Refusal;
    const message = error?.message ?? errors?.[0]?.message ?? text;
    return new ApiError(response.status, message, error?.violations);
  } catch {
    return new ApiError(response.status, `${response.status} ${response.statusText}`);
  }
}

interface Refusal {
  readonly error?: { readonly message: string; readonly violations?: readonly Violation[] };
  readonly errors?: readonly { readonly message: string }[];
}
