import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addBackup, addRestore } from './backup.ts';
import { isObject } from './client.ts';
import { addErase } from './erase.ts';
import { EXIT_CODES } from './exit.ts';
import { addImport } from './import.ts';
import { addKeys } from './keys.ts';
import { addRebuild } from './rebuild.ts';
import { addRefresh } from './refresh.ts';
import { addServe } from './serve.ts';

/** Every command with its options and help. A command is a file that adds itself; its work is loaded when it runs. */
export function createProgram(): Command {
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
  addBackup(program);
  addRestore(program);
  return program;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return isObject(manifest) ? String(manifest['version']) : '';
}
