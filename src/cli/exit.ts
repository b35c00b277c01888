/** What a script can tell from the exit code; the help prints it. */
export const EXIT = {
  /** Something of what was sent was refused. */
  refused: 1,
  /** The command, or a file it names, is wrong. */
  usage: 2,
  /** The server does not answer, or refuses the credential. */
  server: 3,
} as const;

/** The end of every help text. */
export const EXIT_CODES = `
Exit codes:
  0  done
  ${EXIT.refused}  something of what was sent was refused; it is listed on stderr
  ${EXIT.usage}  the command, or a file it names, is wrong
  ${EXIT.server}  the server does not answer, or refuses the credential`;

/** Ends the command with one sentence for the person at the terminal: what is wrong, and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
