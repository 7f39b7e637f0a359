import type { Contract } from '@skep/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Readiness } from './management.js';

/**
 * Where every process of a service says how it is, its `Readiness` as JSON, when the operator asks. No operation has this name, and only the
 * operator may ask (deploy/nats.conf).
 */
export const statusSubject = (context: string): string => `op.${context}._status`;

/** Answers at `statusSubject` until the connection closes; outside the queue group, since the operator asks every process. */
export function answerStatus(connection: NatsConnection, contract: Contract, readiness: () => Promise<Readiness>): void {
  const context = Object.values(contract)[0]?.context;
  if (!context) return;
  connection.subscribe(statusSubject(context), {
    callback: (_, message) => void readiness().then((state) => connection.isClosed() || message.respond(JSON.stringify(state))),
  });
}
