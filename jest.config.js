import { findMongod } from './test/setup/mongodb.mjs';

/** @type {import('jest').Config} */
const project = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: { '\\.ts$': '<rootDir>/test/setup/strip-types.mjs' },
};

const hasMongodb = (process.env.MONGODB_URI ?? '') !== '' || findMongod() !== null;

/** What a user does over HTTP, once more on the other store. */
const onMongodb = {
  ...project,
  displayName: 'on mongodb',
  setupFiles: ['<rootDir>/test/setup/on-mongodb.mjs'],
  testMatch: ['http', 'workforce', 'analytics', 'graphql', 'erasure', 'cli'].map(
    (folder) => `<rootDir>/test/${folder}/**/*.test.ts`,
  ),
};

/** @type {import('jest').Config} */
export default {
  projects: [
    { ...project, displayName: 'praxis', testMatch: ['<rootDir>/test/**/*.test.ts'] },
    ...(hasMongodb ? [onMongodb] : []),
  ],
  globalSetup: '<rootDir>/test/setup/mongodb.mjs',
  globalTeardown: '<rootDir>/test/setup/stop-mongodb.mjs',
  // One server a test file; two cores.
  maxWorkers: 2,
  testTimeout: 30_000,
  // A test that leaves something open hides a server that cannot stop.
  forceExit: false,
};
