import { createMcpHandler } from '@modelcontextprotocol/server';
import { expect, it } from '@jest/globals';
import { DiscoverableServer } from './discoverable-server.js';

const REVISIONS = ['2026-07-28', '2025-11-25'];
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2026-07-28' };
const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };

it('sends the results of tools with the keys and the order that the handler returned', async () => {
  const block = { type: 'resource_link', uri: 'https://links.example/1', name: 'one', 'example/more': 1 };
  const handler = createMcpHandler(() => {
    const server = new DiscoverableServer({ name: 'test', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/call', () => ({ content: [block] as never }));
    return server;
  });
  const answer = await handler.fetch(
    new Request('http://localhost/mcp', {
      method: 'POST',
      headers: { ...HEADERS, 'mcp-method': 'tools/call', 'mcp-name': 'link' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'link', arguments: {}, _meta: META } }),
    }),
  );
  expect(JSON.stringify(((await answer.json()) as { result: { content: unknown } }).result.content)).toBe(JSON.stringify([block]));
});

it('names all of its revisions: the SDK sets its own handler of server/discover before it connects the server', async () => {
  const options = { capabilities: { tools: {} }, supportedProtocolVersions: REVISIONS };
  const handler = createMcpHandler(() => new DiscoverableServer({ name: 'test', version: '1.0.0' }, options));
  const answer = await handler.fetch(
    new Request('http://localhost/mcp', {
      method: 'POST',
      headers: { ...HEADERS, 'mcp-method': 'server/discover' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: META } }),
    }),
  );
  expect(await answer.json()).toMatchObject({ result: { supportedVersions: REVISIONS, capabilities: { tools: {} } } });
});
