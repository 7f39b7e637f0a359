import type { Contract } from '@skep/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Readiness } from './management.js';

/**
 * The subject on which every process of a service answers with its `Readiness` as JSON and the time of its clock (`now`, milliseconds).
 * No operation has this name. Only the operator and the gateway may send to it (deploy/nats.conf).
 */
export const statusSubject = (context: string): string => `op.${context}._status`;

const TIMEOUT_MS = 900;

/**
 * Asks a service for its status; its first process to answer counts. Undefined if none does within a second.
 * @returns its readiness, and by how many milliseconds this host's clock is ahead of its clock, to within half a round trip
 */
export async function askStatus(
  connection: NatsConnection,
  context: string,
): Promise<(Omit<Readiness, 'clock_ahead_ms'> & { clock_ahead_ms: number }) | undefined> {
  const sentAt = Date.now();
  const reply = await connection.request(statusSubject(context), '', { timeout: TIMEOUT_MS }).catch(() => undefined);
  if (!reply) return undefined;
  const { now, ...readiness } = reply.json<Readiness & { now: number }>();
  return { ...readiness, clock_ahead_ms: Math.round((sentAt + Date.now()) / 2 - now) };
}

/** Answers on `statusSubject` until the connection closes. No queue group: every process must answer. */
export function answerStatus(connection: NatsConnection, contract: Contract, readiness: () => Promise<Readiness>): void {
  const context = Object.values(contract)[0]?.context;
  if (!context) return;
  connection.subscribe(statusSubject(context), {
    callback: (_, message) =>
      void readiness().then((state) => connection.isClosed() || message.respond(JSON.stringify({ ...state, now: Date.now() }))),
  });
}
