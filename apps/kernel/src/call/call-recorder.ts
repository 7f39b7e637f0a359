import { IdempotencyInProgress } from '@skep/contracts';
import type { CallFinished, CallResult } from '@skep/contracts/kernel';
import {
  type Ctx,
  currentLease,
  Database,
  type LeasedPart,
  newCtx,
  Outbox,
  RunStopped,
  serializeEventCtx,
  statement,
  Together,
  traceId,
} from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { NewFeedEvent } from '../feed/feed-event.entity.js';
import { Sequencer } from '../feed/sequencer.js';
import { newId } from '../id.js';
import type { JsonObject } from '../ir/ir.js';
import { toText } from '../ir/plain-json.js';
import { type Admission, type Call, type FinishedCall, panelIdOf, payerOf, sectionOf } from './call.js';
import { toPart } from './call-idempotency.js';
import { chargeOf } from './charging.js';
import { isValidationRejected } from './failure.js';
import { previewOf, toStorableText } from './preview.js';
import type { Price } from './price.js';

/** Bounds one message, because many events must fit into one page of the feed. */
const CHAT_TEXT_MAX = 16_000;
const CHAT_METADATA_BYTES_MAX = 8_192;
/** How many calls are recorded in one transaction: their results under Idempotency-Keys, of up to 256 KiB, are among what is sent. */
const TOGETHER_MAX = 64;

const RECORD = statement('select id from record_calls(:calls, :ctx) id', { id: 'text' });

/** What is recorded of one call: see record_calls.sql. */
interface Recording {
  ctx: Ctx;
  action: { id: string };
  events: NewFeedEvent[];
  finished: CallFinished;
  charged?: object | undefined;
  part?: LeasedPart | undefined;
}

/**
 * Records finished calls, each wholly or not at all: its action, the feed events of its user, its charge and, under an Idempotency-Key, its
 * result. Calls that finish while others are being recorded share the next transaction, and one event `callsFinished`.
 */
@Injectable()
export class CallRecorder {
  private readonly together = new Together<Recording, boolean>((recordings) => this.record(recordings), TOGETHER_MAX);

  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly sequencer: Sequencer,
  ) {}

  /**
   * Resolves when the call is recorded, and its changes are made.
   * @throws ChangesRefused; Problem `idempotency_in_progress` if another process took over the call's key. Then neither is done.
   */
  async commit(finished: FinishedCall, cost: Price): Promise<void> {
    const part = toPart(finished);
    const recording = { ...this.toRecording(finished, cost), part };
    const { changes } = finished;
    if (changes) await this.db.transaction(() => changes.make().then(() => this.recordOrFail(recording)));
    else if (!(await this.together.run(recording))) throw IdempotencyInProgress();
    if (part) currentLease()?.addPart(part);
  }

  private async recordOrFail(recording: Recording): Promise<void> {
    const [isRecorded] = await this.record([recording]);
    if (!isRecorded) throw IdempotencyInProgress();
  }

  /** Records calls, and returns for each whether it is recorded. */
  private async record(recordings: Recording[]): Promise<boolean[]> {
    const recorded = await Promise.all([...Map.groupBy(recordings, ({ ctx }) => ctx.tenant)].map((group) => this.recordOfTenant(...group)));
    this.outbox.wakeAfterCommit();
    this.sequencer.wakeAfterCommit();
    const ids = new Set(recorded.flat().map(({ id }) => id));
    return recordings.map(({ action }) => ids.has(action.id));
  }

  private recordOfTenant(tenant: string, recordings: Recording[]) {
    const { request, trace } = recordings[0]!.ctx;
    const ctx = serializeEventCtx(newCtx({ tenant, actor: 'service:kernel', request, trace }));
    const calls = JSON.stringify(recordings.map(({ ctx: _, ...call }) => call));
    return this.db.inTenant(tenant, () => this.db.rows(RECORD, { calls, ctx }));
  }

  private toRecording(finished: FinishedCall, cost: Price): Recording {
    const { call, admission, usage, result, messages } = finished;
    const { id, ctx, causeId, app, name, params, chainId } = call;
    const fn = app.functions.get(name);
    const isPanel = panelIdOf(name) !== undefined;
    const isQuiet = isPanel || sectionOf(call) !== undefined;
    const status = statusOf(finished);
    const common = {
      trace_id: traceId(ctx),
      user_id: ctx.user,
      tenant_id: ctx.tenant,
      app_id: app.id,
      action_type: isQuiet ? 'read' : fn ? (fn.action_type ?? 'write') : 'unknown',
      status,
      duration_ms: Math.round(performance.now() - call.startedAt),
      tokens_used: usage.tokens,
    };
    const action = {
      ...common,
      id,
      cause_id: causeId,
      chain_id: chainId,
      source: isPanel ? 'panel' : call.source,
      tool_name: name,
      message_preview: previewOf(params),
      result_preview: result.data === null ? null : previewOf(result.data),
      error: status === 'cancelled' ? 'cancelled' : result.error && toStorableText(result.error.slice(0, 500)),
      llm_provider: usage.provider,
      llm_model: usage.model,
      llm_total_calls: usage.calls,
      action_price: cost.base_price + cost.platform_fee,
      extension_price: cost.base_price,
      platform_fee: cost.platform_fee,
    };
    const events = isQuiet
      ? []
      : [...this.createEvents(call, status, result), ...messages.map((message) => this.createChatMessage(call, message))];
    const charge = chargeOf(finished, cost);
    return {
      ...{ ctx, action, events },
      finished: { ...common, user_id: payerOf(call).user, action_id: id, function: name, ...toCountedFields(admission) },
      charged: charge && { ctx: JSON.parse(serializeEventCtx(payerOf(call))) as object, payload: charge },
    };
  }

  /** Every call is an event; a successful call of a function that declares an event is that event too. Showing a panel is not an event: the panel would refresh itself. Nor is making a section of a skeleton. */
  private createEvents({ id, ctx, app, name }: Call, status: string, { error_code }: CallResult): NewFeedEvent[] {
    const fn = app.functions.get(name);
    const declared = status === 'success' && fn && 'event' in fn ? fn.event.replace(`${app.id}.`, '') : '';
    const actions = [...new Set([name, declared])].filter(Boolean);
    const data = { status, ...(error_code && { error_code }) };
    return actions.map((action) => ({
      ...{ tenant_id: ctx.tenant, user_id: ctx.user, trace_id: traceId(ctx) },
      type: `${app.id}.${action}`,
      payload: { scope: app.id, action, id, actor: ctx.user, data },
    }));
  }

  private createChatMessage({ ctx, app }: Call, { message, channel, metadata }: JsonObject): NewFeedEvent {
    const message_id = newId('msg');
    const text = toText(message ?? '')
      .slice(0, CHAT_TEXT_MAX)
      .toWellFormed();
    const fits = metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) <= CHAT_METADATA_BYTES_MAX;
    const data = { message_id, text, ...(channel && { channel: toText(channel).slice(0, 64) }), ...(fits && { metadata }) };
    return {
      ...{ tenant_id: ctx.tenant, user_id: ctx.user, trace_id: traceId(ctx) },
      type: 'chat_message',
      payload: { ...data, scope: app.id, action: 'chat_message', id: message_id, actor: app.id, data },
    };
  }
}

function statusOf({ call: { signal }, result }: FinishedCall): string {
  if (result.status === 'success') return 'success';
  if (isValidationRejected(result)) return 'validation_rejected';
  return signal.reason instanceof RunStopped && signal.reason.why === 'cancelled' ? 'cancelled' : 'failed';
}

function toCountedFields({ counted }: Admission): Pick<CallFinished, 'counted' | 'counted_by'> {
  if (!counted) return {};
  return counted === true ? { counted } : { counted_by: counted.possiblyUnder };
}
