import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogReader, openStore, type StoreSettings } from '../../src/storage/open-store.ts';
import { openSqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';
import type { LogReader, Store } from '../../src/storage/store.ts';
import { MONGODB_URI } from '../mongodb/mongodb-uri.ts';
import { dropDatabase, makeDatabaseUri } from '../mongodb/place.ts';

/** A database of its own, empty at first, that can be opened, closed and opened again. */
export interface Place {
  open(): Promise<Store>;
  openLog(): Promise<LogReader>;
  remove(): Promise<void>;
}

export interface Adapter {
  readonly name: string;
  makePlace(): Promise<Place>;
}

const ADAPTERS: readonly Adapter[] = [
  { name: 'sqlite', makePlace: () => makeSqlitePlace() },
  // Few tests store enough for the index to catch up with the log; here it does every third statement.
  { name: 'sqlite that indexes often', makePlace: () => makeSqlitePlace(3) },
  ...(MONGODB_URI === '' ? [] : [{ name: 'mongodb', makePlace: () => makeMongodbPlace() }]),
];

function makeMongodbPlace(): Promise<Place> {
  const uri = makeDatabaseUri(MONGODB_URI);
  const settings: StoreSettings = { store: 'mongodb', uri };
  return Promise.resolve({
    open: () => openStore(settings),
    openLog: () => openLogReader(settings),
    remove: () => dropDatabase(uri),
  });
}

async function makeSqlitePlace(indexLag?: number): Promise<Place> {
  const dataDir = await mkdtemp(join(tmpdir(), 'praxis-contract-'));
  const settings: StoreSettings = { store: 'sqlite', dataDir };
  return {
    open: () => (indexLag === undefined ? openStore(settings) : openSqliteStore(dataDir, indexLag)),
    openLog: () => openLogReader(settings),
    remove: () => rm(dataDir, { recursive: true }),
  };
}

/**
 * The adapters to hold to the contract: all, or those `names` lists, separated by commas. A name that
 * no adapter has is an error, so that a typing mistake cannot run an empty suite and call it a success.
 */
export function chooseAdapters(names: string | undefined): readonly Adapter[] {
  if (names === undefined) return ADAPTERS;
  return names.split(',').map((name) => {
    const adapter = ADAPTERS.find((each) => each.name === name.trim());
    if (adapter !== undefined) return adapter;
    const known = ADAPTERS.map((each) => each.name).join(', ');
    throw new Error(`CONTRACT_ADAPTERS names "${name}"; the adapters are: ${known}.`);
  });
}

export const adapters = chooseAdapters(process.env['CONTRACT_ADAPTERS']);
