import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Warehouse } from '../../graphql/warehouse/warehouse.ts';
import type { Instant } from '../../statements/instant.ts';
import { openStore } from '../storage/open-store.ts';
import { CliError, EXIT } from './exit.ts';
import type { Report } from './report.ts';

/** Derives the warehouse of the embedded store anew, while no server runs on it. Returns its asOf. */
export async function rebuildWarehouse(dataDir: string, report: Report): Promise<Instant> {
  if (!existsSync(dataDir))
    throw new CliError(
      EXIT.usage,
      `There is no folder ${dataDir}; name the server's with --data-dir.`,
    );
  // Before the store: its lock is what tells that a server runs.
  const warehouse = await openAlone(join(dataDir, 'warehouse.duckdb'), dataDir);
  try {
    const store = await openStore({ store: 'sqlite', dataDir });
    const progress = report.startProgress(1, 'the statement log');
    try {
      await warehouse.rebuild(store, await store.consistentThrough(), (done, total) =>
        progress.moveTo(done, total),
      );
    } finally {
      progress.stop();
      await store.close();
    }
    return warehouse.status().asOf;
  } finally {
    await warehouse.close();
  }
}

async function openAlone(path: string, dataDir: string): Promise<Warehouse> {
  try {
    return await Warehouse.open(path);
  } catch (error) {
    if (error instanceof Error && /lock/i.test(error.message))
      throw new CliError(
        EXIT.usage,
        `A server is running on ${dataDir}. Stop it first, and run this again.`,
      );
    throw error;
  }
}
