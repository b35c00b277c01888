#!/usr/bin/env node
import { CommanderError } from 'commander';
import { CliError, EXIT } from './exit.ts';
import { createProgram } from './program.ts';
import { paint } from './report.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong; help and version end with 0.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
  } else if (error instanceof CliError) {
    console.error(paint('red', `praxis: ${error.message}`));
    process.exitCode = error.exitCode;
  } else throw error;
}
