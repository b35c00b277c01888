import type { Credential } from '../store.ts';
import type { CredentialDocument, Database } from './database.ts';
import { isDuplicateKey } from './failures.ts';

export async function createCredential(
  { credentials }: Database,
  { key, ...rest }: Credential,
): Promise<boolean> {
  try {
    await credentials.insertOne({ _id: key, ...rest });
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
}

export async function getCredential(
  { credentials }: Database,
  key: string,
): Promise<Credential | null> {
  const found = await credentials.findOne({ _id: key });
  return found === null ? null : toCredential(found);
}

export async function listCredentials(
  { credentials }: Database,
  after: string | null,
  limit: number,
): Promise<readonly Credential[]> {
  const found = await credentials
    .find({ _id: { $gt: after ?? '' } })
    .sort({ _id: 1 })
    .limit(limit)
    .toArray();
  return found.map(toCredential);
}

export async function deleteCredential({ credentials }: Database, key: string): Promise<boolean> {
  return (await credentials.deleteOne({ _id: key })).deletedCount === 1;
}

function toCredential({
  _id,
  secretHash,
  name,
  scopes,
  createdAt,
}: CredentialDocument): Credential {
  return { key: _id, secretHash, name, scopes, createdAt };
}
