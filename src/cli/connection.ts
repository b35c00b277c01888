import { Option, type Command } from 'commander';
import type { Connection } from './client.ts';
import { CliError, EXIT } from './exit.ts';

/** What `withConnection` adds to a command. */
export interface ConnectionOptions {
  readonly url: string;
  readonly key?: string;
  readonly secret?: string;
  readonly json?: true;
}

/** Options of every command that speaks to a server. */
export function withConnection(command: Command): Command {
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

/** Throws CliError when the options say no server or no credential. */
export function connectionOf({ url, key, secret }: ConnectionOptions): Connection {
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
