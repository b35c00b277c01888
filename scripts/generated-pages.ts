/** `npm run generate` writes these pages; `npm run check:generated` fails when one is stale. */
import { writeFile } from 'node:fs/promises';
import { writeConfigurationPage } from './configuration-page.ts';
import { writeMetricsPage } from './metrics-page.ts';

export const PAGES: readonly { readonly path: string; readonly write: () => string }[] = [
  { path: 'docs/configuration.md', write: writeConfigurationPage },
  { path: 'docs/metrics.md', write: writeMetricsPage },
];

if (import.meta.main) for (const { path, write } of PAGES) await writeFile(path, write());
