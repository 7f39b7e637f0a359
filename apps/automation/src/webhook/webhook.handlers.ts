import {
  automation,
  type CreateInboundWebhook,
  type InboundWebhook,
  type InboundWebhookEventRef,
  type InboundWebhookRef,
  type ListInboundWebhookEvents,
  type ReceiveInboundWebhook,
  type RotateInboundWebhook,
  type TestInboundWebhook,
  type UpdateInboundWebhook,
} from '@skep/contracts/automation';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { randomBytes } from 'node:crypto';
import { Deliveries } from './deliveries.js';
import type { WebhookEntity } from './webhook.entity.js';
import { WebhookRepository } from './webhook.repository.js';

@Handlers()
export class WebhookHandlers {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly deliveries: Deliveries,
  ) {}

  @Handle(automation.createInboundWebhook)
  async createInboundWebhook(ctx: Ctx, input: CreateInboundWebhook) {
    const { secret = newSecret(), conversation_id, target_conversation_id = conversation_id, ...webhook } = input;
    const conversation = target_conversation_id === undefined ? {} : { target_conversation_id };
    const created = await this.webhooks.create(ctx, { ...webhook, ...conversation, sealed_secret: secret || null });
    const { id, name, slug, preset, sealed_secret } = created;
    return { id, name, slug, preset, secret: sealed_secret, receive_url: urlOf(slug) };
  }

  @Handle(automation.listInboundWebhooks)
  async listInboundWebhooks(ctx: Ctx) {
    return { webhooks: (await this.webhooks.list(ctx)).map(toWebhook) };
  }

  @Handle(automation.getInboundWebhook)
  async getInboundWebhook(ctx: Ctx, { webhook_id }: InboundWebhookRef) {
    return toWebhook(await this.webhooks.find(ctx, webhook_id));
  }

  @Handle(automation.updateInboundWebhook)
  async updateInboundWebhook(ctx: Ctx, { webhook_id, ...changes }: UpdateInboundWebhook) {
    await this.webhooks.update(await this.webhooks.find(ctx, webhook_id), changes);
    return { status: 'updated' };
  }

  @Handle(automation.rotateInboundWebhook)
  async rotateInboundWebhook(ctx: Ctx, { webhook_id, secret = newSecret(), overlap_hours }: RotateInboundWebhook) {
    return this.webhooks.rotateSecret(await this.webhooks.find(ctx, webhook_id), secret, overlap_hours);
  }

  @Handle(automation.deleteInboundWebhook)
  async deleteInboundWebhook(ctx: Ctx, { webhook_id }: InboundWebhookRef) {
    await this.webhooks.delete(await this.webhooks.find(ctx, webhook_id));
    return { status: 'deleted' };
  }

  @Handle(automation.listInboundWebhookEvents)
  async listInboundWebhookEvents(ctx: Ctx, { webhook_id, limit }: ListInboundWebhookEvents) {
    return { events: await this.webhooks.listEvents(await this.webhooks.find(ctx, webhook_id), limit) };
  }

  @Handle(automation.replayInboundWebhookEvent)
  async replayInboundWebhookEvent(ctx: Ctx, { webhook_id, event_id }: InboundWebhookEventRef) {
    const webhook = await this.webhooks.find(ctx, webhook_id);
    return this.deliveries.replay(ctx, webhook, await this.webhooks.findEvent(webhook, { id: event_id }));
  }

  @Handle(automation.testInboundWebhook)
  async testInboundWebhook(ctx: Ctx, { webhook_id, payload }: TestInboundWebhook) {
    return this.deliveries.test(await this.webhooks.find(ctx, webhook_id), payload);
  }

  @Handle(automation.receiveInboundWebhook)
  receiveInboundWebhook(ctx: Ctx, delivery: ReceiveInboundWebhook) {
    return this.deliveries.receive(ctx, delivery);
  }
}

const newSecret = () => randomBytes(32).toString('hex');

const urlOf = (slug: string) => `/api/webhooks/receive/${slug}`;

const toWebhook = ({ sealed_secret, sealed_previous: _, ...webhook }: WebhookEntity): InboundWebhook => ({
  ...webhook,
  has_secret: sealed_secret !== null,
  receive_url: urlOf(webhook.slug),
});
