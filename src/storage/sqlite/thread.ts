import { Worker } from 'node:worker_threads';
import { PraxisError } from '../../../statements/errors.ts';
import { CLOSE, type Call, type Reply, type WorkerSettings } from './messages.ts';

/** Far beyond the longest call, a replacement of some million records: such a thread is taken for dead. */
const ANSWER_TIMEOUT_MS = 120_000;
const WATCH_INTERVAL_MS = 5_000;
const CLOSE_TIMEOUT_MS = 30_000;

interface Waiting {
  readonly sentAtMs: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The main thread's end of a worker: calls in, promises out. Each call settles: with its answer, or
 * with UNAVAILABLE when the worker dies or stays silent.
 */
export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #outgoing: Call[] = [];
  #lastId = 0;
  #ended: Error | null = null;
  #isClosing = false;
  readonly #exited: Promise<unknown>;
  /** Settles when the thread ends without having been asked to. */
  readonly failed: Promise<Error>;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#exited = new Promise((resolve) => worker.once('exit', resolve));
    this.failed = new Promise((resolve) => {
      const end = (error: Error): void => {
        this.stop(error);
        resolve(error);
      };
      const watch = setInterval(() => {
        if (this.#isSilent()) end(new Error('a thread of the store does not answer'));
      }, WATCH_INTERVAL_MS).unref();
      worker.once('exit', () => clearInterval(watch));
      worker.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
      worker.on('exit', () => {
        if (this.#ended === null) end(new Error('a thread of the store ended'));
      });
    });
    worker.on('message', (replies: readonly Reply[]) => {
      for (const reply of replies) this.#settle(reply);
    });
  }

  /** Resolves once the thread has its connection open; rejects with the reason why not. */
  static async start(settings: WorkerSettings): Promise<Thread> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: settings });
    const thread = new Thread(worker);
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      void thread.failed.then(reject);
    });
    return thread;
  }

  get load(): number {
    return this.#waiting.size;
  }

  call<Result>(method: string, ...parameters: readonly unknown[]): Promise<Result> {
    if (this.#ended !== null || this.#isClosing) return Promise.reject(unavailable());
    this.#lastId += 1;
    const id = this.#lastId;
    // What one turn of the event loop asks for goes in one message.
    if (this.#outgoing.length === 0) setImmediate(() => this.#flush());
    this.#outgoing.push({ id, method, parameters });
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { sentAtMs: performance.now(), resolve, reject });
    }) as Promise<Result>;
  }

  /** Ends the thread once what it was asked before is answered; at once when it was stopped. */
  async close(): Promise<void> {
    this.#isClosing = true;
    while (this.#waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    if (this.#ended === null) {
      this.#ended = new Error('closed');
      this.#worker.postMessage(CLOSE);
    } else {
      await this.#worker.terminate();
    }
    const timeout = setTimeout(() => void this.#worker.terminate(), CLOSE_TIMEOUT_MS);
    await this.#exited;
    clearTimeout(timeout);
  }

  /** Refuses what waits and all that comes: for a thread that died, or whose store is of no use without it. */
  stop(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(unavailable());
    this.#waiting.clear();
  }

  #flush(): void {
    const calls = this.#outgoing;
    this.#outgoing = [];
    if (this.#ended === null) this.#worker.postMessage(calls);
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.id);
    if ('result' in reply) waiting.resolve(reply.result);
    else if (reply.error.code === 'INTERNAL') waiting.reject(new Error(reply.error.message));
    else
      waiting.reject(
        new PraxisError(reply.error.code, 'The store cannot write or read now; try again later.'),
      );
  }

  /** Calls are kept in the order they were made, so the first has waited longest. */
  #isSilent(): boolean {
    const [oldest] = this.#waiting.values();
    return oldest !== undefined && performance.now() - oldest.sentAtMs > ANSWER_TIMEOUT_MS;
  }
}

function unavailable(): PraxisError {
  return new PraxisError('UNAVAILABLE', 'The store has stopped; the server is going down.');
}
