/** Fails when a file is not what `npm run generate` would write now. */
import { readFile } from 'node:fs/promises';
import { generate } from '@graphql-codegen/cli';
import config from '../graphql/codegen.ts';
import { PAGES } from './generated-pages.ts';

const types: unknown = await generate({ ...config, silent: true }, false);
const generated = [
  ...(types as { filename: string; content: string }[]),
  ...PAGES.map(({ path, write }) => ({ filename: path, content: write() })),
];
for (const { filename, content } of generated) {
  const committed = await readFile(filename, 'utf8').catch(() => '');
  if (committed.trim() === content.trim()) continue;
  console.error(`${filename} is stale. Run "npm run generate" and commit what it wrote.`);
  process.exitCode = 1;
}
