import { type OutboundAnswer, OutboundError } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Client, PriorDiscovery, StandardSchemaV1, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../ir/ir.js';
import { KernelConfig } from '../kernel.config.js';
import { ServerClient } from '../server-client/server-client.js';
import { McpCommands } from './mcp-commands.js';
import { toMcpFailure } from './mcp-failure.js';
import { isCommand } from './parse-commands.js';

/** How to reach an MCP server, on behalf of one user or of none. */
export interface McpTarget {
  /** `command:` and a name for a program of the operator. */
  url: string;
  /** The credential of the user. */
  headers: Readonly<Record<string, string>>;
  /** What the server may ask for. */
  capabilities: JsonObject;
  /** `traceparent` of the call. */
  trace: string;
  /** Milliseconds for all requests together. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/** A connection to an MCP server, for one piece of work. */
export interface McpConnection {
  /** What the server offers. */
  capabilities: JsonObject;
  /**
   * Sends a request. Its result may be a question: `resultType: "input_required"`.
   * @param headers those of this request alone, for a server whose revision knows them
   */
  send(method: string, params: JsonObject, headers?: Readonly<Record<string, string>>): Promise<JsonObject>;
}

const VERSION = '1.0.0';
/** How long it is kept which revision a server speaks. */
const ERA_TTL_MS = 600_000;
const ERAS_MAX = 1_000;
const BODILESS: readonly number[] = [204, 205, 304];
/** Accepts what the server answers as it is: the SDK would rearrange it. */
const AS_IT_IS: StandardSchemaV1<unknown, JsonObject> = {
  '~standard': { version: 1, vendor: 'skep', validate: (value) => ({ value: value as JsonObject }) },
};

/** Speaks to MCP servers of apps, of all revisions, through the client that checks addresses. Nothing is kept open between two pieces of work. */
@Injectable()
export class McpClient {
  private readonly eras = new LRUCache<string, PriorDiscovery>({ max: ERAS_MAX, ttl: ERA_TTL_MS });
  private sdk?: Promise<typeof import('@modelcontextprotocol/client') & typeof import('@modelcontextprotocol/client/stdio')>;

  constructor(
    private readonly client: ServerClient,
    private readonly commands: McpCommands,
    private readonly config: KernelConfig,
  ) {}

  /** @throws IrError for what goes wrong at the server, and what `work` throws */
  async connect<T>(target: McpTarget, work: (connection: McpConnection) => Promise<T>): Promise<T> {
    const { url, headers, capabilities, trace, timeoutMs: timeout } = target;
    // Some tens of megabytes: loaded with the first call.
    const { Client, StdioClientTransport, StreamableHTTPClientTransport } = await (this.sdk ??= loadSdk());
    const signal = AbortSignal.any([AbortSignal.timeout(timeout), ...(target.signal ? [target.signal] : [])]);
    const outgoing = new OutgoingRequests(this.client, { timeoutMs: timeout, maxBytes: this.config.SKEP_MCP_MAX_BYTES, signal });
    const options = { capabilities, versionNegotiation: { mode: 'auto' as const }, inputRequired: { autoFulfill: false } };
    const client = new Client({ name: 'skep', version: VERSION }, options);
    const transport = isCommand(url)
      ? new StdioClientTransport(this.commands.find(url))
      : new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers }, fetch: outgoing.fetch });
    const key = JSON.stringify([url, headers]);
    const prior = this.eras.get(key);
    try {
      await client.connect(transport, { signal, timeout, ...(prior && { prior }) });
      if (!prior) this.eras.set(key, eraOf(client));
      const isModern = client.getProtocolEra() === 'modern';
      const send = (method: string, { _meta, ...params }: JsonObject, own: Readonly<Record<string, string>> = {}) => {
        const request = { method, params: { ...params, _meta: { ...(_meta as JsonObject), traceparent: trace } } };
        const withHeaders = isModern && { headers: { ...own } };
        return client.request(request, AS_IT_IS, { signal, timeout, allowInputRequired: true, ...withHeaders });
      };
      return await work({ capabilities: (client.getServerCapabilities() ?? {}) as JsonObject, send });
    } catch (error) {
      if (!prior || outgoing.failure) this.eras.delete(key);
      // What an abort breaks looks like a failure of the network.
      const cause = signal.aborted ? new OutboundError('time', 'The time is over.') : (outgoing.failure ?? error);
      throw toMcpFailure(cause, this.config.SKEP_MCP_MAX_BYTES);
    } finally {
      void close(client, transport);
    }
  }
}

/** The requests of one connection, and why one of them failed. */
class OutgoingRequests {
  failure?: OutboundError;

  constructor(
    private readonly client: ServerClient,
    private readonly limits: { timeoutMs: number; maxBytes: number; signal: AbortSignal },
  ) {}

  readonly fetch = async (url: string | URL, { method = 'GET', headers, body, signal }: RequestInit = {}): Promise<Response> => {
    // A stream of notifications, which are not read.
    if (method === 'GET') return new Response(null, { status: 405 });
    const answer = await this.client
      .open(String(url), {
        ...this.limits,
        method,
        headers: Object.fromEntries(new Headers(headers)),
        ...(typeof body === 'string' && { body }),
        signal: AbortSignal.any([this.limits.signal, ...(signal ? [signal] : [])]),
        redirects: 0,
      })
      .catch((error: unknown) => this.note(error));
    const { status } = answer;
    const content = BODILESS.includes(status) ? null : ReadableStream.from(this.read(answer));
    return new Response(content, { status, headers: answer.headers });
  };

  private async *read({ body }: OutboundAnswer): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      this.note(error);
    }
  }

  private note(error: unknown): never {
    if (error instanceof OutboundError) this.failure ??= error;
    throw error;
  }
}

const loadSdk = async () => ({
  ...(await import('@modelcontextprotocol/client')),
  ...(await import('@modelcontextprotocol/client/stdio')),
});

function eraOf(client: Client): PriorDiscovery {
  const discover = client.getDiscoverResult();
  return discover ? { kind: 'modern', discover } : { kind: 'legacy' };
}

/** Ends the process, or the session that a server of 2025 keeps. That may fail: the server ends it later. */
async function close(client: Client, transport: StdioClientTransport | StreamableHTTPClientTransport): Promise<void> {
  if ('terminateSession' in transport) await transport.terminateSession().catch(() => undefined);
  await client.close().catch(() => undefined);
}
