import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';

/** The URI of a database that nobody else has, on the server that MONGODB_URI names. */
export function makeDatabaseUri(server: string): string {
  const uri = new URL(server);
  uri.pathname = `/praxis-test-${randomUUID()}`;
  return uri.href;
}

export async function dropDatabase(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
