#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { COLLECTIONS, rules } from '../../graphql/workforce/collections.ts';
import { formatInstant } from '../../statements/instant.ts';
import { SCOPES, type Scope } from '../auth/scopes.ts';
import { isObject, refusalOf, send, type Connection } from './client.ts';
import { CliError, EXIT } from './exit.ts';
import { importCollection } from './import-collection.ts';
import { importStatements } from './import-statements.ts';
import { erasePerson } from './erase.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';
import { createReport, paint } from './report.ts';

interface ConnectionOptions {
  readonly url: string;
  readonly key?: string;
  readonly secret?: string;
  readonly json?: true;
}

interface ImportOptions extends ConnectionOptions {
  readonly collection?: string;
  readonly xapiVersion: string;
  readonly inFlight: number;
}

interface CreateKeyOptions extends ConnectionOptions {
  readonly name: string;
  readonly scope: readonly Scope[];
}

const MAX_IN_FLIGHT = 16;
const COLLECTION_NAMES = [...COLLECTIONS, rules].map(({ name }) => name);

const EXIT_CODES = `
Exit codes:
  0  done
  ${EXIT.refused}  something of what was sent was refused; it is listed on stderr
  ${EXIT.usage}  the command, or a file it names, is wrong
  ${EXIT.server}  the server does not answer, or refuses the credential`;

function buildProgram(): Command {
  const program = new Command('praxis')
    .description('The Learning Record Store that shows whether training turned into work.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('Add --help for how it is used.')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  praxis serve
  praxis import statements.ndjson.gz --key KEY --secret SECRET
  praxis import --collection people people.csv
  praxis refresh
${EXIT_CODES}`,
    );
  addServe(program);
  addImport(program);
  addRefresh(program);
  addKeys(program);
  addErase(program);
  addRebuild(program);
  return program;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return isObject(manifest) ? String(manifest['version']) : '';
}

// Commands --------------------------------------------------------------------------------------

function addServe(program: Command): void {
  program
    .command('serve')
    .description('start the server; its settings come from the environment (src/config.ts)')
    .addHelpText(
      'after',
      `
Examples:
  praxis serve
  PORT=9000 DATA_DIR=/var/lib/praxis praxis serve`,
    )
    .action(async () => {
      // Only here: the other commands need neither store nor warehouse.
      const { serve } = await import('../main.ts');
      await serve();
    });
}

function addImport(program: Command): void {
  withConnection(
    program
      .command('import')
      .description('send xAPI statements, or a file of a workforce collection, to a server')
      .argument('<files...>', 'files, gzipped or not; - is stdin'),
  )
    .addOption(
      new Option(
        '--collection <name>',
        'the files are CSV or NDJSON of this workforce collection, not statements',
      ).choices(COLLECTION_NAMES),
    )
    .addOption(
      new Option('--xapi-version <version>', 'version under which statements are sent').default(
        '2.0.0',
      ),
    )
    .option(
      '--in-flight <count>',
      `requests under way at once, 1 to ${MAX_IN_FLIGHT}; 1 stores in the order of the file`,
      readInFlight,
      4,
    )
    .addHelpText(
      'after',
      `
Statements come as NDJSON or as one JSON array. They are sent in batches of 500, each stored as a whole
or refused as a whole. A statement without an id gets a new one at each import: import such a file again
and it is stored again.

Examples:
  praxis import statements.ndjson more.json.gz
  zcat archive.gz | praxis import -
  praxis import --collection people people.csv
  praxis import --collection rules rules.ndjson --json
${EXIT_CODES}`,
    )
    .action(runImport);
}

function addRefresh(program: Command): void {
  withConnection(
    program
      .command('refresh')
      .description('wait until everything stored so far is reflected in the metrics'),
  )
    .addHelpText('after', `\nExamples:\n  praxis refresh\n  praxis refresh --json\n${EXIT_CODES}`)
    .action(runRefresh);
}

function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('create, list and revoke the credentials of a server; needs the scope admin');
  withConnection(
    keys
      .command('create')
      .description('create a credential; its secret is printed this once')
      .requiredOption('--name <name>', 'who or what it is for')
      .addOption(
        new Option('--scope <scope...>', 'what it may do; give several, or repeat the option')
          .choices(SCOPES)
          .makeOptionMandatory(),
      ),
  )
    .addHelpText(
      'after',
      `
Examples:
  praxis keys create --name "Course player" --scope statements/write statements/read/mine
  praxis keys create --name Analyst --scope analytics/read --json
${EXIT_CODES}`,
    )
    .action(async ({ name, scope, ...options }: CreateKeyOptions) => {
      const report = createReport(options.json === true);
      await createKey(connectionOf(options), { name, scopes: scope }, report);
    });
  withConnection(keys.command('list').description('list the credentials, without their secrets'))
    .addHelpText(
      'after',
      `\nExamples:\n  praxis keys list\n  praxis keys list --json\n${EXIT_CODES}`,
    )
    .action(async (options: ConnectionOptions) => {
      await listKeys(connectionOf(options), createReport(options.json === true));
    });
  withConnection(
    keys
      .command('revoke')
      .description('revoke a credential; the server takes it no longer')
      .argument('<revoked>', 'key of the credential to revoke'),
  )
    .addHelpText('after', `\nExamples:\n  praxis keys revoke key-0123456789abcdef\n${EXIT_CODES}`)
    .action(async (revoked: string, options: ConnectionOptions) => {
      await revokeKey(connectionOf(options), revoked, createReport(options.json === true));
    });
}

function addErase(program: Command): void {
  withConnection(
    program
      .command('erase')
      .description(
        'erase a person: pseudonyms in their statements, their documents and records gone',
      )
      .argument('<person>', 'id of the person in the workforce records')
      .requiredOption('--yes', 'you mean it: nothing brings a person back'),
  )
    .addHelpText('after', `\nExamples:\n  praxis erase p42 --yes\n${EXIT_CODES}`)
    .action(async (person: string, options: ConnectionOptions) => {
      await erasePerson(connectionOf(options), person, createReport(options.json === true));
    });
}

function addRebuild(program: Command): void {
  program
    .command('rebuild')
    .description('derive the warehouse from the statement log anew; the server must be stopped')
    .addOption(
      new Option('--data-dir <folder>', 'folder of the embedded store')
        .env('DATA_DIR')
        .default('./data'),
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  praxis rebuild\n  praxis rebuild --data-dir /var/lib/praxis',
    )
    .action(async ({ dataDir, json }: { readonly dataDir: string; readonly json?: true }) => {
      // Only here: it loads the database engine.
      const { describeRebuild, rebuildWarehouse } = await import('./rebuild.ts');
      const report = createReport(json === true);
      const asOf = await rebuildWarehouse(dataDir, report);
      report.result(describeRebuild(asOf), { asOf: formatInstant(asOf) });
    });
}

function withConnection(command: Command): Command {
  return command
    .addOption(
      new Option('--url <url>', 'where the server is')
        .env('PRAXIS_URL')
        .default('http://localhost:8080'),
    )
    .addOption(new Option('--key <key>', 'key of the credential').env('PRAXIS_KEY'))
    .addOption(new Option('--secret <secret>', 'its secret').env('PRAXIS_SECRET'))
    .option('--json', 'print the result as JSON');
}

async function runImport(files: readonly string[], options: ImportOptions): Promise<void> {
  const report = createReport(options.json === true);
  const connection = connectionOf(options);
  const { collection, xapiVersion, inFlight } = options;
  if (collection === undefined) {
    const outcome = await importStatements({ connection, files, xapiVersion, inFlight }, report);
    const refused = outcome.refused > 0 ? `, ${outcome.refused} refused` : '';
    report.result(`${outcome.stored} statements stored${refused}.`, outcome);
    if (outcome.refused > 0) process.exitCode = EXIT.refused;
    return;
  }
  const outcome = await importCollection({ connection, collection, files }, report);
  const { created, updated, unchanged, deleted, refused } = outcome;
  report.result(
    `${collection}: ${created} created, ${updated} updated, ${unchanged} unchanged, ${deleted} deleted.`,
    outcome,
  );
  if (refused > 0) process.exitCode = EXIT.refused;
}

/** As long as the server itself waits for its warehouse. */
const REFRESH_TIMEOUT_MS = 600_000;

async function runRefresh(options: ConnectionOptions): Promise<void> {
  const answer = await send(connectionOf(options), {
    method: 'POST',
    path: '/analytics/refresh',
    timeoutMs: REFRESH_TIMEOUT_MS,
  });
  if (answer.status !== 200 || !isObject(answer.body))
    throw new CliError(EXIT.server, `The refresh failed: ${refusalOf(answer).message}`);
  createReport(options.json === true).result(
    `The metrics hold everything up to ${String(answer.body['asOf'])}.`,
    answer.body,
  );
}

function connectionOf({ url, key, secret }: ConnectionOptions): Connection {
  if (!/^https?:\/\/[^/?#]+\/*$/i.test(url))
    throw new CliError(
      EXIT.usage,
      `--url must be where the server is, as http://localhost:8080, without a path; it is ${url}.`,
    );
  if (key === undefined || secret === undefined)
    throw new CliError(
      EXIT.usage,
      'A credential is needed: give --key and --secret, or set PRAXIS_KEY and PRAXIS_SECRET.',
    );
  return { url: url.replace(/\/+$/, ''), key, secret };
}

function readInFlight(text: string): number {
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MAX_IN_FLIGHT)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_IN_FLIGHT}.`);
  return count;
}

// Start -----------------------------------------------------------------------------------------

try {
  await buildProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong; help and version end with 0.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
  } else if (error instanceof CliError) {
    console.error(paint('red', `praxis: ${error.message}`));
    process.exitCode = error.exitCode;
  } else throw error;
}
