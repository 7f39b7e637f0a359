import { AccountTaken } from '@skep/contracts/connections';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { In } from 'typeorm';
import { AccountEntity } from './account.entity.js';
import { REFRESH_LEASE_SECONDS } from '../provider/fresh-tokens.js';
import { OAuthStateEntity } from './oauth-state.entity.js';
import { RevocationRepository } from '../revocation/revocation.repository.js';
import { revokeTokens } from './revoke-tokens.js';

const LOCK_SUBJECT = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended(:provider || ' ' || :subject, 0))`, {
  locked: 'int4',
});
const OTHER_OWNER = statement(
  `select id from oauth_account where provider = :provider and subject = :subject and (tenant_id, user_id) <> (:tenant_id, :user_id) limit 1`,
  { id: 'text' },
);
const SAVE = statement(
  `insert into oauth_account (id, tenant_id, user_id, app_id, provider, client_id, subject, email, scopes, status, tokens, expires_at)
   values (:id, :tenant_id, :user_id, :app_id, :provider, :client_id, :subject, :email, :scopes, 'connected', :tokens, :expires_at)
   on conflict (id) do update set client_id = excluded.client_id, email = excluded.email, scopes = excluded.scopes, status = 'connected',
          tokens = excluded.tokens, expires_at = excluded.expires_at, refreshing_until = null, connected_at = now()`,
);
const CONNECTED = statement(
  `select id from oauth_account where provider = :provider and subject = :subject and client_id = :client_id limit 1`,
  { id: 'text' },
);
/** Returns the tokens as they are stored: an account whose tokens cannot be opened can be removed too. */
const REMOVE = statement(
  `delete from oauth_account
    where tenant_id = :tenant_id and user_id = :user_id and (:app_id::text is null or app_id = :app_id)
      and (:provider::text is null or provider = :provider) and (:id::text is null or id = :id)
   returning id, tenant_id, app_id, provider, client_id, subject, tokens`,
  { ...{ id: 'text', tenant_id: 'text', app_id: 'text', provider: 'text', client_id: 'text', subject: 'text' }, tokens: 'bytea' },
);
/** Another process may have refreshed the tokens since the caller has seen them. JavaScript has milliseconds. */
const TAKE_REFRESH = statement(
  `update oauth_account set refreshing_until = date_trunc('milliseconds', now() + ${REFRESH_LEASE_SECONDS} * interval '1 second')
    where id = :id and expires_at <= :latest and (refreshing_until is null or refreshing_until < now()) returning *`,
  AccountEntity,
);
const STARTED = `hash = :hash and provider = :provider and (:app_id::text is null or app_id = :app_id)
      and (:user::text is null or (tenant_id, user_id) = (:tenant, :user)) and expires_at > now()`;
const FIND_STATE = statement(`select * from oauth_state where ${STARTED}`, OAuthStateEntity);
const TAKE_STATE = statement(`delete from oauth_state where ${STARTED} returning *`, OAuthStateEntity);

/** What identifies an account. */
export type AccountOwner = Pick<AccountEntity, 'tenant_id' | 'user_id' | 'app_id' | 'provider'>;
type NewAccount = AccountOwner & Pick<AccountEntity, 'client_id' | 'subject' | 'email' | 'scopes' | 'tokens' | 'expires_at'>;
/** Who may finish a started connection: null for any. */
interface Bound {
  provider: string;
  app_id: string | null;
  tenant: string | null;
  user: string | null;
}

@Injectable()
export class AccountRepository {
  constructor(
    private readonly db: Database,
    private readonly revocations: RevocationRepository,
  ) {}

  async addState(state: string, row: Omit<OAuthStateEntity, 'hash'>): Promise<void> {
    await this.db.repository(OAuthStateEntity).insert({ hash: sha256(state), ...row });
  }

  /** A started connection. Undefined for one of another app, provider or signed-in user. */
  findState(state: string, bound: Bound) {
    return this.db.acrossTenants(() => this.db.row(FIND_STATE, { hash: sha256(state), ...bound }));
  }

  /** Takes a started connection, once. */
  takeState(state: string, bound: Bound) {
    return this.db.acrossTenants(() => this.db.row(TAKE_STATE, { hash: sha256(state), ...bound }));
  }

  /** Saves an account in the tenant of its user. @throws Problem `account_taken` */
  async save(account: NewAccount): Promise<void> {
    const { tenant_id, user_id, app_id, provider, subject } = account;
    const id = `oa_${sha256(JSON.stringify([tenant_id, user_id, app_id, provider, subject])).slice(0, 22)}`;
    // Across tenants, to find an owner in another one.
    await this.db.acrossTenants(() =>
      this.db.transaction(async () => {
        await this.db.rows(LOCK_SUBJECT, { provider, subject });
        if (await this.db.row(OTHER_OWNER, { provider, subject, tenant_id, user_id })) throw AccountTaken();
        await this.db.rows(SAVE, await this.db.sealed(AccountEntity, { ...account, id }));
      }),
    );
  }

  find(owner: AccountOwner, id: string) {
    return this.db.repository(AccountEntity).findOneBy({ ...owner, id });
  }

  list({ tenant_id, user_id }: Pick<AccountOwner, 'tenant_id' | 'user_id'>, providers: readonly string[], app_id?: string) {
    const where = { tenant_id, user_id, provider: In(providers), ...(app_id !== undefined && { app_id }) };
    const order = { connected_at: 'ASC', id: 'ASC' } as const;
    return this.db.inTenant(tenant_id, () => this.db.repository(AccountEntity).find({ where, order, take: 1000 }));
  }

  /** Undefined while another process refreshes the tokens, or after it has. @param latest tokens that expire later are not refreshed */
  takeRefresh({ id }: AccountEntity, latest: Date) {
    return this.db.row(TAKE_REFRESH, { id, latest });
  }

  /** Ends a refresh. False if the account was disconnected or connected again meanwhile: it stays as it is. */
  async endRefresh({ id, tenant_id, refreshing_until }: AccountEntity, changes: Partial<AccountEntity>): Promise<boolean> {
    const taken = { id, tenant_id, refreshing_until: refreshing_until! };
    const { affected } = await this.db.repository(AccountEntity).update(taken, { ...changes, refreshing_until: null });
    return affected === 1;
  }

  /** Whether any user has connected this account with this client. */
  async isConnected({ provider, subject, client_id }: Pick<AccountEntity, 'provider' | 'subject' | 'client_id'>): Promise<boolean> {
    return (await this.db.acrossTenants(() => this.db.row(CONNECTED, { provider, subject, client_id }))) !== undefined;
  }

  /** Removes accounts of a user, or one, and starts to revoke their tokens. Returns how many there were. */
  disconnect(ctx: Ctx, selected: Pick<AccountOwner, 'tenant_id' | 'user_id'> & Partial<AccountOwner & { id: string }>): Promise<number> {
    const { tenant_id, user_id, app_id = null, provider = null, id = null } = selected;
    return this.db.inTenant(tenant_id, () =>
      this.db.transaction(async () => {
        const removed = await this.db.rows(REMOVE, { tenant_id, user_id, app_id, provider, id });
        for (const { tokens: sealed, ...account } of removed)
          await this.revocations.startSealed(ctx, revokeTokens, 'oauth_account', { ...account, sealed });
        return removed.length;
      }),
    );
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
