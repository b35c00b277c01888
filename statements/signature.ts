import { verify, X509Certificate, type KeyObject } from 'node:crypto';
import { areEqualStatements } from './equality.ts';
import { PraxisError } from './errors.ts';
import type { Attachment, Statement } from './statement.ts';

/** An attachment of this usage is a JSON Web Signature of the statement it is attached to (Data §2.6). */
export const SIGNATURE_USAGE = 'http://adlnet.gov/expapi/attachments/signature';

/** The algorithms Data §2.6 allows, and the digest of each; a shared secret (HS256) proves nothing to others. */
const DIGESTS: Readonly<Record<string, string>> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
};

/**
 * Checks a signature in JWS compact form (RFC 7515): its type, its algorithm, that its payload is the
 * statement, and, where the header brings the signer's certificate (x5c), that the key in it signed.
 * Whether that certificate is to be trusted is the reader's question, not the LRS's. Throws MALFORMED.
 */
export function checkSignature(
  statement: Statement,
  attachment: Attachment,
  content: Uint8Array,
  path: string,
): void {
  const refuse = (reason: string): PraxisError =>
    new PraxisError('MALFORMED', `The signature at ${path} is refused: ${reason}.`);
  if (attachment.contentType !== 'application/octet-stream')
    throw refuse('its contentType must be application/octet-stream');
  const [head, payload, signature, ...rest] = Buffer.from(content).toString('latin1').split('.');
  if (head === undefined || payload === undefined || signature === undefined || rest.length > 0)
    throw refuse('it is no JWS in compact form, header.payload.signature');
  const header = decode(head);
  const signed = decode(payload);
  if (header === null || signed === null) throw refuse('its header or payload is no JSON object');
  const digest = typeof header.alg === 'string' ? DIGESTS[header.alg] : undefined;
  if (digest === undefined) throw refuse('its alg must be RS256, RS384 or RS512');
  if (!areEqualStatements(signed, statement))
    throw refuse('its payload is another statement than the one it is attached to');
  const key = keyOf(header, refuse);
  const bytes = Buffer.from(signature, 'base64url');
  if (key !== null && !verify(digest, Buffer.from(`${head}.${payload}`), key, bytes))
    throw refuse('it was not made with the key of its x5c certificate');
}

interface JoseHeader {
  readonly alg?: unknown;
  readonly x5c?: unknown;
}

function decode(part: string): JoseHeader | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    // Not JSON: the caller says so.
    return null;
  }
}

/** The signer's certificate is the first of the chain (RFC 7515 §4.1.6). */
function keyOf({ x5c }: JoseHeader, refuse: (reason: string) => PraxisError): KeyObject | null {
  if (x5c === undefined) return null;
  const first: unknown = Array.isArray(x5c) ? x5c[0] : undefined;
  if (typeof first !== 'string') throw refuse('its x5c must be an array of certificates');
  try {
    return new X509Certificate(Buffer.from(first, 'base64')).publicKey;
  } catch {
    throw refuse('its x5c certificate cannot be read');
  }
}
