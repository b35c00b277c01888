/** Run by `startStoreProcess`: opens a store and does what its parent tells it, by the clock it was given. */
import { openStore } from '../../src/storage/open-store.ts';

const [uri = '', aheadMs = '0'] = process.argv.slice(2);
const ahead = Number(aheadMs);
const { timeOrigin } = performance;
Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin + ahead });
const now = Date.now.bind(Date);
Date.now = () => now() + ahead;

interface Call {
  readonly id: number;
  readonly method: string;
  readonly parameters: readonly unknown[];
}

const store = await openStore({ store: 'mongodb', uri });
const methods = store as unknown as Readonly<
  Record<string, (...parameters: readonly unknown[]) => Promise<unknown>>
>;

process.on('message', ({ id, method, parameters }: Call) => {
  void Promise.resolve(methods[method]?.(...parameters)).then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0, result: 'open' });
