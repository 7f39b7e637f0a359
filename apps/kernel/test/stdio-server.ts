import { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

/** An MCP server on standard input and output. Its tools return its environment, wait for ever, and end the process. */
const TOOLS = ['environment', 'wait', 'exit'].map((name) => ({
  name,
  description: `The tool ${name}.`,
  inputSchema: { type: 'object' as const },
  annotations: { readOnlyHint: true },
}));

serveStdio(() => {
  const server = new Server({ name: 'stdio', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', () => ({ tools: TOOLS }));
  server.setRequestHandler('tools/call', ({ params: { name } }) => {
    if (name === 'wait') return new Promise(() => {});
    if (name === 'exit') process.exit(1);
    return { content: [], structuredContent: { env: process.env, args: process.argv.slice(2), pid: process.pid } };
  });
  return server;
});
