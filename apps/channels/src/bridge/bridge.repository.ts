import { BridgeNotFound } from '@skep/contracts/channels';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Credentials } from './adapter.js';
import { BridgeEntity } from './bridge.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
/** What a person decides about a bridge, and whose bot it is. */
export type BridgeSettings = Pick<
  BridgeEntity,
  'channel' | 'credentials' | 'bot_id' | 'bot_name' | 'dm_policy' | 'allow' | 'mention_required' | 'agent_id' | 'enabled' | 'listens'
>;

const ADD = statement(
  `insert into bridge (id, tenant_id, user_id, channel, slug, credentials, bot_id, bot_name, dm_policy, allow, mention_required, agent_id, enabled,
                       listens)
   values (:id, :tenant_id, :user_id, :channel, :slug, :credentials, :bot_id, :bot_name, :dm_policy, :allow, :mention_required, :agent_id, :enabled,
           :listens)
   on conflict (tenant_id, user_id, channel) do nothing returning id`,
  { id: 'text' },
);
const FIND_BY_SLUG = statement('select * from bridge where slug = :slug', BridgeEntity);
/** The listener so far loses its lease. */
const START = statement(
  `update bridge set enabled = true, running = true, last_start = clock_timestamp(), last_error = null, failures = 0,
          listener = null, listen_until = null, listen_after = null
    where id = :id`,
);
const STOP = statement(
  `update bridge set running = false, last_stop = clock_timestamp(), last_error = :error, listener = null, listen_until = null where id = :id`,
);
const LOCK = statement(
  `select * from bridge where id = :id and running and (:listener::text is null or listener = :listener) for update`,
  BridgeEntity,
);
const NOTE_TAKEN = statement(
  `update bridge set position = coalesce(:position, position), message_count_in = message_count_in + :count,
          last_inbound = case when :count > 0 then clock_timestamp() else last_inbound end
    where id = :id`,
);
const NOTE_SENT = statement(
  `update bridge set message_count_out = message_count_out + 1, last_outbound = clock_timestamp() where id = :id`,
);
const ALLOW = statement('update bridge set allow = array_append(allow, :contact_id) where id = :id and not :contact_id = any(allow)');

/** Reads and writes bridges. Those of someone else do not exist. */
@Injectable()
export class BridgeRepository {
  constructor(private readonly db: Database) {}

  list({ tenant: tenant_id, user: user_id }: Owner): Promise<BridgeEntity[]> {
    return this.rows().findBy({ tenant_id, user_id });
  }

  async find({ tenant: tenant_id, user: user_id }: Owner, channel: string): Promise<BridgeEntity | undefined> {
    return (await this.rows().findOneBy({ tenant_id, user_id, channel: channel as BridgeEntity['channel'] })) ?? undefined;
  }

  /** @throws Problem `channel_not_found` */
  async get(owner: Owner, channel: string): Promise<BridgeEntity> {
    const bridge = await this.find(owner, channel);
    if (!bridge) throw BridgeNotFound(`Channel not found: ${channel}. Set it up with PUT /api/channels/${channel}.`);
    return bridge;
  }

  async findById(id: string): Promise<BridgeEntity | undefined> {
    return (await this.rows().findOneBy({ id })) ?? undefined;
  }

  /** The bridge of an address, of any user. @throws Problem `channel_not_found` */
  async findBySlug(slug: string): Promise<BridgeEntity> {
    const bridge = await this.db.acrossTenants(() => this.db.row(FIND_BY_SLUG, { slug }));
    if (!bridge) throw BridgeNotFound();
    return bridge;
  }

  /** Adds or changes a bridge. */
  async save({ tenant: tenant_id, user: user_id }: Owner, { channel, ...settings }: BridgeSettings): Promise<void> {
    const row = { id: randomUUID(), tenant_id, user_id, channel, slug: randomBytes(24).toString('hex'), ...settings };
    if (await this.db.row(ADD, await this.db.sealed(BridgeEntity, row))) return;
    const { id, bot_id } = await this.rows().findOneByOrFail({ tenant_id, user_id, channel });
    // Another bot counts its messages in another way.
    const moved = bot_id !== settings.bot_id && { position: null };
    await this.rows().update({ id, tenant_id }, { ...settings, ...moved });
  }

  async delete({ id, tenant_id }: BridgeEntity): Promise<void> {
    await this.rows().delete({ id, tenant_id });
  }

  /** Starts it again: a listener with older settings stops. */
  async start({ id }: Pick<BridgeEntity, 'id'>): Promise<void> {
    await this.db.rows(START, { id });
  }

  async stop({ id }: Pick<BridgeEntity, 'id'>, error: string | null = null): Promise<void> {
    await this.db.rows(STOP, { id, error });
  }

  /** Locks a bridge that runs, in the current transaction. Undefined if it does not, or if another process listens. */
  lock(id: string, listener: string | null): Promise<BridgeEntity | undefined> {
    return this.db.row(LOCK, { id, listener });
  }

  async noteTaken({ id }: BridgeEntity, count: number, position: string | null): Promise<void> {
    await this.db.rows(NOTE_TAKEN, { id, count, position });
  }

  async noteSent(id: string): Promise<void> {
    await this.db.rows(NOTE_SENT, { id });
  }

  async allow(id: string, contact_id: string): Promise<void> {
    await this.db.rows(ALLOW, { id, contact_id });
  }

  private rows() {
    return this.db.repository(BridgeEntity);
  }
}

export const credentialsOf = ({ credentials }: BridgeEntity): Credentials => JSON.parse(credentials) as Credentials;
