import type { PendingConsent } from '@skep/contracts/agent';
import type { CodingSessionEntity } from './coding-session.entity.js';

/** The decision that a session waits for. */
export function consentOf({ request }: Pick<CodingSessionEntity, 'request'>): PendingConsent | null {
  if (request?.kind !== 'consent') return null;
  const { req_id, tool, summary, since } = request;
  return { req_id, tool, summary, since: new Date(since) };
}
