import { type CallFinished, type CallResult, kernel } from '@skep/contracts/kernel';
import { Database, serializeEventCtx, Outbox, statement, traceId } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LanguageModel } from '../ai/language-model.js';
import type { NewFeedEvent } from '../feed/feed-event.entity.js';
import { Sequencer } from '../feed/sequencer.js';
import { newId } from '../id.js';
import type { JsonObject } from '../ir/ir.js';
import { toText } from '../ir/plain-json.js';
import { Charging } from './charging.js';
import { isValidationRejected } from './failure.js';
import { previewOf, toStorableText } from './preview.js';
import { noteResult } from './call-idempotency.js';
import { panelIdOf, type CallExecution } from './call-execution.js';

/** Bounds one message, because many events must fit into one page of the feed. */
const CHAT_TEXT_MAX = 16_000;
const CHAT_METADATA_BYTES_MAX = 8_192;

const RECORD = statement('select record_call(:action, :events, :subject, :ctx, :finished)');

/** Records a finished call in one transaction: its action, the feed events of its user, and the event `callFinished`. */
@Injectable()
export class CallRecorder {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly sequencer: Sequencer,
    private readonly languageModel: LanguageModel,
    private readonly charging: Charging,
  ) {}

  async record(call: CallExecution, result: CallResult, messages: JsonObject[]): Promise<void> {
    const { id, ctx, app, name, params, chainId, llm } = call;
    const fn = app.functions.get(name);
    const isPanel = panelIdOf(name) !== undefined;
    const cost = this.charging.costOf(call, result);
    const status = result.status === 'success' ? 'success' : isValidationRejected(result) ? 'validation_rejected' : 'failed';
    const common = {
      trace_id: traceId(ctx),
      user_id: ctx.user,
      tenant_id: ctx.tenant,
      app_id: app.id,
      action_type: isPanel ? 'read' : fn ? (fn.action_type ?? 'write') : 'unknown',
      status,
      duration_ms: Math.round(performance.now() - call.startedAt),
      tokens_used: llm.tokens,
    };
    const action = {
      ...common,
      id,
      chain_id: chainId,
      source: isPanel ? 'panel' : 'api',
      tool_name: name,
      message_preview: previewOf(params),
      result_preview: result.data === null ? null : previewOf(result.data),
      error: result.error && toStorableText(result.error.slice(0, 500)),
      llm_provider: llm.calls ? this.languageModel.provider : null,
      llm_model: llm.model,
      llm_total_calls: llm.calls,
      action_price: cost.base_price + cost.platform_fee,
      extension_price: cost.base_price,
      platform_fee: cost.platform_fee,
    };
    const finished: CallFinished = { ...common, action_id: id, function: name, ...toCountedFields(call) };
    const events = isPanel
      ? []
      : [...this.createEvents(call, status, result), ...messages.map((message) => this.createChatMessage(call, message))];
    const recorded = {
      action: JSON.stringify(action),
      events: JSON.stringify(events),
      subject: kernel.callFinished.subject,
      ctx: serializeEventCtx(ctx),
      finished: JSON.stringify(finished),
    };
    await this.charging.settle(call, cost, async () => {
      await this.db.rows(RECORD, recorded);
      await noteResult(call, result);
    });
    this.outbox.wakeAfterCommit();
    this.sequencer.wakeAfterCommit();
  }

  /** Every call is an event; a successful call of a function that declares an event is that event too. Showing a panel is not an event: the panel would refresh itself. */
  private createEvents({ id, ctx, app, name }: CallExecution, status: string, { error_code }: CallResult): NewFeedEvent[] {
    const fn = app.functions.get(name);
    const declared = status === 'success' && fn && 'event' in fn ? fn.event.replace(`${app.id}.`, '') : '';
    const actions = [...new Set([name, declared])].filter(Boolean);
    const data = { status, ...(error_code && { error_code }) };
    return actions.map((action) => ({
      tenant_id: ctx.tenant,
      user_id: ctx.user,
      type: `${app.id}.${action}`,
      payload: { scope: app.id, action, id, actor: ctx.user, data },
    }));
  }

  private createChatMessage({ ctx, app }: CallExecution, { message, channel, metadata }: JsonObject): NewFeedEvent {
    const message_id = newId('msg');
    const text = toText(message ?? '')
      .slice(0, CHAT_TEXT_MAX)
      .toWellFormed();
    const fits = metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) <= CHAT_METADATA_BYTES_MAX;
    const data = { message_id, text, ...(channel && { channel: toText(channel).slice(0, 64) }), ...(fits && { metadata }) };
    return {
      tenant_id: ctx.tenant,
      user_id: ctx.user,
      type: 'chat_message',
      payload: { ...data, scope: app.id, action: 'chat_message', id: message_id, actor: app.id, data },
    };
  }
}

function toCountedFields({ counted }: CallExecution): Pick<CallFinished, 'counted' | 'counted_by'> {
  if (!counted) return {};
  return counted === true ? { counted } : { counted_by: counted.possiblyUnder };
}
