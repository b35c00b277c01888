import { basename, resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { COLLECTIONS, rules } from '../../graphql/workforce/collections.ts';
import { connectionOf, withConnection, type ConnectionOptions } from './connection.ts';
import { EXIT, EXIT_CODES } from './exit.ts';
import { importCollection } from './import-collection.ts';
import { importStatements } from './import-statements.ts';
import { listInputFiles } from './input-files.ts';
import { createReport, type Report } from './report.ts';
import { STDIN } from './statement-file.ts';

interface ImportOptions extends ConnectionOptions {
  readonly collection?: string;
  readonly xapiVersion: string;
  readonly inFlight: number;
  readonly keep?: string;
  readonly restart?: true;
}

const MAX_IN_FLIGHT = 16;
const COLLECTION_NAMES = [...COLLECTIONS, rules].map(({ name }) => name);

export function addImport(program: Command): void {
  withConnection(
    program
      .command('import')
      .description('send xAPI statements, or a file of a workforce collection, to a server')
      .argument('<files...>', 'files, gzipped or not, or folders of them; - is stdin'),
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
    .option(
      '--keep <path>',
      'where .progress and .rejects are kept: this path with these endings (default: the name of the first file, in the current folder)',
    )
    .option('--restart', 'begin anew where an import was interrupted')
    .addHelpText(
      'after',
      `
Statements come as NDJSON or as one JSON array; of a folder every file below it whose name ends in
.json, .ndjson or .jsonl, or these and .gz. A statement that the server refuses stops nothing: it is
written to NAME.rejects, a JSON object a line with file, line, reasons and text. While an import runs,
NAME.progress says how far it is; the same command goes on from there when it was interrupted, even
killed. It is removed at the end. Stdin begins anew.

Nothing is stored twice: a statement without an id is given one that is made of its text and of what
stands before it in its file. To store the same file again, give its statements ids.

Statements that declare attachments without a fileUrl cannot come this way, for their bytes are missing.

Examples:
  praxis import statements.ndjson more.json.gz
  praxis import archive/ --keep /tmp/archive
  zcat archive.gz | praxis import -
  jq -r .text statements.ndjson.rejects | praxis import -
  praxis import --collection people people.csv
  praxis import --collection rules rules.ndjson --json
${EXIT_CODES}`,
    )
    .action(runImport);
}

const STATEMENT_FILES = /\.(json|ndjson|jsonl)(\.gz)?$/i;
const COLLECTION_FILES = /\.(csv|json|ndjson|jsonl)(\.gz)?$/i;

async function runImport(paths: readonly string[], options: ImportOptions): Promise<void> {
  const report = createReport(options.json === true);
  const refused =
    options.collection === undefined
      ? await sendStatements(paths, options, report)
      : await sendRecords(paths, options.collection, options, report);
  if (refused > 0) process.exitCode = EXIT.refused;
}

async function sendStatements(
  paths: readonly string[],
  options: ImportOptions,
  report: Report,
): Promise<number> {
  const { xapiVersion, inFlight, keep, restart } = options;
  const outcome = await importStatements(
    {
      connection: connectionOf(options),
      files: await listInputFiles(paths, STATEMENT_FILES),
      xapiVersion,
      inFlight,
      keptAt: keep ?? nameAfter(paths[0] ?? STDIN),
      resumes: restart !== true,
    },
    report,
  );
  const { stored, skipped, refused, rejects } = outcome;
  const parts = [
    `${stored} statements stored`,
    ...(skipped > 0 ? [`${skipped} dealt with before`] : []),
    ...(rejects === null ? [] : [`${refused} refused, see ${rejects}`]),
  ];
  report.result(`${parts.join(', ')}.`, outcome);
  return refused;
}

function nameAfter(path: string): string {
  return path === STDIN ? 'stdin' : basename(resolve(path));
}

async function sendRecords(
  paths: readonly string[],
  collection: string,
  options: ImportOptions,
  report: Report,
): Promise<number> {
  const files = (await listInputFiles(paths, COLLECTION_FILES)).map(({ path }) => path);
  const outcome = await importCollection(
    { connection: connectionOf(options), collection, files },
    report,
  );
  const { created, updated, unchanged, deleted, refused } = outcome;
  report.result(
    `${collection}: ${created} created, ${updated} updated, ${unchanged} unchanged, ${deleted} deleted.`,
    outcome,
  );
  return refused;
}

function readInFlight(text: string): number {
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MAX_IN_FLIGHT)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_IN_FLIGHT}.`);
  return count;
}
