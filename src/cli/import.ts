import { InvalidArgumentError, Option, type Command } from 'commander';
import { COLLECTIONS, rules } from '../../graphql/workforce/collections.ts';
import { connectionOf, withConnection, type ConnectionOptions } from './connection.ts';
import { EXIT, EXIT_CODES } from './exit.ts';
import { importCollection } from './import-collection.ts';
import { importStatements } from './import-statements.ts';
import { createReport } from './report.ts';

interface ImportOptions extends ConnectionOptions {
  readonly collection?: string;
  readonly xapiVersion: string;
  readonly inFlight: number;
}

const MAX_IN_FLIGHT = 16;
const COLLECTION_NAMES = [...COLLECTIONS, rules].map(({ name }) => name);

export function addImport(program: Command): void {
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

function readInFlight(text: string): number {
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MAX_IN_FLIGHT)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_IN_FLIGHT}.`);
  return count;
}
