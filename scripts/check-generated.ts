/** Fails when `graphql/schema.generated.ts` is not what `npm run generate` would write now. */
import { readFile } from 'node:fs/promises';
import { generate } from '@graphql-codegen/cli';
import config from '../graphql/codegen.ts';

const generated: unknown = await generate({ ...config, silent: true }, false);
for (const { filename, content } of generated as { filename: string; content: string }[]) {
  const committed = await readFile(filename, 'utf8').catch(() => '');
  if (committed.trim() === content.trim()) continue;
  console.error(`${filename} is stale. Run "npm run generate" and commit what it wrote.`);
  process.exitCode = 1;
}
