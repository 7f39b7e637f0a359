import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A message of Postgres: its type, its length and its body. https://www.postgresql.org/docs/18/protocol-message-formats.html */
function message(type: string, ...body: (number | string)[]): Buffer {
  const bytes = Buffer.concat(body.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : Buffer.from([part]))));
  const head = Buffer.from(`${type}0000`);
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

const authenticated = message('R', 0, 0, 0, 0);
export const parseComplete = message('1');
export const bindComplete = message('2');
/** The description of rows with one column of text (type 25). */
export const rowDescription = message('T', 0, 1, 'column', 0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0);
/** A row with one letter. */
export const dataRow = (letter: string): Buffer => message('D', 0, 1, 0, 0, 0, 1, letter.charCodeAt(0));
export const commandComplete = message('C', 'SELECT 1');
/** @param status the transaction status: I outside a transaction, T inside */
export const readyForQuery = (status: 'I' | 'T'): Buffer => message('Z', status.charCodeAt(0));

/** The types of the messages in what a client has written. */
function typesOf(written: Buffer): string {
  let types = '';
  for (let at = 0; at < written.length; at += written.readInt32BE(at + 1) + 1) types += String.fromCharCode(written[at] ?? 0);
  return types;
}

/** A server that speaks as much of Postgres's protocol as shows what pg does: it gives fixed answers, whatever the query. */
export class FakePostgres {
  /** The messages that clients have sent after the first one, by their types, an entry for each network write. */
  readonly writes: string[] = [];

  private constructor(
    private readonly answers: Buffer[][],
    private readonly server = createServer((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.concat([authenticated, readyForQuery('I')]));
        socket.on('data', (written) => {
          const types = typesOf(written);
          if (types === 'X') return void socket.end();
          this.writes.push(types);
          socket.write(Buffer.concat(this.answers.shift() ?? []));
        });
      });
    }),
  ) {}

  /** Starts a server. @param answers what it answers to each network write, in turn */
  static async start(...answers: Buffer[][]): Promise<FakePostgres> {
    const fake = new FakePostgres(answers);
    await once(fake.server.listen(0, '127.0.0.1'), 'listening');
    return fake;
  }

  /** The options of a client or pool that connects to the server. */
  get options(): { host: string; port: number; user: string; ssl: false } {
    return { host: '127.0.0.1', port: (this.server.address() as AddressInfo).port, user: 'nobody', ssl: false };
  }

  stop(): void {
    this.server.close();
  }
}
