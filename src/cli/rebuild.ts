import type { Command } from 'commander';
import { formatInstant } from '../../statements/instant.ts';
import { withDataDir, type DataDirOptions } from './data-dir.ts';
import { createReport } from './report.ts';

export function addRebuild(program: Command): void {
  withDataDir(
    program
      .command('rebuild')
      .description('derive the warehouse from the statement log anew; the server must be stopped'),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  praxis rebuild\n  praxis rebuild --data-dir /var/lib/praxis',
    )
    .action(rebuild);
}

async function rebuild({ dataDir, json }: DataDirOptions): Promise<void> {
  // Only here: it loads the database engine.
  const { rebuildWarehouse } = await import('./rebuild-warehouse.ts');
  const report = createReport(json === true);
  const asOf = formatInstant(await rebuildWarehouse(dataDir, report));
  report.result(`The warehouse is rebuilt and holds everything up to ${asOf}.`, { asOf });
}
