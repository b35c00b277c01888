import { PraxisError } from '../../statements/errors.ts';
import type { KeyedRecord, RecordStore } from '../storage/store.ts';
import { splitList } from './analytics-parameters.ts';
import { invalid, type Parameters } from './analytics-request.ts';
import type { JsonObject } from './body.ts';

/** A query under a name. A tool that reads it gets the same columns until the definition changes. */
export interface SavedQuery {
  readonly key: string;
  /** As it was put. */
  readonly definition: JsonObject;
  readonly parameters: Parameters;
}

export interface SavedQueries {
  /** Throws NOT_FOUND. */
  get(name: string): Promise<SavedQuery>;
  /** In the order of names, greater than `after`. */
  list(after: string | null, limit: number): Promise<readonly SavedQuery[]>;
  /** True when it is new. Throws INVALID with what is wrong with name or definition. */
  put(name: string, definition: JsonObject): Promise<boolean>;
  /** Throws NOT_FOUND. */
  remove(name: string): Promise<void>;
}

const COLLECTION = 'queries';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** `check` throws INVALID for parameters that could not be answered. */
export function createSavedQueries(
  store: RecordStore,
  check: (parameters: Parameters) => void,
): SavedQueries {
  return {
    async get(name) {
      const record = await store.getRecord(COLLECTION, name);
      if (record === null) throw notFound(name);
      return readSaved(record);
    },
    async list(after, limit) {
      return (await store.listRecords(COLLECTION, after, limit)).map(readSaved);
    },
    async put(name, definition) {
      if (!NAME.test(name))
        throw invalid(
          'name',
          'must be 1 to 100 letters, digits, dots, dashes or underscores, the first a letter or digit',
        );
      check(readParameters(definition));
      const json = JSON.stringify(definition);
      const { created } = await store.putRecords(COLLECTION, [{ key: name, json }]);
      return created > 0;
    },
    async remove(name) {
      if (!(await store.deleteRecord(COLLECTION, name))) throw notFound(name);
    },
  };
}

function notFound(name: string): PraxisError {
  return new PraxisError(
    'NOT_FOUND',
    `There is no saved query ${name}. GET /analytics/queries lists those that there are.`,
  );
}

function readSaved({ key, json }: KeyedRecord): SavedQuery {
  // Checked before it was stored.
  const definition = JSON.parse(json) as JsonObject;
  return { key, definition, parameters: readParameters(definition) };
}

function readParameters(definition: JsonObject): Parameters {
  return new Map(Object.entries(definition).map(([name, value]) => [name, readTexts(name, value)]));
}

/** A list of values, each as it is; or one, written as in a URL. */
function readTexts(name: string, value: unknown): readonly string[] {
  if (typeof value === 'string') return splitList(value);
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalid(name, 'must be a text, a number or a list of texts');
}
