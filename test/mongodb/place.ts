import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';

/** The scheme, who signs in and the hosts, which may be several; the database; the options. */
const URI = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/;

/** The URI of a database that nobody else has, on the server that MONGODB_URI names. */
export function makeDatabaseUri(server: string): string {
  const [, hosts, options = ''] = URI.exec(server) ?? [];
  if (hosts === undefined) throw new Error('MONGODB_URI must be mongodb://… or mongodb+srv://…');
  return `${hosts}/praxis-test-${randomUUID()}${options}`;
}

export async function dropDatabase(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
