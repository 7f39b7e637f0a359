import type { Contract } from '@skep/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Readiness } from './management.js';

/**
 * The subject on which every process of a service answers with its `Readiness` as JSON and the time of its clock (`now`, milliseconds).
 * No operation has this name. Only the operator and the gateway may send to it (deploy/nats.conf).
 */
export const statusSubject = (context: string): string => `op.${context}._status`;

const CLOCK_TIMEOUT_MS = 900;

/**
 * Measures by how many milliseconds this host's clock is ahead of a service's (of its first process to answer), for a process without
 * a Postgres to compare with. Undefined if no process answers within a second.
 */
export async function clockAheadOf(connection: NatsConnection, context: string): Promise<number | undefined> {
  const sentAt = Date.now();
  const reply = await connection.request(statusSubject(context), '', { timeout: CLOCK_TIMEOUT_MS }).catch(() => undefined);
  return reply && Math.round((sentAt + Date.now()) / 2 - reply.json<{ now: number }>().now);
}

/** Asks a process of each service whether it is ready. Every one gets a second to answer. */
export async function askServices(connection: NatsConnection, contexts: Readonly<Record<string, string>>): Promise<Readiness['services']> {
  const ask = (context: string) =>
    connection.request(statusSubject(context), '', { timeout: CLOCK_TIMEOUT_MS }).then(
      (reply) => (reply.json<Readiness>().ready ? ('ready' as const) : ('not ready' as const)),
      () => 'no answer' as const,
    );
  const states = await Promise.all(Object.entries(contexts).map(async ([name, context]) => [name, await ask(context)] as const));
  return Object.fromEntries(states);
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
