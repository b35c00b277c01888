import { Ajv, type ErrorObject } from 'ajv';

/**
 * Every setting, its default and its meaning: the only place that reads the environment. The reference
 * in the docs and the line a wrong value stops the start with both come from this table.
 */
export const SETTINGS = {
  PORT: {
    type: 'integer',
    minimum: 0,
    maximum: 65535,
    default: 8080,
    description: 'Port to listen on; 0 takes a free one.',
  },
  OPERATIONS_PORT: {
    type: 'integer',
    minimum: 0,
    maximum: 65535,
    description:
      'Port for /health, /ready and /metrics alone, which PORT then does not answer; PORT answers them when absent.',
  },
  HOST: {
    type: 'string',
    minLength: 1,
    default: '127.0.0.1',
    description: 'Address to listen on; a container sets 0.0.0.0.',
  },
  PUBLIC_URL: {
    type: 'string',
    pattern: '^https?://[^/?#]+$',
    default: 'http://localhost:8080',
    description:
      'Where clients reach this server, without a path. Part of every statement’s authority: set it before the first statement, and leave it.',
  },
  DATA_DIR: {
    type: 'string',
    minLength: 1,
    default: './data',
    description: 'Folder of the embedded store and of the warehouse.',
  },
  STORE: {
    enum: ['sqlite', 'mongodb'],
    default: 'sqlite',
    description: 'Which store keeps the statements.',
  },
  MONGODB_URI: {
    type: 'string',
    pattern: '^mongodb(\\+srv)?://.+',
    description: 'Where MongoDB is; its database, `praxis` when it names none.',
  },
  ADMIN_KEY: {
    type: 'string',
    pattern: '^[^:]{3,200}$',
    description: 'Key of the first credential; made and printed once when absent.',
  },
  ADMIN_SECRET: {
    type: 'string',
    minLength: 12,
    maxLength: 200,
    description: 'Secret of the first credential, at least 12 characters.',
  },
  JWT_ISSUER: {
    type: 'string',
    pattern: '^https?://[^\\s?#|"<>{}\\\\^`]+$',
    description:
      'Issuer (`iss`) of the Bearer tokens that are accepted: an http or https URL, since it becomes the homePage of the authority.',
  },
  JWT_AUDIENCE: {
    type: 'string',
    minLength: 1,
    description: 'Audience (`aud`) that a Bearer token must name.',
  },
  JWKS_URI: {
    type: 'string',
    pattern: '^https?://[^\\s#]+$',
    description:
      'Where the issuer publishes its keys (RS256 to RS512, ES256 to ES512). Plain http only where the network is trusted: who answers there can sign.',
  },
  JWT_SECRET: {
    type: 'string',
    minLength: 32,
    description: 'Secret shared with the issuer (HS256), at least 32 characters; or JWKS_URI.',
  },
  MIN_GROUP_SIZE: {
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    default: 5,
    description: 'A slice that counts fewer people than this is suppressed.',
  },
  QUERY_TIMEOUT_SECONDS: {
    type: 'integer',
    minimum: 1,
    maximum: 3600,
    default: 30,
    description: 'A report that takes longer is stopped; a long one over BI, each part of it.',
  },
  REPORTS_AT_ONCE: {
    type: 'integer',
    minimum: 1,
    maximum: 64,
    default: 2,
    description: 'Reports that ask the warehouse at the same time; the others wait.',
  },
  REPORTS_WAITING: {
    type: 'integer',
    minimum: 0,
    maximum: 10000,
    default: 50,
    description: 'Reports that may wait; one more is answered 503 with Retry-After.',
  },
  WAREHOUSE_MEMORY_MB: {
    type: 'integer',
    minimum: 256,
    maximum: 1048576,
    description:
      'Memory of the warehouse in MiB, beyond which a report spills to disk; 40 % of the machine when absent. While rules are read again there are two.',
  },
  WAREHOUSE_THREADS: {
    type: 'integer',
    minimum: 1,
    maximum: 1024,
    description: 'Threads that a report takes; one a core when absent.',
  },
  MAX_BODY_BYTES: {
    type: 'integer',
    minimum: 1024,
    maximum: 268435456,
    default: 8388608,
    description: 'Largest xAPI request body, after inflating; of a multipart body, its statements.',
  },
  MAX_ATTACHMENT_BYTES: {
    type: 'integer',
    minimum: 1024,
    maximum: 1099511627776,
    default: 1073741824,
    description:
      'Largest multipart body, the attachments of one request together, after inflating.',
  },
  MAX_IDLE_SECONDS: {
    type: 'integer',
    minimum: 1,
    maximum: 3600,
    default: 60,
    description:
      'A client that sends or takes an attachment, and stands still so long, is cut off.',
  },
  LOG_LEVEL: {
    enum: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    description: 'Least severe level that is logged.',
  },
} as const;

export interface Config {
  readonly PORT: number;
  readonly OPERATIONS_PORT?: number;
  readonly HOST: string;
  readonly PUBLIC_URL: string;
  readonly DATA_DIR: string;
  readonly STORE: 'sqlite' | 'mongodb';
  readonly MONGODB_URI?: string;
  readonly ADMIN_KEY?: string;
  readonly ADMIN_SECRET?: string;
  readonly JWT_ISSUER?: string;
  readonly JWT_AUDIENCE?: string;
  readonly JWKS_URI?: string;
  readonly JWT_SECRET?: string;
  readonly MIN_GROUP_SIZE: number;
  readonly QUERY_TIMEOUT_SECONDS: number;
  readonly REPORTS_AT_ONCE: number;
  readonly REPORTS_WAITING: number;
  readonly WAREHOUSE_MEMORY_MB?: number;
  readonly WAREHOUSE_THREADS?: number;
  readonly MAX_BODY_BYTES: number;
  readonly MAX_ATTACHMENT_BYTES: number;
  readonly MAX_IDLE_SECONDS: number;
  readonly LOG_LEVEL: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** Shown in no message: they are secrets, or can hold one. */
const SECRET_SETTINGS = ['ADMIN_SECRET', 'JWT_SECRET', 'MONGODB_URI'];

/** The CLI's own, see src/cli. */
const OTHER_PROGRAMS = ['PRAXIS_URL', 'PRAXIS_KEY', 'PRAXIS_SECRET'];

const validate = new Ajv({
  coerceTypes: true,
  useDefaults: true,
  removeAdditional: true,
  strict: false,
}).compile<Config>({ type: 'object', additionalProperties: false, properties: SETTINGS });

/** A setting is wrong. The message is one line that names the setting and what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the settings from an environment; throws ConfigError for a wrong or a misspelt one. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  refuseUnknown(env);
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(SETTINGS)) {
    // An empty variable is how compose files and CI say "not set".
    if (env[name] !== undefined && env[name] !== '') values[name] = env[name];
  }
  if (values['PUBLIC_URL'] === undefined && values['PORT'] !== undefined)
    values['PUBLIC_URL'] = `http://localhost:${env['PORT'] ?? ''}`;
  if (!validate(values)) throw new ConfigError(describe(validate.errors?.[0], values));
  if ((values.ADMIN_KEY === undefined) !== (values.ADMIN_SECRET === undefined))
    throw new ConfigError('ADMIN_KEY and ADMIN_SECRET go together: set both, or neither.');
  if (values.STORE === 'mongodb' && values.MONGODB_URI === undefined)
    throw new ConfigError(
      'STORE=mongodb needs MONGODB_URI, e.g. mongodb://localhost:27017/praxis.',
    );
  checkTokenSettings(values);
  return values;
}

function checkTokenSettings(config: Config): void {
  const { JWT_ISSUER, JWT_AUDIENCE, JWKS_URI, JWT_SECRET } = config;
  const given = [JWT_ISSUER, JWT_AUDIENCE, JWKS_URI ?? JWT_SECRET];
  if (given.every((value) => value === undefined)) return;
  if (JWKS_URI !== undefined && JWT_SECRET !== undefined)
    throw new ConfigError(
      'JWKS_URI and JWT_SECRET exclude each other: a token is signed with published keys, or with a shared secret.',
    );
  if (given.includes(undefined))
    throw new ConfigError(
      'Bearer tokens need JWT_ISSUER, JWT_AUDIENCE, and one of JWKS_URI and JWT_SECRET: set all three, or none.',
    );
  if (JWT_ISSUER === config.PUBLIC_URL)
    throw new ConfigError(
      'JWT_ISSUER must not be PUBLIC_URL: the subject of a token could then pass for the key of a credential.',
    );
}

function refuseUnknown(env: Readonly<Record<string, string | undefined>>): void {
  const known = Object.keys(SETTINGS);
  for (const name of Object.keys(env)) {
    if (known.includes(name) || OTHER_PROGRAMS.includes(name)) continue;
    const meant = known.find((candidate) => isMisspelling(name, candidate));
    if (meant !== undefined)
      throw new ConfigError(`${name} is no setting; did you mean ${meant}? Rename it or unset it.`);
    if (name.startsWith('PRAXIS_'))
      throw new ConfigError(`${name} is no setting. Known: ${known.join(', ')}.`);
  }
}

/**
 * The environment is full of other programs' variables, so only a near miss can be told from a
 * stranger: the same letters but for case, underscores or one wrong letter.
 */
function isMisspelling(name: string, known: string): boolean {
  const bare = (text: string): string => text.toUpperCase().replaceAll('_', '');
  const [a, b] = [bare(name), bare(known)];
  if (a === b) return true;
  if (b.length < 7 || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return Math.max(a.length, b.length) - start - end <= 1;
}

interface Setting {
  readonly description: string;
  readonly enum?: readonly string[];
}

function describe(error: ErrorObject | undefined, values: Record<string, unknown>): string {
  const name = error?.instancePath.slice(1) ?? '';
  const setting: Setting | undefined = Object.entries<Setting>(SETTINGS).find(
    ([known]) => known === name,
  )?.[1];
  const allowed =
    setting?.enum === undefined ? error?.message : `must be ${setting.enum.join(' or ')}`;
  const shown = SECRET_SETTINGS.includes(name) ? '' : `, is ${JSON.stringify(values[name])}`;
  return `${name} ${allowed ?? 'is wrong'}${shown}. ${setting?.description ?? ''}`;
}
