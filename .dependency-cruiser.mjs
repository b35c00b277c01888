/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'statements-stand-alone',
      comment:
        'statements/ says what xAPI says; it must not know who stores it, serves it or counts it.',
      severity: 'error',
      from: { path: '^statements/' },
      to: { path: '^(graphql|src|scripts|test)/' },
    },
    {
      name: 'statements-do-no-io',
      comment: 'A rule that reads a file or a socket cannot be replayed from its examples.',
      severity: 'error',
      from: { path: '^statements/' },
      to: { path: '^(node:)?(fs|net|http|https|worker_threads|sqlite|child_process|timers)(/|$)' },
    },
    {
      name: 'numbers-do-not-know-the-server',
      comment:
        'graphql/ says what the numbers mean, whichever process, store or transport runs them.',
      severity: 'error',
      from: { path: '^graphql/' },
      to: { path: '^(src|scripts|test)/' },
    },
    {
      name: 'product-does-not-import-tests-or-scripts',
      comment: 'What ships must not lean on what only proves or drives it.',
      severity: 'error',
      from: { path: '^(statements|graphql|src)/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'adapters-are-strangers',
      comment:
        'An adapter that imports another would make them one; what both need belongs to the port.',
      severity: 'error',
      from: { path: '^src/storage/([^/]+)/' },
      to: { path: '^src/storage/[^/]+/', pathNot: '^src/storage/$1/' },
    },
    {
      name: 'one-file-names-the-adapters',
      comment:
        'Everyone else holds the Store port, so that a new adapter is a new folder and one line.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/storage/' },
      to: { path: '^src/storage/[^/]+/' },
    },
    {
      name: 'storage-does-not-know-http',
      comment: 'The store answers calls, not requests.',
      severity: 'error',
      from: { path: '^src/storage/' },
      to: { path: '^src/(http|auth|cli|analytics)/' },
    },
    {
      name: 'the-dashboard-is-a-client',
      comment:
        'It runs in a browser and has no door of its own: what it can ask, anybody can ask over HTTP.',
      severity: 'error',
      from: { path: '^src/dashboard/' },
      to: { path: '^(statements|graphql|src|scripts|test)/', pathNot: '^src/dashboard/' },
    },
    {
      name: 'nobody-imports-the-dashboard',
      comment: 'The server serves what was built of it; its code never runs in Node.',
      severity: 'error',
      from: { path: '^(statements|graphql|src|scripts)/', pathNot: '^src/dashboard/' },
      to: { path: '^src/dashboard/' },
    },
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file nobody imports and nobody runs is dead.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(statements|graphql|src)/',
        pathNot: '^src/(main\\.ts|dashboard/main\\.tsx)$',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
