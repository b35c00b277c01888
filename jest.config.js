/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: { '\\.ts$': '<rootDir>/test/setup/strip-types.mjs' },
  // One server a test file; two cores.
  maxWorkers: 2,
  testTimeout: 30_000,
  // A test that leaves something open hides a server that cannot stop.
  forceExit: false,
};
