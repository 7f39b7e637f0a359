import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import Fastify from 'fastify';

/**
 * The example server of the MCP SDK on Fastify, with one tool: no person, no database, no price, nothing recorded. Reads PORT from the environment, and
 * sends a message once it listens.
 */
const NOTE = { text: 'Milk, eggs.' };
const TOOL = { name: 'find', description: 'Finds a note.', inputSchema: { type: 'object' as const }, annotations: { readOnlyHint: true } };

const handler = createMcpHandler(() => {
  const server = new Server({ name: 'bare', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', () => ({ tools: [TOOL] }));
  server.setRequestHandler('tools/call', () => ({ content: [{ type: 'text', text: JSON.stringify(NOTE) }], structuredContent: NOTE }));
  return server;
});

const app = Fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body));
app.post('/mcp', async (request, reply) => {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]);
  const answer = await handler.fetch(new Request('http://127.0.0.1/mcp', { method: 'POST', headers, body: String(request.body) }));
  return reply
    .code(answer.status)
    .headers(Object.fromEntries(answer.headers))
    .send(await answer.text());
});
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
process.send?.('ready');
