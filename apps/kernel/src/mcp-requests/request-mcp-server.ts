import { NotFound } from '@skep/contracts';
import type { McpAnswer, McpRequest } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppResolver } from '../call/app-resolver.js';
import { IrError } from '../ir/ir-error.js';
import type { JsonObject } from '../ir/ir.js';
import { SERVER_CALL } from '../ir/permissions.js';
import { KernelConfig } from '../kernel.config.js';
import { McpClient } from '../mcp/mcp-client.js';
import { McpCredentials } from '../mcp/mcp-credentials.js';
import { McpServerError } from '../mcp/mcp-failure.js';
import { McpRelay, relayedCapabilities } from '../mcp/mcp-relay.js';

// Of JSON-RPC 2.0.
const INVALID_PARAMS = -32_602;
const INTERNAL_ERROR = -32_603;

/** Passes requests for prompts, resources and completion to the MCP server of an app that the caller has. */
@Injectable()
export class RequestMcpServer {
  constructor(
    private readonly apps: AppResolver,
    private readonly client: McpClient,
    private readonly credentials: McpCredentials,
    private readonly relay: McpRelay,
    private readonly config: KernelConfig,
  ) {}

  /** @throws Problem `app_not_installed`, `app_suspended`, `app_disabled`, `forbidden`; `not_found` if the app has no MCP server */
  async run(ctx: Ctx, { app_id, method, params, round }: McpRequest): Promise<McpAnswer> {
    const { id, revision, mcp: server, permissions } = await this.apps.resolve(ctx, app_id);
    if (!server || !permissions.has(SERVER_CALL)) throw NotFound();
    try {
      const headers = await this.credentials.headersFor(ctx, id, server);
      const capabilities = relayedCapabilities(server, round);
      const timeoutMs = Math.max(1, Math.min(this.config.SKEP_MCP_TIMEOUT_MS, ctx.deadline - Date.now()));
      const request = { method, params: params as JsonObject, round, of: [id, revision] };
      const result = await this.client.connect({ url: server.url, headers, capabilities, trace: ctx.trace, timeoutMs }, (connection) =>
        this.relay.send(ctx, server, connection, request),
      );
      return { result };
    } catch (error) {
      if (!(error instanceof IrError)) throw error;
      return error.code === 'INPUT_REQUIRED' ? { result: error.data as JsonObject } : { error: toRpcError(error) };
    }
  }
}

function toRpcError(error: IrError): Record<string, unknown> {
  if (error instanceof McpServerError) return { ...error.rpc };
  const code = error.code === 'INVALID_STATE' ? INVALID_PARAMS : INTERNAL_ERROR;
  return { code, message: error.message, data: { code: error.code } };
}
