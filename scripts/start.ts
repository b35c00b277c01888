/**
 * `npm start`: the server on the embedded store, with the demo organisation in it, for someone who has
 * just met Praxis. What runs in production is `praxis serve`; this adds a credential that it can show
 * again at the next start, the demo data, and a browser window.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import open from 'open';
import { makeSecret } from '../src/auth/secret.ts';
import { describeStartFailure, startServer, type RunningServer } from '../src/main.ts';
import { readConfig } from '../src/config.ts';

interface DemoCredential {
  readonly key: string;
  readonly secret: string;
}

const dataDir = process.env['DATA_DIR'] ?? join('data', 'demo');
const loadedMarker = join(dataDir, 'demo-loaded');

/** Kept in a file only its owner may read: this is a demo on one machine, and a lost key would end it. */
function readDemoCredential(): DemoCredential {
  const { ADMIN_KEY: key, ADMIN_SECRET: secret } = process.env;
  if (key !== undefined && secret !== undefined) return { key, secret };
  const path = join(dataDir, 'demo-credential.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as DemoCredential;
  mkdirSync(dataDir, { recursive: true });
  const made = { key: `demo-${randomBytes(3).toString('hex')}`, secret: makeSecret() };
  writeFileSync(path, JSON.stringify(made), { mode: 0o600 });
  return made;
}

/** In a process of its own, over HTTP, like anybody's data. */
async function loadDemo(url: string, { key, secret }: DemoCredential): Promise<boolean> {
  const loader = spawn(
    process.execPath,
    [join(import.meta.dirname, 'demo', 'main.ts'), '--url', url],
    {
      stdio: 'inherit',
      env: { ...process.env, PRAXIS_KEY: key, PRAXIS_SECRET: secret },
    },
  );
  const status = await new Promise((resolve) => loader.once('exit', resolve));
  return status === 0;
}

function announce(url: string, { key, secret }: DemoCredential): void {
  const strong = (text: string): string => styleText('bold', text);
  console.log(`
  Praxis LRS runs at ${strong(url)}

    Dashboard   ${url}   (sign in with the key and the secret)
    GraphQL     ${url}/graphql
    xAPI        ${url}/xapi
    Key         ${strong(key)}
    Secret      ${strong(secret)}
    Data        ${dataDir}   (delete it to start over)

  Ctrl-C stops it.
`);
}

/** Signs the browser in; what follows `#` stays in it, and the page takes it out of the address. */
function linkWith(url: string, credential: DemoCredential): string {
  return `${url}/#${new URLSearchParams({ ...credential }).toString()}`;
}

async function main(): Promise<void> {
  const credential = readDemoCredential();
  let server: RunningServer;
  try {
    const config = readConfig({
      LOG_LEVEL: 'warn',
      ...process.env,
      DATA_DIR: dataDir,
      ADMIN_KEY: credential.key,
      ADMIN_SECRET: credential.secret,
    });
    server = await startServer(config);
  } catch (error) {
    console.error(describeStartFailure(error));
    process.exitCode = 1;
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void server.close());
  void server.failed.then((error) => {
    console.error(`The store failed: ${error.message}`);
    process.exit(1);
  });

  announce(server.url, credential);
  if (!existsSync(loadedMarker)) {
    if (await loadDemo(server.url, credential))
      writeFileSync(loadedMarker, `${new Date().toISOString()}\n`);
    else
      console.error(
        'The demo data is not all in; the server runs. Start again to go on loading it.',
      );
  }
  if (process.stdout.isTTY && process.env['CI'] === undefined)
    await open(linkWith(server.url, credential));
}

await main();
