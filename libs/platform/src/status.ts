import type { Contract } from '@skep/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Readiness } from './management.js';

/**
 * Where every process of a service says how it is, its `Readiness` as JSON with the time of its clock. No operation has this name, and only
 * the operator and the gateway may ask (deploy/nats.conf).
 */
export const statusSubject = (context: string): string => `op.${context}._status`;

const CLOCK_MS = 900;

/**
 * By how many milliseconds the clock of this host is ahead of that of the service, of whichever process of it answers first: for a process
 * without a Postgres to compare with. Undefined where none answers within a second.
 */
export async function clockAheadOf(connection: NatsConnection, context: string): Promise<number | undefined> {
  const asked = Date.now();
  const reply = await connection.request(statusSubject(context), '', { timeout: CLOCK_MS }).catch(() => undefined);
  return reply && Math.round((asked + Date.now()) / 2 - reply.json<{ now: number }>().now);
}

/** Answers at `statusSubject` until the connection closes; outside the queue group, since every process is asked. */
export function answerStatus(connection: NatsConnection, contract: Contract, readiness: () => Promise<Readiness>): void {
  const context = Object.values(contract)[0]?.context;
  if (!context) return;
  connection.subscribe(statusSubject(context), {
    callback: (_, message) =>
      void readiness().then((state) => connection.isClosed() || message.respond(JSON.stringify({ ...state, now: Date.now() }))),
  });
}
