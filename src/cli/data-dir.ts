import { Option, type Command } from 'commander';

/** What `withDataDir` adds to a command. */
export interface DataDirOptions {
  readonly dataDir: string;
  readonly json?: true;
}

/** Options of every command that works on the folder of the embedded store itself. */
export function withDataDir(command: Command): Command {
  return command
    .addOption(
      new Option('--data-dir <folder>', 'folder of the embedded store')
        .env('DATA_DIR')
        .default('./data'),
    )
    .option('--json', 'print the result as JSON');
}
