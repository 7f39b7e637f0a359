import { createMcpHandler, ProtocolError, Server, type ServerContext, type Tool } from '@modelcontextprotocol/server';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A message that the server got. */
export interface ReceivedMessage {
  method: string;
  params: Record<string, unknown>;
  headers: Record<string, string>;
}
export type UpstreamMood = 'slow' | 'huge' | 'redirect' | 'unauthorized' | 'failing' | 'garbled' | 'closing';

/** An MCP server on loopback, built on the server of the SDK. Tools run for who has a credential; the list is for anyone. */
export interface McpUpstream {
  /** Of 2026-07-28; with `era: 2025` the revision before. */
  url(era?: 2025 | 2026): string;
  received: ReceivedMessage[];
  /** The calls of tools among these. */
  calls(): ReceivedMessage[];
  tools: Tool[];
  /** For how long it says that the list holds. */
  ttlMs: number;
  /** What its credentials begin with: `up-`, if a test says nothing else. */
  credentials: string;
  /** Whether it lists its tools to no one without a credential. */
  isClosed: boolean;
  /** How it answers calls, if not well. */
  mood: UpstreamMood | undefined;
  close(): Promise<void>;
}

const ANY = { type: 'object' as const };
const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  name,
  description: `The tool ${name}.`,
  inputSchema: ANY,
  annotations: { readOnlyHint: true },
  ...more,
});
const NUMBERS = { ...ANY, properties: { b: { type: 'number' }, a: { type: 'number' } }, required: ['a', 'b'] };
const PLACE = { ...ANY, properties: { place: { type: 'string', 'x-mcp-header': 'Place' } } };
const SUM = { ...ANY, properties: { sum: { type: 'number' } }, required: ['sum'] };
/** The tools of a server that has not been changed. */
export const UPSTREAM_TOOLS: readonly Tool[] = [
  tool('add', { inputSchema: NUMBERS, outputSchema: SUM }),
  ...['blocks', 'fail', 'lie', 'ask', 'sample', 'export'].map((name) => tool(name)),
  tool('remove', { annotations: {} }),
  tool('store-it', { inputSchema: PLACE, annotations: { destructiveHint: false } }),
];
/** What `blocks` answers, with a key that no schema has. */
export const UPSTREAM_BLOCKS = [
  { type: 'text', text: 'One.' },
  { type: 'resource_link', uri: 'https://links.example/1', name: 'one', 'example/more': 1 },
];
const COLOUR = { ...ANY, properties: { colour: { type: 'string' } }, required: ['colour'] };
const QUESTIONS = {
  ask: { colour: { method: 'elicitation/create', params: { mode: 'form', message: 'Which colour?', requestedSchema: COLOUR } } },
  sample: { words: { method: 'sampling/createMessage', params: { messages: [], maxTokens: 10 } } },
};

export async function startMcpUpstream(): Promise<McpUpstream> {
  const handler = createMcpHandler(() => serverOf(upstream));
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const headers = request.headers as Record<string, string>;
    const { id, method = '', params = {} } = (body ? JSON.parse(body) : {}) as Partial<ReceivedMessage> & { id?: number };
    if (method) upstream.received.push({ method, params, headers });
    const isCall = method === 'tools/call';
    const isAllowed = headers['authorization']?.startsWith(`Bearer ${upstream.credentials}`) ?? false;
    if (isCall && upstream.mood) return misbehave(upstream.mood, response, port);
    if ((isCall || upstream.isClosed) && !isAllowed) return void response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    if (request.url === '/2025' && method === 'server/discover') return void response.writeHead(400).end('Unknown method');
    // The SDK would rearrange it.
    if (isCall && params['name'] === 'blocks') return sendBlocks(response, id);
    const sent = new Request(`http://127.0.0.1:${port}/mcp`, { method: request.method ?? 'POST', headers, ...(body && { body }) });
    const { status, headers: given, body: stream } = await handler.fetch(sent);
    response.writeHead(status, Object.fromEntries(given));
    for await (const part of stream ?? []) response.write(part);
    response.end();
  }

  const upstream: McpUpstream = {
    url: (era = 2026) => `http://127.0.0.1:${port}/${era}`,
    received: [],
    calls: () => upstream.received.filter(({ method }) => method === 'tools/call'),
    tools: [...UPSTREAM_TOOLS],
    ttlMs: 0,
    credentials: 'up-',
    isClosed: false,
    mood: undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return upstream;
}

function sendBlocks(response: ServerResponse, id: number | undefined): void {
  const result = {
    resultType: 'complete',
    content: UPSTREAM_BLOCKS,
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'upstream' }, 'example/kept': 1 },
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
}

function misbehave(mood: UpstreamMood, response: ServerResponse, port: number): void {
  const json = { 'content-type': 'application/json' };
  switch (mood) {
    case 'slow':
      return;
    case 'huge':
      return void response.writeHead(200, json).end(JSON.stringify('x'.repeat(200_000)));
    case 'redirect':
      return void response.writeHead(307, { location: `http://127.0.0.2:${port}/2026` }).end();
    case 'unauthorized':
      return void response.writeHead(401).end();
    case 'failing':
      return void response.writeHead(503).end('Away.');
    case 'garbled':
      return void response.writeHead(200, json).end('{"jsonrpc":"2.0",');
    case 'closing':
      return void response.destroy();
  }
}

function serverOf({ tools, ttlMs }: McpUpstream): Server {
  const capabilities = { tools: {}, prompts: {}, resources: {}, completions: {} };
  const hint = { ttlMs, cacheScope: 'private' as const };
  const server = new Server({ name: 'upstream', version: '1.0.0' }, { capabilities, cacheHints: { 'tools/list': hint } });
  server.setRequestHandler('tools/list', ({ params }) => {
    // Two pages.
    const half = Math.ceil(tools.length / 2);
    return params?.cursor === undefined ? { tools: tools.slice(0, half), nextCursor: 'rest' } : { tools: tools.slice(half) };
  });
  server.setRequestHandler('tools/call', ({ params }, { mcpReq }) => {
    if (!tools.some(({ name }) => name === params.name)) throw new ProtocolError(-32_602, `Unknown tool: ${params.name}`);
    return run(params, mcpReq) as never;
  });
  server.setRequestHandler('prompts/list', () => ({ prompts: [{ name: 'hello', description: 'Says hello.' }] }));
  server.setRequestHandler('prompts/get', ({ params }) => {
    if (params.name !== 'hello') throw new ProtocolError(-32_602, 'Unknown prompt');
    return { messages: [{ role: 'user', content: { type: 'text', text: 'Hello.' } }] };
  });
  server.setRequestHandler('resources/list', () => ({ resources: [{ uri: 'test://one', name: 'one' }] }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [{ uriTemplate: 'test://{id}', name: 'any' }] }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) => ({ contents: [{ uri, mimeType: 'text/plain', text: 'One.' }] }));
  server.setRequestHandler('completion/complete', () => ({ completion: { values: ['hello'] } }));
  return server;
}

const said = (words: string, more: object = {}) => ({ content: [{ type: 'text', text: words }], ...more });

function run(
  { name, arguments: args = {} }: { name: string; arguments?: Record<string, unknown> | undefined },
  { inputResponses, requestState }: ServerContext['mcpReq'],
): object {
  switch (name) {
    case 'add':
      return said('', { structuredContent: { sum: Number(args['a']) + Number(args['b']) } });
    case 'lie':
      return said('', { structuredContent: { sum: 'a lot' } });
    case 'fail':
      return said('The cupboard is bare.', { isError: true });
    case 'ask':
    case 'sample':
      if (!inputResponses) return { resultType: 'input_required', inputRequests: QUESTIONS[name], requestState: `state of ${name}` };
      return said(`${JSON.stringify(inputResponses)} with ${requestState<string>()}`);
    default:
      return said(`${name} is done.`);
  }
}
