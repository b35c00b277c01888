import type { LogReader, Store } from './store.ts';
import { openSqliteLogReader, openSqliteStore } from './sqlite/sqlite-store.ts';

/** Which adapter, and where its data is. */
export type StoreSettings =
  | { readonly store: 'sqlite'; readonly dataDir: string }
  | { readonly store: 'mongodb'; readonly uri: string };

/** Opens the store, migrating its schema when it is older. The one place that names the adapters. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  return openWith(settings, openSqliteStore);
}

/** Opens the log alone, beside a store that is open in another process. */
export async function openLogReader(settings: StoreSettings): Promise<LogReader> {
  return openWith(settings, openSqliteLogReader);
}

async function openWith<Opened>(
  settings: StoreSettings,
  openSqlite: (dataDir: string) => Opened | Promise<Opened>,
): Promise<Opened> {
  switch (settings.store) {
    case 'sqlite':
      return openSqlite(settings.dataDir);
    case 'mongodb':
      throw new Error('STORE=mongodb is not in this version yet; use STORE=sqlite.');
    default: {
      const { store }: { store: unknown } = settings;
      throw new Error(`Unknown store ${JSON.stringify(store)}; known: sqlite.`);
    }
  }
}
