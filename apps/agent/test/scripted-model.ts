import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Asked {
  messages: { role: string; content: unknown }[];
  tools?: { function: { name: string } }[];
  tool_choice?: string;
}

/**
 * A language model on loopback, with OpenAI's chat completions. The last words of the person say what it does: `use NAME {…} then NAME {…}` calls
 * tools, each once; `Summarise: …` is answered briefly; `loop NAME {…}` one as long as it may; `slow N` says N words, 50 ms each; else it says them again. `fails` is a status that it answers instead.
 */
export interface ScriptedModel {
  url: string;
  asked: Asked[];
  fails?: number | undefined;
  /** The same, for the next request only. */
  failsOnce?: number | undefined;
  close(): Promise<void>;
}

export const words = (n: number): string => Array.from({ length: n }, (_, i) => `w${i + 1}`).join(' ');

export async function scriptedModel(): Promise<ScriptedModel> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const asked = JSON.parse(Buffer.concat(parts).toString()) as Asked;
      self.asked.push(asked);
      const status = self.failsOnce ?? self.fails;
      self.failsOnce = undefined;
      if (status) return void response.writeHead(status).end('{"error":{"message":"inner words"}}');
      void answer(asked, response).catch(() => undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: ScriptedModel = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return self;
}

const textOf = (content: unknown): string =>
  typeof content === 'string' ? content : (content as { text?: string }[]).map(({ text = '' }) => text).join('');

async function answer({ messages, tools, tool_choice }: Asked, response: ServerResponse): Promise<void> {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const wish = textOf(messages[last]?.content ?? '');
  const results = messages.slice(last + 1).filter(({ role }) => role === 'tool');
  const calls = [...wish.matchAll(/(use|loop|then) (\S+) (\{.*?\})(?= then |$)/gs)].map(([, verb, name, args]) => ({ verb, name, args }));
  const next = calls[0]?.verb === 'loop' ? calls[0] : calls[results.length];
  const mayUse = tools?.some((tool) => tool.function.name === next?.name) && tool_choice !== 'none';
  const send = (delta: object, finish_reason: string | null = null) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'scripted', choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
    );
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (next && mayUse) {
    const { name, args } = next;
    const call = { index: 0, id: `call_${messages.length}`, type: 'function', function: { name, arguments: args } };
    send({ role: 'assistant', tool_calls: [call] });
    send({}, 'tool_calls');
  } else {
    const said = wish.startsWith('Summarise:')
      ? `summary of ${wish.length} characters`
      : results.length
        ? `tool said: ${textOf(results.at(-1)!.content)}`
        : wish;
    const slow = Number(/slow (\d+)/.exec(wish)?.[1] ?? 0);
    const pieces = slow && !results.length ? Array.from({ length: slow }, (_, i) => `${i ? ' ' : ''}w${i + 1}`) : [said];
    for (const piece of pieces) {
      if (slow) await sleep(50);
      send({ content: piece });
    }
    send({}, 'stop');
  }
  response.end('data: [DONE]\n\n');
}
