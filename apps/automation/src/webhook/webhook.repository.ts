import {
  type InboundWebhookEvent,
  InboundWebhookNotFound,
  type RotatedSecret,
  SlugTaken,
  TooManyWebhooks,
  WEBHOOKS_MAX,
} from '@skep/contracts/automation';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes, randomUUID } from 'node:crypto';
import { replaceSecret } from '../job/valid-secrets.js';
import { WebhookEntity } from './webhook.entity.js';
import { WebhookEventEntity } from './webhook-event.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
export type NewWebhook = Pick<WebhookEntity, 'name' | 'preset' | 'sealed_secret' | 'trigger_agent'> &
  Partial<Pick<WebhookEntity, 'slug' | 'template' | 'target_conversation_id'>>;
export type NewWebhookEvent = Pick<WebhookEventEntity, 'status'> &
  Partial<Pick<WebhookEventEntity, 'delivery_id' | 'body_hash' | 'payload' | 'headers' | 'processed_content' | 'error'>>;

/** How many deliveries that were not taken are kept within an hour: anyone can send them. */
const FAILED_MAX = 50;
/** Seconds within which the same signed body is the same delivery. */
const REPEATED_S = 300;
/** How many deliveries of a webhook are kept. */
const EVENTS_MAX = 1_000;

const LOCK_OWNER = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended('webhooks ' || :tenant || ' ' || :user, 0))`, {
  locked: 'int4',
});
const CREATE = statement(
  `insert into webhook (id, tenant_id, user_id, name, slug, preset, sealed_secret, template, target_conversation_id, trigger_agent)
   values (:id, :tenant_id, :user_id, :name, :slug, :preset, :sealed_secret, :template, :target_conversation_id, :trigger_agent)
   on conflict (slug) do nothing returning id`,
  { id: 'text' },
);
const FIND_BY_SLUG = statement('select * from webhook where slug = :slug', WebhookEntity);
/** Also removes old deliveries. Of several at once none waits for what another one removes. */
const ADD_EVENT = statement(
  `with added as (
     insert into webhook_event (id, webhook_id, tenant_id, user_id, delivery_id, body_hash, status, payload, headers, processed_content, error)
     values (:id, :webhook_id, :tenant_id, :user_id, :delivery_id, :body_hash, :status, :payload::jsonb, :headers::jsonb, :processed_content, :error)
     on conflict (webhook_id, delivery_id) where delivery_id is not null do nothing returning id
   ), pruned as (
     delete from webhook_event where id in (
       select id from webhook_event where id in (
         select id from webhook_event where webhook_id = :webhook_id order by created_at desc, id desc offset ${EVENTS_MAX - 1} limit 100)
       for update skip locked))
   select id from added`,
  { id: 'text' },
);
const LOCK_BODY = statement(
  `select 1 as locked from pg_advisory_xact_lock(hashtextextended('delivery ' || :webhook_id || ' ' || :body_hash, 0))`,
  {
    locked: 'int4',
  },
);
const SAME_BODY = statement(
  `select * from webhook_event where webhook_id = :webhook_id and body_hash = :body_hash
     and created_at > clock_timestamp() - make_interval(secs => ${REPEATED_S}) order by created_at limit 1`,
  WebhookEventEntity,
);
const COUNT_FAILED = statement(
  `select count(*)::integer as n from webhook_event
    where webhook_id = :webhook_id and status = 'failed' and created_at > clock_timestamp() - interval '1 hour'`,
  { n: 'int4' },
);

/** Reads and writes webhooks and their deliveries. Those of someone else do not exist. */
@Injectable()
export class WebhookRepository {
  constructor(private readonly db: Database) {}

  /** @throws Problem `slug_taken`, `too_many_webhooks` */
  create({ tenant: tenant_id, user: user_id }: Owner, webhook: NewWebhook): Promise<WebhookEntity> {
    return this.db.transaction(async () => {
      await this.db.rows(LOCK_OWNER, { tenant: tenant_id, user: user_id });
      if ((await this.webhooks().countBy({ tenant_id, user_id })) >= WEBHOOKS_MAX) throw TooManyWebhooks();
      const { slug = randomBytes(12).toString('hex'), template = '', target_conversation_id = null, ...rest } = webhook;
      const row = { ...rest, id: randomUUID(), tenant_id, user_id, slug, template, target_conversation_id };
      if (!(await this.db.row(CREATE, await this.db.sealed(WebhookEntity, row)))) throw SlugTaken();
      return this.webhooks().findOneByOrFail({ id: row.id });
    });
  }

  list({ tenant: tenant_id, user: user_id }: Owner): Promise<WebhookEntity[]> {
    return this.webhooks().find({ where: { tenant_id, user_id }, order: { created_at: 'desc', id: 'desc' } });
  }

  /** A webhook of the caller. @throws Problem `webhook_not_found` */
  async find({ tenant, user }: Owner, id: string): Promise<WebhookEntity> {
    const webhook = await this.webhooks().findOneBy({ id, tenant_id: tenant, user_id: user });
    if (!webhook) throw InboundWebhookNotFound();
    return webhook;
  }

  /** The webhook of an address, of any user. @throws Problem `webhook_not_found` */
  async findBySlug(slug: string): Promise<WebhookEntity> {
    const webhook = await this.db.acrossTenants(() => this.db.row(FIND_BY_SLUG, { slug }));
    if (!webhook) throw InboundWebhookNotFound();
    return webhook;
  }

  async update({ id, tenant_id }: WebhookEntity, changes: Partial<WebhookEntity>): Promise<void> {
    if (Object.keys(changes).length) await this.webhooks().update({ id, tenant_id }, changes);
  }

  async delete({ id, tenant_id }: WebhookEntity): Promise<void> {
    await this.webhooks().delete({ id, tenant_id });
  }

  /** Adds a delivery in the current transaction. Undefined if it has come before. */
  async addEvent({ id: webhook_id, tenant_id, user_id }: WebhookEntity, event: NewWebhookEvent): Promise<string | undefined> {
    const { status, delivery_id = null, body_hash = null, payload = null, headers = {}, processed_content = null, error = null } = event;
    const json = { payload: JSON.stringify(payload), headers: JSON.stringify(headers) };
    const row = { id: randomUUID(), webhook_id, tenant_id, user_id, delivery_id, body_hash, status, processed_content, error, ...json };
    return (await this.db.row(ADD_EVENT, row))?.id;
  }

  /** A delivery of the same body lately, in the current transaction, in which no other such delivery is added. */
  async findSameBody({ id: webhook_id }: WebhookEntity, body_hash: string): Promise<WebhookEventEntity | undefined> {
    await this.db.rows(LOCK_BODY, { webhook_id, body_hash });
    return this.db.row(SAME_BODY, { webhook_id, body_hash });
  }

  /** Replaces the secret. @returns it, and until when the former one is valid */
  async rotateSecret({ id, tenant_id, sealed_secret }: WebhookEntity, secret: string, overlapHours: number): Promise<RotatedSecret> {
    const secrets = replaceSecret(sealed_secret, secret, overlapHours);
    await this.webhooks().update({ id, tenant_id }, secrets);
    return { secret, previous_until: secrets.previous_until };
  }

  /** Keeps that a delivery was not taken, unless many were not lately. */
  async addFailure(webhook: WebhookEntity, error: string): Promise<void> {
    if ((await this.db.row(COUNT_FAILED, { webhook_id: webhook.id }))!.n < FAILED_MAX)
      await this.addEvent(webhook, { status: 'failed', error });
  }

  /** The newest first. */
  async listEvents({ id: webhook_id, tenant_id }: WebhookEntity, limit: number): Promise<InboundWebhookEvent[]> {
    const select = { id: true, status: true, processed_content: true, error: true, created_at: true };
    return this.events().find({ select, where: { webhook_id, tenant_id }, order: { created_at: 'desc', id: 'desc' }, take: limit });
  }

  async findEvent(
    { id: webhook_id, tenant_id }: WebhookEntity,
    where: { id: string } | { delivery_id: string },
  ): Promise<WebhookEventEntity> {
    const event = await this.events().findOneBy({ ...where, webhook_id, tenant_id });
    if (!event) throw InboundWebhookNotFound();
    return event;
  }

  private webhooks() {
    return this.db.repository(WebhookEntity);
  }

  private events() {
    return this.db.repository(WebhookEventEntity);
  }
}
