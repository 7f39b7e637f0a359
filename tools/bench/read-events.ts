import { Agent, request } from 'node:http';

const agent = new Agent({ maxSockets: Infinity, keepAlive: true });

/** A stream of events that is read. */
export interface EventStream {
  ended: Promise<unknown>;
  close: () => void;
}

/** Posts an input, and reads the Server-Sent Events that answer it. Resolves once they begin. @throws Error for anything but 200 */
export const readEvents = (
  url: string,
  headers: Record<string, string>,
  input: object,
  onEvent: (event: string, data: string) => void,
): Promise<EventStream> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } }, (answer) => {
      if (answer.statusCode !== 200) {
        answer.resume();
        return reject(new Error(`POST ${url} answered ${answer.statusCode}`));
      }
      let rest = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop()!;
        for (const block of blocks) {
          const [, event, data] = /event: (.*)\ndata: (.*)/.exec(block) ?? [];
          if (event !== undefined && data !== undefined) onEvent(event, data);
        }
      });
      const ended = new Promise((end) => answer.once('close', end).once('error', end));
      resolve({ ended, close: () => sent.destroy() });
    });
    sent.once('error', reject).end(JSON.stringify(input));
  });
