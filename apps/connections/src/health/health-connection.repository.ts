import { AccountTaken, connections } from '@skep/contracts/connections';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { REFRESH_LEASE_SECONDS } from '../provider/fresh-tokens.js';
import type { Granted } from '../provider/provider-client.js';
import { RevocationRepository } from '../revocation/revocation.repository.js';
import { HealthConnectionEntity } from './health-connection.entity.js';
import { revokeHealth } from './revoke-health.js';

/** Of the connections of one person to one provider, one is made at a time. */
const LOCK = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended(:lane, 0))`, { locked: 'int4' });
const SAVE = statement(
  `insert into health_connection (id, tenant_id, user_id, provider, client_id, vendor_user_id, scopes, tokens, expires_at)
   values (:id, :tenant_id, :user_id, :provider, :client_id, :vendor_user_id, :scopes, :tokens, :expires_at)
   on conflict (provider, vendor_user_id) do nothing returning id`,
  { id: 'text' },
);
/** Returns the tokens as they are stored: a connection whose tokens cannot be opened can be removed too. */
const REMOVE = statement(
  `delete from health_connection where tenant_id = :tenant_id and user_id = :user_id and (:provider::text is null or provider = :provider)
   returning id, tenant_id, user_id, provider, client_id, vendor_user_id, tokens`,
  { ...{ id: 'text', tenant_id: 'text', user_id: 'text', provider: 'text', client_id: 'text' }, vendor_user_id: 'text', tokens: 'bytea' },
);
const CONNECTED = statement(
  `select id from health_connection where provider = :provider and vendor_user_id = :subject and client_id = :client_id limit 1`,
  { id: 'text' },
);
/** Another process may have refreshed the tokens since the caller has seen them. JavaScript has milliseconds. */
const TAKE_REFRESH = statement(
  `update health_connection set refreshing_until = date_trunc('milliseconds', now() + ${REFRESH_LEASE_SECONDS} * interval '1 second')
    where id = :id and version = :version and (refreshing_until is null or refreshing_until < now()) returning *`,
  HealthConnectionEntity,
);
const NOTE_SYNC = statement(
  `update health_connection set last_sync_at = case when :error::text is null then now() else last_sync_at end, error = :error
    where tenant_id = :tenant_id and user_id = :user_id and provider = :provider`,
);

/** Whose connection it is, and to what. */
export type HealthOwner = Pick<HealthConnectionEntity, 'tenant_id' | 'user_id'>;
export type NewHealthConnection = HealthOwner &
  Pick<HealthConnectionEntity, 'provider' | 'client_id' | 'vendor_user_id' | 'scopes' | 'tokens' | 'expires_at'>;
type Removed = NonNullable<typeof REMOVE.row>;

@Injectable()
export class HealthConnectionRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly revocations: RevocationRepository,
  ) {}

  list({ tenant_id, user_id }: HealthOwner): Promise<HealthConnectionEntity[]> {
    const order = { connected_at: 'ASC', id: 'ASC' } as const;
    return this.db.repository(HealthConnectionEntity).find({ where: { tenant_id, user_id }, order, take: 200 });
  }

  find({ tenant_id, user_id }: HealthOwner, provider: string): Promise<HealthConnectionEntity | null> {
    const order = { connected_at: 'DESC' } as const;
    return this.db.repository(HealthConnectionEntity).findOne({ where: { tenant_id, user_id, provider }, order });
  }

  /**
   * Connects a person to a provider, instead of what they had connected there. The same account keeps the id of its connection.
   * @throws Problem `account_taken` if another person has connected the account, also in another tenant
   */
  async save(ctx: Ctx, connection: NewHealthConnection): Promise<void> {
    const { tenant_id, user_id, provider, vendor_user_id } = connection;
    await this.db.acrossTenants(() =>
      this.db.transaction(async () => {
        await this.db.rows(LOCK, { lane: JSON.stringify([tenant_id, user_id, provider]) });
        const before = await this.db.rows(REMOVE, { tenant_id, user_id, provider });
        const same = before.find((each) => each.vendor_user_id === vendor_user_id);
        const id = same?.id ?? `hc_${randomUUID()}`;
        if (!(await this.db.row(SAVE, await this.db.sealed(HealthConnectionEntity, { ...connection, id })))) throw AccountTaken();
        for (const other of before) if (other !== same) await this.end(ctx, other);
        await this.outbox.add(connections.healthConnected, ctx, { tenant_id, user_id, provider, connection_id: id });
      }),
    );
  }

  /** Removes connections of a person, all or those to one provider, and starts to revoke them. */
  async disconnect(ctx: Ctx, { tenant_id, user_id }: HealthOwner, provider: string | null = null): Promise<void> {
    await this.db.inTenant(tenant_id, () =>
      this.db.transaction(async () => {
        for (const removed of await this.db.rows(REMOVE, { tenant_id, user_id, provider })) await this.end(ctx, removed);
      }),
    );
  }

  /** The connection of an account, of any person. */
  async findAccount(provider: string, vendor_user_id: string): Promise<HealthConnectionEntity | undefined> {
    return (await this.db.repository(HealthConnectionEntity).findOneBy({ provider, vendor_user_id })) ?? undefined;
  }

  async change({ id, tenant_id }: HealthConnectionEntity, changes: Partial<HealthConnectionEntity>): Promise<void> {
    await this.db.repository(HealthConnectionEntity).update({ id, tenant_id }, changes);
  }

  /** Removes a connection that has ended at the provider, in the current transaction. */
  async forget(ctx: Ctx, { id, tenant_id, user_id, provider }: HealthConnectionEntity): Promise<void> {
    const { affected } = await this.db.repository(HealthConnectionEntity).delete({ id, tenant_id });
    if (affected) await this.outbox.add(connections.healthDisconnected, ctx, { tenant_id, user_id, provider, connection_id: id });
  }

  /** Undefined while another process refreshes the tokens, or after it has. */
  takeRefresh({ id, version }: HealthConnectionEntity): Promise<HealthConnectionEntity | undefined> {
    return this.db.row(TAKE_REFRESH, { id, version });
  }

  /** Ends a refresh. False if the connection was removed or made again meanwhile: it stays as it is. */
  async endRefresh({ id, tenant_id, version, refreshing_until }: HealthConnectionEntity, granted?: Granted): Promise<boolean> {
    const taken = { id, tenant_id, version, refreshing_until: refreshing_until! };
    const { tokens, expires_at, scopes } = granted ?? {};
    const changes = tokens && {
      tokens: JSON.stringify(tokens),
      expires_at: expires_at ?? null,
      version: version + 1,
      ...(scopes && { scopes }),
    };
    const { affected } = await this.db.repository(HealthConnectionEntity).update(taken, { ...changes, refreshing_until: null });
    return affected === 1;
  }

  /** Notes that the provider has refused the refresh token for good. */
  async expire({ id, tenant_id, version }: HealthConnectionEntity): Promise<void> {
    const expired = { status: 'expired', refreshing_until: null, version: version + 1 } as const;
    await this.db.repository(HealthConnectionEntity).update({ id, tenant_id, version }, expired);
  }

  /** Notes when data last arrived, or why it did not. */
  async noteSync({ tenant_id, user_id }: HealthOwner, provider: string, error?: string): Promise<void> {
    await this.db.rows(NOTE_SYNC, { tenant_id, user_id, provider, error: error ?? null });
  }

  /** Whether any person has connected this account with this client. */
  async isConnected(account: { provider: string; subject: string; client_id: string }): Promise<boolean> {
    return (await this.db.acrossTenants(() => this.db.row(CONNECTED, account))) !== undefined;
  }

  private async end(ctx: Ctx, { user_id, vendor_user_id: subject, tokens: sealed, ...connection }: Removed): Promise<void> {
    const { id, tenant_id, provider } = connection;
    await this.revocations.startSealed(
      ctx,
      revokeHealth,
      'health_connection',
      { ...connection, app_id: '', subject, sealed },
      { tenant_id, user_id },
    );
    await this.outbox.add(connections.healthDisconnected, ctx, { tenant_id, user_id, provider, connection_id: id });
  }
}
