import { Worker } from 'node:worker_threads';
import { PraxisError } from '../../../statements/errors.ts';
import { CLOSE, type Call, type Reply, type WorkerSettings } from './messages.ts';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's end of a worker: calls in, promises out. */
export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #outgoing: Call[] = [];
  #lastId = 0;
  #ended: Error | null = null;
  /** Settles when the thread ends without having been asked to. */
  readonly failed: Promise<Error>;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.failed = new Promise((resolve) => {
      const end = (error: Error): void => {
        this.#end(error);
        resolve(error);
      };
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
    if (this.#ended !== null) return Promise.reject(unavailable());
    this.#lastId += 1;
    const id = this.#lastId;
    // What one turn of the event loop asks for goes in one message.
    if (this.#outgoing.length === 0) setImmediate(() => this.#flush());
    this.#outgoing.push({ id, method, parameters });
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    }) as Promise<Result>;
  }

  /** Ends the thread once what it was asked before is answered. */
  async close(): Promise<void> {
    if (this.#ended !== null) return;
    while (this.#waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    this.#ended = new Error('closed');
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.postMessage(CLOSE);
    await exited;
  }

  /** For tests of what happens when a thread dies. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
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

  #end(error: Error): void {
    this.#ended = error;
    for (const { reject } of this.#waiting.values()) reject(unavailable());
    this.#waiting.clear();
  }
}

function unavailable(): PraxisError {
  return new PraxisError('UNAVAILABLE', 'The store has stopped; the server is going down.');
}
