/** Parts of the bench that must not share a thread run as processes that take one job after another. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

type Outcome = { readonly result: unknown } | { readonly error: string };

/** In the child: answers each job with what `run` gives. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the message is what the parent was typed to send
export function serveJobs<Job>(run: (job: Job) => Promise<unknown>): void {
  const send = (outcome: Outcome): void => {
    // Who asked may have given up and gone.
    if (process.connected) process.send?.(outcome);
  };
  process.on('message', (job: Job) => {
    run(job).then(
      (result) => send({ result }),
      (error: unknown) =>
        send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}

export interface JobProcess<Job> {
  run<Result>(job: Job, timeoutMs: number): Promise<Result>;
  stop(): Promise<void>;
}

/** Starts a file of this folder that calls `serveJobs`. */
export function startJobProcess<Job extends object>(file: string): JobProcess<Job> {
  const child: ChildProcess = fork(join(import.meta.dirname, file), {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  return {
    async run<Result>(job: Job, timeoutMs: number): Promise<Result> {
      const outcome = await new Promise<Outcome>((resolve, reject) => {
        const timer = setTimeout(
          () => fail(new Error(`${file} did not finish in ${timeoutMs / 1000} s`)),
          timeoutMs,
        );
        const exited = (): void => fail(new Error(`${file} ended before its job did`));
        const fail = (error: Error): void => {
          settle();
          reject(error);
        };
        const receive = (message: unknown): void => {
          settle();
          resolve(message as Outcome);
        };
        const settle = (): void => {
          clearTimeout(timer);
          child.off('message', receive);
          child.off('exit', exited);
        };
        child.once('message', receive);
        child.once('exit', exited);
        child.send(job);
      });
      if ('error' in outcome) throw new Error(outcome.error);
      return outcome.result as Result;
    },
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await exited;
    },
  };
}
