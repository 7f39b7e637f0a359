// The MCP server behind the app that the conformance suite tests, with the tools, prompts and resources that it calls by name: node fixture.ts PORT
import { createMcpHandler, inputRequired, ProtocolError, Server, type ServerContext, type Tool } from '@modelcontextprotocol/server';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

type Json = Record<string, unknown>;
type Request = ServerContext['mcpReq'];

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SILENCE = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';
const MISSING_CAPABILITY = -32_021;
const INVALID_PARAMS = -32_602;

const words = (said: string) => ({ type: 'text' as const, text: said });
const image = { type: 'image' as const, data: PIXEL, mimeType: 'image/png' };
const resource = (uri: string, mimeType: string, said: string) => ({ type: 'resource' as const, resource: { uri, mimeType, text: said } });
const done = (...content: object[]) => ({ content: content.length ? content : [words('Done.')] });

const form = (properties: Json) => ({
  method: 'elicitation/create',
  params: { mode: 'form', message: 'Please answer.', requestedSchema: { type: 'object', properties, required: Object.keys(properties) } },
});
const NAME = form({ name: { type: 'string' } });
const OK = form({ ok: { type: 'boolean' } });
const ROOTS = { method: 'roots/list' };
const SAMPLING = {
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: words('What is the capital of France?') }], maxTokens: 100 },
};

/** Asks until each question has an answer that is an object. */
function ask(questions: Json, { inputResponses }: Request, requestState: string | undefined, answer: (given: Json) => object): object {
  const given = (inputResponses ?? {}) as Json;
  const isAnswered = Object.keys(questions).every((key) => typeof given[key] === 'object' && given[key] !== null);
  return isAnswered ? answer(given) : inputRequired({ inputRequests: questions, ...(requestState && { requestState }) } as never);
}

function askTwice(request: Request): object {
  const state = request.requestState<string>();
  if (state === 'round-2') return ask({ color: form({ color: { type: 'string' } }) }, request, 'round-2', () => done());
  const answered = ask({ name: NAME }, request, 'round-1', () => done());
  if ('resultType' in answered) return answered;
  return inputRequired({ inputRequests: { color: form({ color: { type: 'string' } }) }, requestState: 'round-2' } as never);
}

const capabilitiesOf = ({ envelope = {} }: Request): Json =>
  ((envelope as Json)['io.modelcontextprotocol/clientCapabilities'] ?? {}) as Json;

function needSampling(request: Request): object {
  if (capabilitiesOf(request)['sampling']) return done();
  throw new ProtocolError(MISSING_CAPABILITY, 'The client lacks the capability sampling.', { requiredCapabilities: { sampling: {} } });
}

const asking = 'test_input_required_result_';
const TOOLS: Record<string, (request: Request, args: Json) => object | Promise<object>> = {
  test_simple_text: () => done(words('This is a simple text response for testing.')),
  test_image_content: () => done(image),
  test_audio_content: () => done({ type: 'audio', data: SILENCE, mimeType: 'audio/wav' }),
  test_embedded_resource: () => done(resource('test://embedded-resource', 'text/plain', 'An embedded resource.')),
  test_multiple_content_types: () =>
    done(words('Several.'), image, resource('test://mixed-content-resource', 'application/json', '{"test":"data"}')),
  test_error_handling: () => ({ ...done(words('This tool fails.')), isError: true }),
  test_missing_capability: needSampling,
  test_streaming_elicitation: () => done(),
  test_logging_tool: () => done(),
  [`${asking}elicitation`]: (request) => ask({ user_name: NAME }, request, undefined, () => done()),
  [`${asking}sampling`]: (request) => ask({ capital: SAMPLING }, request, undefined, () => done()),
  [`${asking}list_roots`]: (request) => ask({ roots: ROOTS }, request, undefined, ({ roots }) => done(words(JSON.stringify(roots)))),
  [`${asking}request_state`]: (request) =>
    ask({ ok: OK }, request, 'a state', () => done(words(request.requestState<string>() === 'a state' ? 'state-ok' : 'no state'))),
  [`${asking}multiple_inputs`]: (request) => ask({ name: NAME, capital: SAMPLING, roots: ROOTS }, request, 'several', () => done()),
  [`${asking}multi_round`]: askTwice,
  [`${asking}tampered_state`]: (request) => ask({ ok: OK }, request, 'signed', () => done()),
  [`${asking}capabilities`]: (request) =>
    ask(capabilitiesOf(request)['sampling'] ? { capital: SAMPLING } : { name: NAME }, request, undefined, () => done()),
  greet: (_, { name }) => done(words(`Hello, ${String(name)}!`)),
  slow_compute: async (_, { seconds, label }) => {
    await sleep(Number(seconds) * 1_000);
    return done(words(`${String(label)} is done.`));
  },
  failing_job: () => ({ ...done(words('This job fails.')), isError: true }),
};
const ARGUMENTS: Record<string, Json> = {
  greet: { name: { type: 'string' } },
  slow_compute: { seconds: { type: 'number' }, label: { type: 'string' } },
};

const USER = { role: 'user' as const };
const message = (...contents: object[]) => ({ messages: contents.map((content) => ({ ...USER, content })) });
const PROMPTS: Record<string, (args: Record<string, string>, request: Request) => object> = {
  test_simple_prompt: () => message(words('This is a simple prompt.')),
  test_prompt_with_arguments: ({ arg1, arg2 }) => message(words(`Prompt with '${arg1}' and '${arg2}'`)),
  test_prompt_with_embedded_resource: ({ resourceUri = '' }) =>
    message(resource(resourceUri, 'text/plain', 'A resource.'), words('Read it.')),
  test_prompt_with_image: () => message(image, words('Look at it.')),
  [`${asking}prompt`]: (_, request) =>
    ask({ context: form({ context: { type: 'string' } }) }, request, undefined, () => message(words('Thanks.'))),
};
const PROMPT_ARGUMENTS: Record<string, string[]> = {
  test_prompt_with_arguments: ['arg1', 'arg2'],
  test_prompt_with_embedded_resource: ['resourceUri'],
};
const named = (name: string) => ({ name, description: `For the conformance suite: ${name}.` });

const RESOURCES = [
  { uri: 'test://static-text', mimeType: 'text/plain', text: 'A static text.' },
  { uri: 'test://static-binary', mimeType: 'image/png', blob: PIXEL },
  { uri: 'test://watched-resource', mimeType: 'text/plain', text: 'A watched text.' },
];
const TEMPLATE = /^test:\/\/template\/([^/]+)\/data$/;

function read(uri: string): object {
  const found = RESOURCES.find((one) => one.uri === uri);
  if (found) return found;
  const [, id] = TEMPLATE.exec(uri) ?? [];
  if (id === undefined) throw new ProtocolError(INVALID_PARAMS, `Resource not found: ${uri}`, { uri });
  return { uri, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true }) };
}

function fixture(): Server {
  const server = new Server(
    { name: 'mcp-conformance', version: '1.0.0' },
    {
      capabilities: { tools: {}, prompts: {}, resources: {}, completions: {} },
      cacheHints: { 'tools/list': { ttlMs: 60_000, cacheScope: 'public' } },
    },
  );
  server.setRequestHandler('tools/list', () => ({
    tools: Object.keys(TOOLS).map((name): Tool => {
      const properties = ARGUMENTS[name] ?? {};
      const inputSchema = {
        type: 'object' as const,
        properties: properties as Tool['inputSchema']['properties'],
        required: Object.keys(properties),
      };
      return { ...named(name), inputSchema, annotations: { readOnlyHint: true } };
    }),
  }));
  server.setRequestHandler('tools/call', ({ params }, { mcpReq }) => {
    const tool = TOOLS[params.name];
    if (!tool) throw new ProtocolError(INVALID_PARAMS, `Unknown tool: ${params.name}`);
    return tool(mcpReq, params.arguments ?? {}) as never;
  });
  server.setRequestHandler('prompts/list', () => ({
    prompts: Object.keys(PROMPTS).map((name) => ({
      ...named(name),
      arguments: (PROMPT_ARGUMENTS[name] ?? []).map((argument) => ({ name: argument, required: true })),
    })),
  }));
  server.setRequestHandler('prompts/get', ({ params }, { mcpReq }) => {
    const prompt = PROMPTS[params.name];
    if (!prompt) throw new ProtocolError(INVALID_PARAMS, `Unknown prompt: ${params.name}`);
    return prompt(params.arguments ?? {}, mcpReq) as never;
  });
  server.setRequestHandler('resources/list', () => ({ resources: RESOURCES.map(({ uri, mimeType }) => ({ uri, mimeType, name: uri })) }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'application/json' }],
  }));
  server.setRequestHandler('resources/read', ({ params }) => ({ contents: [read(params.uri)] as never }));
  server.setRequestHandler('completion/complete', () => ({ completion: { values: ['test'] } }));
  return server;
}

const handler = createMcpHandler(fixture);
createServer((incoming, answer) => {
  void (async () => {
    const method = incoming.method ?? 'POST';
    const body = method === 'POST' ? await text(incoming) : undefined;
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const reply = await handler.fetch(new Request('http://127.0.0.1/mcp', { method, headers, ...(body !== undefined && { body }) }));
    answer.writeHead(reply.status, Object.fromEntries(reply.headers));
    answer.end(Buffer.from(await reply.arrayBuffer()));
  })();
}).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
