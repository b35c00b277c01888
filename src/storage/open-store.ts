import type { LogReader, Store } from './store.ts';
import { openMongodbLogReader, openMongodbStore } from './mongodb/mongodb-store.ts';
import { openSqliteLogReader, openSqliteStore } from './sqlite/sqlite-store.ts';

/** What the embedded store can do beside the port; MongoDB has tools of its own for it. */
export {
  backupSqlite as backupEmbeddedStore,
  findSqliteFaults as findEmbeddedStoreFaults,
  restoreSqlite as restoreEmbeddedStore,
} from './sqlite/backup.ts';

/** Which adapter, and where its data is. */
export type StoreSettings =
  | { readonly store: 'sqlite'; readonly dataDir: string }
  | { readonly store: 'mongodb'; readonly uri: string };

/** Opens the store, migrating its schema when it is older. The one place that names the adapters. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  return openWith(settings, openSqliteStore, openMongodbStore);
}

/** Opens the log alone, beside a store that is open in another process. */
export async function openLogReader(settings: StoreSettings): Promise<LogReader> {
  return openWith(settings, openSqliteLogReader, openMongodbLogReader);
}

async function openWith<Opened>(
  settings: StoreSettings,
  openSqlite: (dataDir: string) => Opened | Promise<Opened>,
  openMongodb: (uri: string) => Promise<Opened>,
): Promise<Opened> {
  switch (settings.store) {
    case 'sqlite':
      return openSqlite(settings.dataDir);
    case 'mongodb':
      return openMongodb(settings.uri);
    default: {
      const { store }: { store: unknown } = settings;
      throw new Error(`Unknown store ${JSON.stringify(store)}; known: sqlite, mongodb.`);
    }
  }
}
