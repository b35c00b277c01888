import { Option, type Command } from 'commander';
import { formatInstant, type Instant } from '../../statements/instant.ts';
import type { BackupContents, OnProgress } from '../storage/store.ts';
import { withDataDir, type DataDirOptions } from './data-dir.ts';
import { CliError, EXIT, EXIT_CODES } from './exit.ts';
import { createReport } from './report.ts';
import { messageOf } from './state-file.ts';

interface BackupOptions extends DataDirOptions {
  readonly store: string;
}

export function addBackup(program: Command): void {
  withStore(
    program
      .command('backup')
      .description('copy the embedded store into a new folder; the server may go on running')
      .argument('<folder>', 'folder to make'),
  )
    .addHelpText(
      'after',
      `
The copy is of one instant and holds everything that was acknowledged before it began: statements,
attachments, documents, workforce records and keys. It is checked before it gets its name. The warehouse is
left out, for it is made from the rest. Run it where the data folder is, as a user who may write there.

Examples:
  praxis backup /var/backups/praxis-monday --data-dir /var/lib/praxis
  praxis backup monday --json
${EXIT_CODES}`,
    )
    .action(async (folder: string, options: BackupOptions) => {
      await run('Saved', options, (dataDir, onProgress) =>
        import('../storage/open-store.ts').then(({ backupEmbeddedStore }) =>
          backupEmbeddedStore(dataDir, folder, onProgress),
        ),
      );
    });
}

export function addRestore(program: Command): void {
  withStore(
    program
      .command('restore')
      .description('put a backup into a data folder that is empty; start the server on it then')
      .argument('<folder>', 'what praxis backup made'),
  )
    .addHelpText(
      'after',
      `
The backup is checked again on the way. The first start reads the statements into a new warehouse.

Examples:
  praxis restore /var/backups/praxis-monday --data-dir /var/lib/praxis-2
  DATA_DIR=/var/lib/praxis-2 praxis serve
${EXIT_CODES}`,
    )
    .action(async (folder: string, options: BackupOptions) => {
      await run('Restored', options, (dataDir, onProgress) =>
        import('../storage/open-store.ts').then(({ restoreEmbeddedStore }) =>
          restoreEmbeddedStore(folder, dataDir, onProgress),
        ),
      );
    });
}

function withStore(command: Command): Command {
  return withDataDir(command).addOption(
    new Option('--store <name>', 'which store the server keeps its data in')
      .choices(['sqlite', 'mongodb'])
      .env('STORE')
      .default('sqlite'),
  );
}

async function run(
  verb: string,
  { store, dataDir, json }: BackupOptions,
  work: (dataDir: string, onProgress: OnProgress) => Promise<BackupContents>,
): Promise<void> {
  if (store !== 'sqlite')
    throw new CliError(
      EXIT.usage,
      'This is for the embedded store. Use mongodump and mongorestore for MongoDB, or praxis export.',
    );
  const report = createReport(json === true);
  const progress = report.startProgress(1, 'the database');
  let contents: BackupContents;
  try {
    contents = await work(dataDir, (done, total) => progress.moveTo(done, total));
  } catch (error) {
    throw new CliError(EXIT.usage, messageOf(error));
  } finally {
    progress.stop();
  }
  const { statements, documents, records, credentials, attachments, lastStored } = contents;
  const until = statements === 0 ? '' : ` up to ${formatInstant(lastStored as Instant)}`;
  report.result(
    `${verb} and checked: ${statements} statements${until}, ${attachments} attachments, ${documents} documents, ${records} records, ${credentials} keys.`,
    contents,
  );
}
