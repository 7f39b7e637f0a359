import type { Report } from './ir-fault.js';
import type { McpServer } from './ir.js';
import { isCommand } from '../mcp/parse-commands.js';

export function checkMcpServer({ url, credential }: McpServer, report: Report): void {
  if (!isCommand(url)) checkUrl(url, report);
  else if (credential) report('invalid-mcp-server', 'a program gets no credentials of users', 'credential');
  if (credential && isProtocolHeader(credential.header))
    report('invalid-mcp-server', `'${credential.header}' is a header of the protocol`, 'credential', 'header');
}

/** Headers that HTTP or MCP gives a meaning of their own. */
const isProtocolHeader = (name: string): boolean =>
  /^(mcp-.*|accept.*|content-.*|connection|cookie|expect|host|keep-alive|last-event-id|origin|proxy-.*|te|trailer|transfer-encoding|traceparent|tracestate|upgrade)$/i.test(
    name,
  );

export function checkUrl(text: string, report: Report): void {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) report('invalid-url', `'url' must be an https address`, 'url');
  else if (url.username || url.password) report('invalid-url', `'url' must not contain a password: calls are signed`, 'url');
}
