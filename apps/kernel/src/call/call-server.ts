import { type Ctx, currentLease, type OutboundAnswer, OutboundError, RunStopped } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { CallTokens } from '../call-token/call-tokens.js';
import { AppHealth } from '../health/app-health.js';
import { IrError } from '../ir/ir-error.js';
import { type HttpImpl, type IrFunction, isObject, type Json, type JsonObject } from '../ir/ir.js';
import { formatFault } from '../ir/json-schema.js';
import { validatorOf } from '../ir/params.js';
import { SERVER_CALL } from '../ir/permissions.js';
import { measureJson } from '../ir/plain-json.js';
import { codeOfStatus, outboundFailure, wrongAnswer } from '../server-client/outbound-failure.js';
import { ServerClient } from '../server-client/server-client.js';
import { SigningSecrets } from '../signing-secret/signing-secrets.js';
import type { Call } from './call.js';

const ANSWER_LIMITS = { bytes: 256 * 1024, depth: 32 };
const TIMEOUT_MAX_MS = 180_000;
const MESSAGE_MAX = 500;

/** A function that its developer's server runs. */
type ServerFunction = IrFunction & { impl: HttpImpl };
type Answer = OutboundAnswer & { bytes: Buffer };

/** Whether a server of the developer runs the function. */
export const isOnServer = (fn: IrFunction): fn is ServerFunction => fn.impl.kind === 'http';

/**
 * Calls a function on a server of its developer: one POST, signed as in Standard Webhooks. Its `webhook-id` is the same however often the same call is
 * repeated under its Idempotency-Key, so that the server can run it once. What the server answers wrongly is a failure of the function.
 */
@Injectable()
export class CallServer {
  constructor(
    private readonly client: ServerClient,
    private readonly secrets: SigningSecrets,
    private readonly tokens: CallTokens,
    private readonly health: AppHealth,
  ) {}

  /** @throws IrError `PERMISSION_DENIED`, `BACKEND_TIMEOUT`, `BACKEND_5XX`, `RATE_LIMITED`, `EXT_UNSTRUCTURED_ERROR` */
  async run(call: Call, fn: ServerFunction, params: JsonObject): Promise<Json> {
    const { app, signal } = call;
    if (!app.permissions.has(SERVER_CALL)) throw new IrError('PERMISSION_DENIED', `'${app.id}' lacks the permission '${SERVER_CALL}'`);
    const answer = await this.post(call, fn, params).catch((error: unknown) => {
      if (!(error instanceof OutboundError)) throw error;
      if (!(signal.reason instanceof RunStopped)) this.health.note(app.id, false);
      throw outboundFailure(signal.aborted ? 'time' : error.reason, ANSWER_LIMITS.bytes);
    });
    const result = readAnswer(fn, answer);
    const isWrong = result instanceof IrError;
    this.health.note(app.id, !isWrong || (answer.status < 500 && !isSuccess(answer)));
    if (isWrong) throw result;
    return result;
  }

  private async post({ ctx, app, name, id, signal }: Call, { impl }: ServerFunction, params: JsonObject): Promise<Answer> {
    const { tenant: tenant_id, user: user_id } = ctx;
    const data = { app_id: app.id, function: name, params, user_id, tenant_id };
    const body = JSON.stringify({ type: 'function.call', timestamp: new Date().toISOString(), data });
    const owner = { ...app.developer!, app_id: app.id };
    const webhookId = webhookIdOf(ctx, id, data);
    const [signature, token] = await Promise.all([
      this.secrets.sign(owner, webhookId, body),
      this.tokens.mint({ tool_type: 'tool', app_id: app.id, tenant_id, user_id }),
    ]);
    return this.client.fetch(impl.url, {
      method: 'POST',
      headers: { ...signature, authorization: `ImperalCallToken ${token}`, 'content-type': 'application/json', accept: 'application/json' },
      body,
      signal,
      timeoutMs: Math.min(Math.max(1, ctx.deadline - Date.now()), TIMEOUT_MAX_MS),
      maxBytes: ANSWER_LIMITS.bytes,
      redirects: 0,
    });
  }
}

/** The id of a call for its server: under an Idempotency-Key it follows from the key, and does not change when the call is made again. */
function webhookIdOf({ actor, idempotencyKey }: Ctx, callId: string, data: object): string {
  const lease = currentLease();
  if (!lease) return `msg_${callId}`;
  const parts = JSON.stringify([lease.joinKey, actor, idempotencyKey, data]);
  return `msg_${createHash('sha256').update(parts).digest('base64url')}`;
}

const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** The result that a server answered, or the failure. */
function readAnswer(fn: ServerFunction, answer: Answer): Json | IrError {
  const json = parseJson(answer.bytes);
  if (!isSuccess(answer))
    return new IrError(codeOfStatus(answer.status), `the server of this app answered ${answer.status}${messageOf(json)}`);
  if (json === undefined) return wrongAnswer('is not JSON');
  const { fault } = measureJson(json, ANSWER_LIMITS);
  if (fault) return wrongAnswer(fault.msg);
  const mismatch = validatorOf(fn, 'return_schema')(json);
  return mismatch ? wrongAnswer(`does not match its return_schema: ${formatFault(mismatch)}`) : json;
}

/** Undefined if it is not JSON. An empty answer is null. */
function parseJson(bytes: Buffer): Json | undefined {
  if (!bytes.length) return null;
  try {
    return JSON.parse(bytes.toString()) as Json;
  } catch {
    return undefined;
  }
}

/** What the server says about its failure: its `error`, `detail` or `message`. */
function messageOf(json: Json | undefined): string {
  const text = isObject(json) ? [json['error'], json['detail'], json['message']].find((value) => typeof value === 'string') : undefined;
  return text ? `: ${text.slice(0, MESSAGE_MAX).toWellFormed()}` : '';
}
