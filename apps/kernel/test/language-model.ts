import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the model does next: answers, fails with a status, does not answer, or answers nonsense. */
export type Mood = 'answer' | 'silent' | 'garbage' | 'empty' | number;

/** A language model on loopback that speaks both protocols. */
export interface LanguageModel {
  url: string;
  mood: Mood;
  /** The bodies of the requests so far. */
  asked: Record<string, unknown>[];
  /** Requests that it has not answered, oldest first: calling one answers it. */
  unanswered(): (() => void)[];
  close(): Promise<void>;
}

export async function languageModel(): Promise<LanguageModel> {
  const unanswered: (() => void)[] = [];
  const server: Server = createServer((request, response) => {
    void read(request).then((body) => {
      self.asked.push(body);
      answer(request, response, body, self.mood);
    });
  });
  const answer = (request: IncomingMessage, response: ServerResponse, body: Record<string, unknown>, mood: Mood): void => {
    if (mood === 'silent') return void unanswered.push(() => answer(request, response, body, 'answer'));
    if (mood === 'garbage') return void response.setHeader('content-type', 'text/html').end('<h1>Hello</h1>');
    response.setHeader('content-type', 'application/json');
    if (mood === 'empty') return void response.end('{}');
    if (typeof mood === 'number') {
      response.statusCode = mood;
      return void response.end(JSON.stringify({ error: { message: 'the provider’s own words' } }));
    }
    const text = `You said: ${JSON.stringify(body['messages'])}`;
    const isAnthropic = request.url?.endsWith('/messages') === true;
    if (isAnthropic !== Boolean(request.headers['anthropic-version'])) response.statusCode = 400;
    response.end(JSON.stringify(isAnthropic ? anthropic(text, body) : openai(text, body)));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: LanguageModel = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: 'answer',
    asked: [],
    unanswered: () => unanswered.splice(0),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return self;
}

const openai = (text: string, { model }: Record<string, unknown>) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model,
  choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
});

const anthropic = (text: string, { model }: Record<string, unknown>) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model,
  content: [{ type: 'text', text }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 10, output_tokens: 5 },
});

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
}
