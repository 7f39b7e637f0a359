import { Webhook } from 'standardwebhooks';

/** The secrets that are valid now, the newest first. @param previous the one that was replaced lately, valid until `previousUntil` */
export function validSecrets(secret: string | null, previous: string | null, previousUntil: Date | null, now = Date.now()): string[] {
  const isPreviousValid = previous !== null && previousUntil !== null && previousUntil.getTime() > now;
  return [...(secret === null ? [] : [secret]), ...(isPreviousValid ? [previous] : [])];
}

/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com) for a body: a signature by each secret; none without secrets.
 * @param id the same for each attempt @param secrets `whsec_` and a key in base64
 */
export function signatureHeaders(id: string, secrets: readonly string[], body: string): Record<string, string> {
  if (!secrets.length) return {};
  const at = new Date();
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, body));
  return {
    ...{ 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)), 'webhook-signature': signatures.join(' ') },
  };
}
