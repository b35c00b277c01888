import type { StoreSettings } from '../../src/storage/open-store.ts';
import { MONGODB_URI } from './mongodb-uri.ts';
import { dropDatabase, makeDatabaseUri } from './place.ts';

/** The store of one test server, empty at first. */
export interface TestStore {
  readonly settings: StoreSettings;
  /** The same, as a server takes it. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Of the kind that TEST_STORE names; the jest project `mongodb` sets it. */
export function makeTestStore(dataDir: string): TestStore {
  if (process.env['TEST_STORE'] !== 'mongodb')
    return {
      settings: { store: 'sqlite', dataDir: dataDir },
      env: {},
      remove: () => Promise.resolve(),
    };
  const uri = makeDatabaseUri(MONGODB_URI);
  return {
    settings: { store: 'mongodb', uri },
    env: { STORE: 'mongodb', MONGODB_URI: uri },
    remove: () => dropDatabase(uri),
  };
}
