/** `node scripts/demo/main.ts`: fills a running server with the demo organisation. */
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { COMPANY } from './names.ts';
import { DEFAULT_SEED } from './generate.ts';
import { DemoLoadError, loadDemo, type LoadProgress, type LoadReport } from './load.ts';

interface Options {
  readonly url: string;
  readonly key?: string;
  readonly secret?: string;
  readonly seed: string;
  readonly scale: number;
  readonly end: string;
}

const PLAIN_STEP = 0.1;

/** The one place here that reads the clock: eighteen months up to the first of this one. */
function findThisMonth(): string {
  return `${new Date().toISOString().slice(0, 8)}01`;
}

function parseScale(text: string): number {
  const scale = Number(text);
  if (!(scale > 0 && scale <= 1)) throw new InvalidArgumentError('It is above 0 and at most 1.');
  return scale;
}

function makeCommand(): Command {
  return new Command('demo')
    .description(
      `Fills a running Praxis LRS with ${COMPANY}: 18 months of a retailer of 2,400 people.`,
    )
    .option('--url <url>', 'the server', process.env['PRAXIS_URL'] ?? 'http://localhost:8080')
    .option('--key <key>', 'a key with all scopes (or PRAXIS_KEY)', process.env['PRAXIS_KEY'])
    .option('--secret <secret>', 'its secret (or PRAXIS_SECRET)')
    .option('--seed <text>', 'another seed, another company', DEFAULT_SEED)
    .option('--scale <number>', 'share of the people, e.g. 0.1', parseScale, 1)
    .option('--end <date>', 'day after the last, the first of a month', findThisMonth());
}

/** A bar for a person; a line every tenth for a log. */
function showProgress(stream: NodeJS.WriteStream): {
  onProgress: (progress: LoadProgress) => void;
  stop: () => void;
} {
  if (!stream.isTTY) return { onProgress: printSteps(stream), stop: () => undefined };
  const bar = new SingleBar({
    format: '{stage} {bar} {percentage} %  {value}/{total}',
    stream,
    hideCursor: true,
  });
  let shown = '';
  return {
    onProgress(progress) {
      const stage = describeStage(progress).padEnd(14);
      if (stage !== shown) {
        bar.stop();
        bar.start(progress.total, progress.done, { stage });
        shown = stage;
      } else bar.update(progress.done);
    },
    stop: () => bar.stop(),
  };
}

function printSteps(stream: NodeJS.WriteStream): (progress: LoadProgress) => void {
  let stage = '';
  let next = 0;
  return (progress) => {
    if (describeStage(progress) !== stage) {
      stage = describeStage(progress);
      next = 0;
    }
    const share = progress.done / progress.total;
    if (share < next && share < 1) return;
    stream.write(`${stage}: ${progress.done} of ${progress.total}\n`);
    next = share + PLAIN_STEP;
  };
}

function describeStage({ stage, collection }: LoadProgress): string {
  return collection ?? (stage === 'refresh' ? 'reading it all' : stage);
}

function printReport({ people, records, statements, seconds, findings }: LoadReport): void {
  const figure = new Intl.NumberFormat('en');
  console.log(
    `\n${COMPANY}: ${figure.format(people)} people, ${figure.format(records)} workforce records and ` +
      `${figure.format(statements)} statements in ${seconds.toFixed(0)} s.\n`,
  );
  for (const { title, text } of findings) console.log(`  ${title}. ${text}`);
}

async function main(): Promise<void> {
  const options: Options = makeCommand().parse().opts();
  const { key, secret = process.env['PRAXIS_SECRET'] } = options;
  if (key === undefined || secret === undefined) {
    console.error(
      'Say which credential to use: --key and --secret, or PRAXIS_KEY and PRAXIS_SECRET.',
    );
    process.exitCode = 2;
    return;
  }
  const { onProgress, stop } = showProgress(process.stderr);
  try {
    const report = await loadDemo({ ...options, key, secret, onProgress });
    stop();
    printReport(report);
  } catch (error) {
    stop();
    if (!(error instanceof DemoLoadError || error instanceof RangeError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

await main();
