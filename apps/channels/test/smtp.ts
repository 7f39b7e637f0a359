import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail server that keeps what it gets, and misbehaves when told to. */
export interface MailServer {
  url: string;
  /** Recipients of the envelope and the e-mail, of those that were accepted. */
  received: { to: string[]; mail: string }[];
  /** The answers to the next e-mails; then 250. `silent`: none at all. `drop`: accepts the e-mail, and ends the connection without an answer. */
  answers: (number | 'silent' | 'drop')[];
  close(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const state: Pick<MailServer, 'received' | 'answers'> = { received: [], answers: [] };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const answer = state.answers.shift() ?? 250;
        if (typeof answer === 'number' && answer >= 400) return done(Object.assign(new Error('planted'), { responseCode: answer }));
        if (answer === 'silent') return;
        const to = session.envelope.rcptTo.map(({ address }) => address);
        state.received.push({ to, mail: Buffer.concat(chunks).toString() });
        if (answer === 'drop') return void connections.forEach((socket) => socket.destroy());
        done();
      });
    },
  });
  const connections = new Set<{ destroy(): unknown }>();
  server.server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  return Object.assign(state, {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        connections.forEach((socket) => socket.destroy());
        server.close(() => resolve());
      }),
  });
}
