import type { McpRound } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { IrError } from '../ir/ir-error.js';
import { isObject, type JsonObject, type McpServer } from '../ir/ir.js';
import { wrongAnswer } from '../server-client/outbound-failure.js';
import type { McpConnection } from './mcp-client.js';
import { RequestStates } from './request-states.js';

/** The capability of a client that a question of a server needs. */
const NEEDED: Readonly<Record<string, string>> = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
};

/** A request that passes to the MCP server of an app. */
export interface RelayedRequest {
  method: string;
  params: JsonObject;
  headers?: Readonly<Record<string, string>>;
  /** Undefined: there is no client that could be asked. */
  round: McpRound | undefined;
  /** The app and its release: a question is good for these only. */
  of: readonly unknown[];
}

/** What the server may ask this client for: a form always, sampling and roots only as reviewed. */
export function relayedCapabilities({ relays }: McpServer, round: McpRound | undefined): JsonObject {
  const allowed = ['elicitation', ...relays];
  return Object.fromEntries(Object.entries(round?.capabilities ?? {}).filter(([name]) => allowed.includes(name))) as JsonObject;
}

/** Passes requests to MCP servers, their questions to the client, and its answers to the server. */
@Injectable()
export class McpRelay {
  constructor(private readonly states: RequestStates) {}

  /**
   * The result of the server.
   * @throws IrError `INPUT_REQUIRED` with the questions in `data` if it asks; `INVALID_STATE`
   */
  async send(
    ctx: Ctx,
    server: McpServer,
    connection: McpConnection,
    { method, params, headers, round, of }: RelayedRequest,
  ): Promise<JsonObject> {
    const subject = createHash('sha256')
      .update(JSON.stringify([...of, method, params]))
      .digest('base64url');
    const answers = {
      ...(round?.responses && { inputResponses: round.responses as JsonObject }),
      ...(round?.state !== undefined && { requestState: await this.states.use(ctx, subject, round.state) }),
    };
    const result = await connection.send(method, { ...params, ...answers }, headers);
    if (!isObject(result)) throw wrongAnswer('is no object');
    if (result['resultType'] !== 'input_required') return result;
    const { inputRequests = {}, requestState } = result;
    assertAllowed(inputRequests, relayedCapabilities(server, round));
    const state = typeof requestState === 'string' ? await this.states.seal(ctx, subject, requestState) : undefined;
    throw new IrError('INPUT_REQUIRED', 'the server of this app asks a question, which this client cannot answer', {
      resultType: 'input_required',
      inputRequests,
      ...(state !== undefined && { requestState: state }),
    });
  }
}

/** @throws IrError if the server asks for something that it was not offered */
function assertAllowed(requests: unknown, capabilities: JsonObject): void {
  for (const request of isObject(requests) ? Object.values(requests) : [requests]) {
    const method = isObject(request) ? String(request['method']) : '';
    const needed = NEEDED[method];
    if (needed === undefined || !Object.hasOwn(capabilities, needed))
      throw new IrError(
        'PERMISSION_DENIED',
        `the server of this app asks for '${method}', which its release or this client does not allow`,
      );
  }
}
