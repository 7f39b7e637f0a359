// A scripted language model with OpenAI's chat completions. `say N every MS after FIRST` in what is said last: N words, each the time at which it is
// sent. Where an answer must be a function's call, it is that of the first function, with the arguments in ARGS. It takes little of the processor, so that it does not limit those who ask it.
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

interface Asked {
  model: string;
  messages: { role: string; content: unknown }[];
  tools?: { function: { name: string } }[];
  tool_choice?: unknown;
}

const SCRIPT = /say (\d+) every (\d+) after (\d+)/;

async function answer({ model, messages, tools = [], tool_choice }: Asked, response: ServerResponse): Promise<void> {
  const [, words = 1, every = 0, first = 0] = (SCRIPT.exec(JSON.stringify(messages.at(-1)?.content)) ?? []).map(Number);
  const send = (more: object) =>
    response.write(`data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model, ...more })}\n\n`);
  const say = (delta: object, finish_reason: string | null) => send({ choices: [{ index: 0, delta, finish_reason }] });
  const begin = performance.now() + first;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const mustCall = tool_choice === 'required' && tools[0];
  if (mustCall) {
    const call = { name: mustCall.function.name, arguments: process.env['ARGS'] };
    say({ role: 'assistant', tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: call }] }, null);
    say({}, 'tool_calls');
    return void response.end('data: [DONE]\n\n');
  }
  for (let n = 0; n < words; n++) {
    await sleep(Math.max(0, begin + n * every - performance.now()));
    if (response.closed) return;
    say({ role: 'assistant', content: `${Date.now()} ` }, null);
  }
  say({}, 'stop');
  send({ choices: [], usage: { prompt_tokens: 10, completion_tokens: words, total_tokens: 10 + words } });
  response.end('data: [DONE]\n\n');
}

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    if (request.method === 'GET') return void response.end('{"data":[{"id":"usual"}]}');
    answer(JSON.parse(Buffer.concat(parts).toString()) as Asked, response).catch(() => response.destroy());
  });
}).listen(Number(process.env['PORT']), '127.0.0.1', () => process.once('disconnect', () => process.exit()).send?.('ready'));
