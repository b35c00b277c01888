import { styleText } from 'node:util';
import cliProgress, { type SingleBar } from 'cli-progress';

/** Where a command says how it goes: results on stdout, all else on stderr. */
export interface Report {
  /** The result, as a sentence or, for machines, as JSON. */
  result(sentence: string, data: object): void;
  /** One thing that went wrong while the rest goes on. */
  problem(text: string): void;
  /** Something that is good to know, and no fault. */
  note(text: string): void;
  /** A bar on a terminal, nothing elsewhere. `total` is in the unit that `advance` counts. */
  startProgress(total: number, unit: string): Progress;
}

export interface Progress {
  advance(amount: number): void;
  moveTo(done: number, total: number): void;
  stop(): void;
}

/** Problems are counted all and shown up to this many. */
export const MAX_SHOWN_PROBLEMS = 100;

export function createReport(json: boolean): Report {
  let bar: SingleBar | null = null;
  function speak(text: string): void {
    // Else the bar and the text would share a line.
    if (bar !== null) process.stderr.write('\r\u001b[K');
    console.error(text);
  }
  return {
    result(sentence, data) {
      console.log(json ? JSON.stringify(data) : sentence);
    },
    problem: (text) => speak(paint('red', text)),
    note: (text) => speak(text),
    startProgress(total, unit) {
      if (!process.stderr.isTTY || json) return NO_PROGRESS;
      const started = new cliProgress.SingleBar(
        {
          format: ' {bar} {percentage} % of {unit}, {duration_formatted}',
          stream: process.stderr,
          hideCursor: true,
        },
        cliProgress.Presets.shades_classic,
      );
      started.start(total, 0, { unit });
      bar = started;
      return {
        advance: (amount) => started.increment(amount),
        moveTo(done, newTotal) {
          started.setTotal(newTotal);
          started.update(done);
        },
        stop() {
          started.stop();
          bar = null;
        },
      };
    },
  };
}

export const NO_PROGRESS: Progress = {
  advance: () => undefined,
  moveTo: () => undefined,
  stop: () => undefined,
};

/** Colour on a terminal only, and not where NO_COLOR says so. */
export function paint(colour: 'red' | 'green', text: string): string {
  return styleText(colour, text, { stream: process.stderr });
}
