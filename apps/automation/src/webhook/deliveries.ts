import { TooLarge } from '@skep/contracts';
import { DELIVERY_MAX, InboundWebhookDisabled, InvalidSignature, type ReceiveInboundWebhook } from '@skep/contracts/automation';
import { type Ctx, Database, newCtx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { storable } from '../execution/storable.js';
import { Happenings } from '../happening/happenings.js';
import { validSecretsOf } from '../job/valid-secrets.js';
import { Queue } from '../queue/queue.js';
import { fillTemplate, isDeep } from '../template/fill-template.js';
import { CREDENTIALS, type Delivery, deliveryIdOf, hashOf, isSigned, SIGNS_ID } from './signature.js';
import type { WebhookEntity } from './webhook.entity.js';
import type { WebhookEventEntity } from './webhook-event.entity.js';
import { type NewWebhookEvent, WebhookRepository } from './webhook.repository.js';

export interface Processed {
  status: 'ok';
  event_id: string;
  processed: string;
}

/** Takes deliveries of other parties, and tells agents of them after the answer. */
@Injectable()
export class Deliveries {
  constructor(
    private readonly db: Database,
    private readonly webhooks: WebhookRepository,
    private readonly happenings: Happenings,
    private readonly queue: Queue,
  ) {}

  /** @throws Problem `webhook_not_found`, `webhook_disabled`, `invalid_signature`, `too_large`, `queue_full` */
  async receive({ trace }: Ctx, { slug, headers, body: base64 }: ReceiveInboundWebhook): Promise<Processed> {
    const webhook = await this.webhooks.findBySlug(slug);
    if (!webhook.enabled) throw InboundWebhookDisabled();
    const body = Buffer.from(base64, 'base64');
    if (body.length > DELIVERY_MAX) throw TooLarge();
    const delivery: Delivery = { headers, body, payload: parsePayload(body) };
    const { tenant_id: tenant, user_id: user, preset, sealed_secret } = webhook;
    const isVerified = sealed_secret !== null;
    return this.db.inTenant(tenant, async () => {
      if (isVerified && !validSecretsOf(webhook).some((secret) => isSigned(preset, secret, delivery))) {
        await this.webhooks.addFailure(webhook, 'Invalid signature');
        throw InvalidSignature();
      }
      const ctx = newCtx({ tenant, user, actor: 'service:automation', trace });
      const body_hash = isVerified && !SIGNS_ID.includes(preset) ? hashOf(body) : null;
      const ids = { delivery_id: deliveryIdOf(preset, delivery), body_hash };
      const event = { ...ids, payload: delivery.payload, headers: withoutCredentials(headers) };
      return this.process(ctx, webhook, event);
    });
  }

  /** Fills the template and keeps the delivery, and nothing else. */
  async test(webhook: WebhookEntity, payload: Record<string, unknown>): Promise<Processed> {
    const processed_content = fill(webhook, payload, {});
    const event_id = (await this.webhooks.addEvent(webhook, { status: 'processed', payload, processed_content }))!;
    return { status: 'ok', event_id, processed: processed_content };
  }

  /** Processes a delivery again, as a new one. */
  replay(ctx: Ctx, webhook: WebhookEntity, { payload, headers }: WebhookEventEntity): Promise<Processed> {
    return this.process(ctx, webhook, { payload, headers });
  }

  private process(
    ctx: Ctx,
    webhook: WebhookEntity,
    {
      delivery_id = null,
      body_hash = null,
      payload,
      headers,
    }: Pick<NewWebhookEvent, 'delivery_id' | 'body_hash'> & Pick<WebhookEventEntity, 'payload' | 'headers'>,
  ): Promise<Processed> {
    const processed_content = fill(webhook, payload, headers);
    const { id, name, slug, trigger_agent, target_conversation_id: conversation_id } = webhook;
    return this.db.transaction(async () => {
      const same = body_hash === null ? undefined : await this.webhooks.findSameBody(webhook, body_hash);
      if (same) return answerOf(same);
      const event = { status: 'processed' as const, delivery_id, body_hash, payload, headers, processed_content };
      const event_id = await this.webhooks.addEvent(webhook, event);
      if (event_id === undefined) return answerOf(await this.webhooks.findEvent(webhook, { delivery_id: delivery_id! }));
      if (trigger_agent && conversation_id !== null) {
        const message = `[Webhook: ${name}]\n${processed_content}`;
        await this.queue.submit(ctx, { type: 'agent_run', payload: { conversation_id, message }, tainted: true });
      }
      await this.happenings.note(ctx, 'webhook.received', {
        webhook_id: id,
        event_id,
        name,
        slug,
        text: processed_content.slice(0, 4_000),
      });
      return { status: 'ok', event_id, processed: processed_content };
    });
  }
}

const answerOf = ({ id, processed_content }: WebhookEventEntity): Processed => ({
  ...{ status: 'ok', event_id: id, processed: processed_content ?? '' },
});

const fill = ({ template }: WebhookEntity, payload: unknown, headers: Record<string, string>): string =>
  fillTemplate(template, { payload, headers });

/** The body as JSON, or as text if it is none. */
function parsePayload(body: Buffer): unknown {
  const text = body.toString();
  try {
    const json = JSON.parse(text) as unknown;
    return isDeep(json) ? { raw: storable(text) } : storable(json);
  } catch {
    return { raw: storable(text) };
  }
}

const withoutCredentials = (headers: Record<string, string>): Record<string, string> =>
  storable(Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.includes(name))));
