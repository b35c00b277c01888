import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Store } from '../../src/storage/store.ts';

type Method = Exclude<keyof Store, 'failed' | 'stageAttachment' | 'openAttachment'>;

/** A store in a process of its own. */
export interface StoreProcess {
  /** Rejects when the process dies before it answers. */
  call<Name extends Method>(
    method: Name,
    ...parameters: Parameters<Store[Name]>
  ): ReturnType<Store[Name]>;
  /** SIGKILL. */
  kill(): void;
  readonly exited: Promise<unknown>;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** `aheadMs`: how far the clock of the process is ahead of everybody else's. */
export async function startStoreProcess(uri: string, aheadMs = 0): Promise<StoreProcess> {
  const path = fileURLToPath(new URL('./store-process.ts', import.meta.url));
  const child = fork(path, [uri, String(aheadMs)], {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const exited = once(child, 'exit');
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  void exited.then(() => {
    for (const [id, settle] of waiting) settle({ id, error: 'the process died' });
  });
  let lastId = -1;
  async function ask(send: (id: number) => void): Promise<unknown> {
    const id = ++lastId;
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      send(id);
    });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.result;
  }
  // Said unasked, once the store is open.
  await ask(() => undefined);
  return {
    call: ((method: string, ...parameters: readonly unknown[]) =>
      ask((id) => child.send({ id, method, parameters }))) as StoreProcess['call'],
    kill: () => child.kill('SIGKILL'),
    exited,
  };
}
