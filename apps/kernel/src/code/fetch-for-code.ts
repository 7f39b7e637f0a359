import { type Ctx, currentLease, OutboundError } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { CodeCall } from '../call/call.js';
import { IrError } from '../ir/ir-error.js';
import type { Json } from '../ir/ir.js';
import { mayReach } from '../ir/permissions.js';
import { McpCredentials } from '../mcp/mcp-credentials.js';
import { ServerClient } from '../server-client/server-client.js';
import type { FetchInput } from './request-inputs.js';

const ANSWER_BYTES_MAX = 1024 * 1024;
const TIMEOUT_MAX_MS = 60_000;
const REPEATABLE = ['GET', 'HEAD'];
/** Headers that belong to the connection, or that the client sets itself. */
const OF_CONNECTION = /^(connection|content-length|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8000}$/;
const HIDDEN_HEADERS = ['set-cookie'];

/** Requests of code to the hosts that its release names: by the safe client, once, without redirects. */
@Injectable()
export class FetchForCode {
  constructor(
    private readonly client: ServerClient,
    private readonly credentials: McpCredentials,
  ) {}

  /** @param ctx of this request, with its key @throws IrError */
  async fetch({ app, id, signal }: CodeCall, ctx: Ctx, { url, method, headers: given, body, account }: FetchInput): Promise<Json> {
    const address = URL.parse(url);
    if (!address) throw new IrError('VALIDATION_TYPE_ERROR', `http.fetch: '${url.slice(0, 200)}' is not an address`);
    if (!mayReach(app.permissions, address.host))
      throw new IrError(
        'PERMISSION_DENIED',
        `http.fetch: the app may not reach '${address.host}': its capabilities need 'http:${address.host}'`,
      );
    if (address.protocol !== 'https:' && !this.client.isAllowedAddress(address.hostname))
      throw new IrError('PERMISSION_DENIED', `http.fetch: '${address.origin}' is not encrypted: use https`);
    const key: Record<string, string> = REPEATABLE.includes(method) ? {} : { 'idempotency-key': requestKeyOf(ctx, id) };
    // The token passes by the code: it goes to a host that the user has agreed to, and nowhere else.
    const credential = account ? await this.credentials.headersFor(ctx, app.id, bearerOf(account)) : {};
    const answer = await this.client
      .fetch(address.href, {
        ...{ method, signal, maxBytes: ANSWER_BYTES_MAX, redirects: 0, headers: { ...key, ...readHeaders(given), ...credential } },
        ...(body !== undefined && { body }),
        timeoutMs: Math.min(Math.max(1, ctx.deadline - Date.now()), TIMEOUT_MAX_MS),
      })
      .catch((error: unknown) => {
        throw error instanceof OutboundError ? failureOf(error, address.host) : error;
      });
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !HIDDEN_HEADERS.includes(name)));
    return { status: answer.status, headers, body: answer.bytes.toString().toWellFormed().replaceAll('\0', '\ufffd') };
  }
}

const bearerOf = (provider: string) => ({ credential: { provider, header: 'authorization', prefix: 'Bearer ' } });

function readHeaders(headers: FetchInput['headers']): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name) || OF_CONNECTION.test(name))
      throw new IrError('VALIDATION_TYPE_ERROR', `http.fetch: the header '${name}' cannot be set`);
    if (typeof value !== 'string' || !HEADER_VALUE.test(value))
      throw new IrError('VALIDATION_TYPE_ERROR', `http.fetch: the header '${name}' must be a text of one line`);
  }
  return headers as Record<string, string>;
}

/** The same however often the same call is repeated under its Idempotency-Key, so that the server can act once. */
function requestKeyOf({ idempotencyKey, actor }: Ctx, callId: string): string {
  const parts = JSON.stringify([currentLease()?.joinKey ?? callId, actor, idempotencyKey]);
  return createHash('sha256').update(parts).digest('base64url');
}

function failureOf({ reason, message }: OutboundError, host: string): IrError {
  switch (reason) {
    case 'time':
      return new IrError('BACKEND_TIMEOUT', `http.fetch: '${host}' did not answer in time`);
    case 'network':
      return new IrError('BACKEND_5XX', `http.fetch: '${host}' could not be reached`);
    case 'address':
      return new IrError('PERMISSION_DENIED', `http.fetch: '${host}' is not a public address`);
    case 'redirect':
      return new IrError('EXT_UNSTRUCTURED_ERROR', `http.fetch: '${host}' redirects, which is not followed: fetch the new address`);
    case 'size':
      return new IrError('EXT_UNSTRUCTURED_ERROR', `http.fetch: ${message}`);
  }
}
