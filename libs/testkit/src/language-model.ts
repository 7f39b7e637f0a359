import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppProcess } from './app-process.js';
import type { ServiceHarness } from './service-harness.js';

/**
 * What the model does next: answers, fails with a status, does not answer, or answers nonsense. `cut`: ends without a reason; `broken`:
 * closes the connection in the middle; `stalled`: stops in the middle; `error`: reports an error in the middle.
 */
export type Mood = 'answer' | 'silent' | 'garbage' | 'empty' | 'cut' | 'broken' | 'stalled' | 'error' | number;

/** A call of a function that a model asks for. */
export interface ModelCall {
  name: string;
  args: object;
}

/** A language model on loopback that speaks the protocols of OpenAI, of Anthropic and of Google, in streams. */
export interface LanguageModel {
  url: string;
  mood: Mood;
  /** What it answers; by default the messages that it got. */
  says?: string;
  /** Milliseconds before each word. */
  pauseMs?: number | undefined;
  /** The functions that it calls before it answers, if it is given tools. Only as OpenAI’s. */
  calls?: ModelCall | ModelCall[] | undefined;
  /** How many answers were not read to their end. */
  abandoned: number;
  /** The bodies of the requests so far. */
  asked: Record<string, unknown>[];
  /** The keys of these requests. */
  keys: string[];
  /** Headers of failures. */
  headers: Record<string, string>;
  /** Requests that it has not answered, oldest first: calling one answers it. */
  unanswered(): (() => void)[];
  close(): Promise<void>;
}

/** Starts `models` with this model as the operator's. @param more further settings */
export const startModels = (harness: ServiceHarness, model: LanguageModel, more: Record<string, string> = {}): Promise<AppProcess> =>
  harness.infra.startApp('models', {
    SKEP_LLM_PROVIDER: 'openai',
    SKEP_LLM_BASE_URL: `${model.url}/v1`,
    SKEP_LLM_MODEL: 'usual',
    ...more,
  });

export async function languageModel(): Promise<LanguageModel> {
  const unanswered: (() => void)[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url?.endsWith('/models')) return listModels(response, self.mood);
    void read(request).then((body) => {
      self.asked.push(body);
      const { 'x-api-key': key = request.headers['x-goog-api-key'], authorization = '' } = request.headers;
      self.keys.push(String(key ?? authorization.replace('Bearer ', '')));
      answer(request, response, body, self.mood);
    });
  });
  const answer = (request: IncomingMessage, response: ServerResponse, body: Record<string, unknown>, mood: Mood): void => {
    if (mood === 'silent') return void unanswered.push(() => answer(request, response, body, 'answer'));
    if (mood === 'garbage') return void response.setHeader('content-type', 'text/html').end('<h1>Hello</h1>');
    if (typeof mood === 'number' || mood === 'empty') {
      response.writeHead(mood === 'empty' ? 200 : mood, { 'content-type': 'application/json', ...self.headers });
      return void response.end(mood === 'empty' ? '{}' : JSON.stringify({ error: { message: 'the provider’s own words' } }));
    }
    const isAnthropic = request.url?.endsWith('/messages') === true;
    if (isAnthropic !== Boolean(request.headers['anthropic-version'])) return void response.writeHead(400).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const speak = isAnthropic ? anthropic : request.url?.includes(':streamGenerateContent') ? google : openai;
    const messages = (body['messages'] ?? []) as { role: string }[];
    if (self.calls && body['tools'] && messages.at(-1)?.role !== 'tool') return void response.end(openaiCalls([self.calls].flat()));
    const [begin, end, failure] = speak(self.says ?? `You said: ${JSON.stringify(body['messages'] ?? body['contents'])}`, body);
    if (self.pauseMs !== undefined) return void speakSlowly(response, self, (word) => speak(word, body)[0], end);
    response.write(begin);
    if (mood === 'stalled') return;
    if (mood === 'broken') return void setTimeout(() => response.destroy(), 20);
    response.end(mood === 'cut' ? '' : mood === 'error' ? failure : end);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: LanguageModel = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: 'answer',
    asked: [],
    keys: [],
    abandoned: 0,
    headers: {},
    unanswered: () => unanswered.splice(0),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return self;
}

/** The list of its models. */
function listModels(response: ServerResponse, mood: Mood): void {
  response.writeHead(typeof mood === 'number' ? mood : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ data: ['usual', 'better'].map((id) => ({ id, object: 'model' })) }));
}

/** The events of an answer: its text, its end, or an error instead. */
type Events = (text: string, body: Record<string, unknown>) => [string, string, string];

const openai: Events = (text, { model }) => {
  const chunk = (more: object) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, choices: [], ...more })}\n\n`;
  const choice = (delta: object, finish_reason: string | null) => chunk({ choices: [{ index: 0, delta, finish_reason }] });
  return [
    choice({ role: 'assistant', content: text }, null),
    `${choice({}, 'stop')}${chunk({ usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } })}data: [DONE]\n\n`,
    `data: ${JSON.stringify({ error: { message: 'the provider’s own words', type: 'server_error' } })}\n\n`,
  ];
};

const openaiCalls = (calls: ModelCall[]): string => {
  const tool_calls = calls.map(({ name, args }, index) => ({
    ...{ index, id: `call_${index + 1}`, type: 'function', function: { name, arguments: JSON.stringify(args) } },
  }));
  const [begin, end] = [{ role: 'assistant', tool_calls }, {}].map((delta, n) => {
    const choices = [{ index: 0, delta, finish_reason: n ? 'tool_calls' : null }];
    return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'usual', choices })}\n\n`;
  });
  return `${begin}${end}data: [DONE]\n\n`;
};

async function speakSlowly(response: ServerResponse, self: LanguageModel, toEvent: (word: string) => string, end: string): Promise<void> {
  const { pauseMs, says = '' } = self;
  response.once('close', () => (self.abandoned += response.writableEnded ? 0 : 1));
  for (const word of says.split(/(?= )/)) {
    await sleep(pauseMs);
    if (response.closed) return;
    response.write(toEvent(word));
  }
  response.end(end);
}

const anthropic: Events = (text, { model }) => {
  const event = (type: string, more: object = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], stop_reason: null };
  return [
    event('message_start', { message: { ...message, usage: { input_tokens: 10, output_tokens: 0 } } }) +
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    event('content_block_stop', { index: 0 }) +
      event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } }) +
      event('message_stop'),
    event('error', { error: { type: 'overloaded_error', message: 'the provider’s own words' } }),
  ];
};

const google: Events = (text) => {
  const chunk = (more: object) => `data: ${JSON.stringify(more)}\n\n`;
  const candidate = (part: string, more: object) => ({
    candidates: [{ index: 0, content: { role: 'model', parts: [{ text: part }] }, ...more }],
  });
  const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 };
  return [
    chunk(candidate(text, {})),
    chunk({ ...candidate('', { finishReason: 'STOP' }), usageMetadata }),
    chunk({ error: { code: 500, message: 'the provider’s own words', status: 'INTERNAL' } }),
  ];
};

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
}
