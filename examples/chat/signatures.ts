import { createHmac, timingSafeEqual } from 'node:crypto';

/** Slack: HMAC-SHA256 of `v0:TIMESTAMP:BODY` with the signing secret, in hex after `v0=`. */
export function isSignedBySlack(
  secret: string,
  { timestamp, signature }: { readonly timestamp: string; readonly signature: string },
  body: string,
): boolean {
  const hash = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return isSame(signature, `v0=${hash}`);
}

/** Teams: HMAC-SHA256 of the body with the webhook's token, which is Base64 as the result is. */
export function isSignedByTeams(token: string, authorization: string, body: string): boolean {
  const hash = createHmac('sha256', Buffer.from(token, 'base64')).update(body).digest('base64');
  return isSame(authorization, `HMAC ${hash}`);
}

/** In a time that does not tell how many characters are right. */
function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
