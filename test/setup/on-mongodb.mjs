// Read by test/mongodb/test-store.ts.
process.env.TEST_STORE = 'mongodb';
