import type { Command } from 'commander';

export function addServe(program: Command): void {
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
