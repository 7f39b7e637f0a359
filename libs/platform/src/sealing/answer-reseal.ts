import type { Contract } from '@skep/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '../log.js';
import type { Resealed, Sealing } from './sealing.js';

/** The subject on which one process of a service seals some tenant keys again. Only the operator may send to it (deploy/nats.conf). */
export const resealSubject = (context: string): string => `op.${context}._reseal`;

/** Its answer; `error` in words for the operator. */
export type ResealAnswer = Resealed | { error: string };

/** Answers on `resealSubject` until the connection closes. */
export function answerReseal(connection: NatsConnection, contract: Contract, sealing: Sealing, log: Log): void {
  const context = Object.values(contract)[0]?.context;
  if (!context || !sealing.keyIds) return;
  const reseal = (): Promise<ResealAnswer> =>
    sealing.reseal().catch((error: unknown) => {
      log.error({ error }, 'cannot seal the tenant keys again');
      return { error: error instanceof Error ? error.message : String(error) };
    });
  connection.subscribe(resealSubject(context), {
    queue: 'reseal',
    callback: (_, message) => void reseal().then((answer) => connection.isClosed() || message.respond(JSON.stringify(answer))),
  });
}
