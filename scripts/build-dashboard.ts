/**
 * Bundles `src/dashboard` into `dist/dashboard`, where the server finds it. Runs ahead of `npm start` and
 * `npm test`, and takes a fraction of a second. With `--watch` it builds again at every change.
 */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { context, type BuildOptions } from 'esbuild';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src', 'dashboard');
const target = join(root, 'dist', 'dashboard');

const options: BuildOptions = {
  entryPoints: [join(source, 'main.tsx'), join(source, 'main.css')],
  outdir: join(target, 'assets'),
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022'],
  jsx: 'automatic',
  minify: true,
  sourcemap: true,
  // React asks for it, to leave its checks out of what users load.
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};

const watch = process.argv.includes('--watch');
await mkdir(target, { recursive: true });
await cp(join(source, 'index.html'), join(target, 'index.html'));
const builder = await context(options);
if (watch) await builder.watch();
else {
  await builder.rebuild();
  await builder.dispose();
}
