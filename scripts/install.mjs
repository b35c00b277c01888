// Runs before `npm start` and `npm test`, on whatever Node the machine has: installs the pinned
// dependencies, among them the Node that Praxis needs, unless they are there already.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const installed = 'node_modules/.package-lock.json';
const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
const present = existsSync(installed) ? JSON.parse(readFileSync(installed, 'utf8')).packages : {};

// Packages for other operating systems are optional and stay out; all else must be there as locked.
const missing = Object.entries(wanted).some(
  ([path, { version, optional }]) => path !== '' && !optional && present[path]?.version !== version,
);
if (missing) {
  console.log('Installing dependencies (npm ci); this happens once.');
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(
      'npm ci failed. Is the package registry reachable? Then run the same command again.',
    );
    process.exit(status ?? 1);
  }
}
