import { AccountTaken } from '@skep/contracts/connections';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { In } from 'typeorm';
import { AccountEntity } from './account.entity.js';
import { OAuthStateEntity } from './oauth-state.entity.js';

/** Longer than a request to a provider may take. */
const REFRESH_LEASE_SECONDS = 15;

const LOCK_SUBJECT = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended(:provider || ' ' || :subject, 0))`, {
  locked: 'int4',
});
const OTHER_OWNER = statement(
  `select id from oauth_account where provider = :provider and subject = :subject and (tenant_id, user_id) <> (:tenant_id, :user_id) limit 1`,
  { id: 'text' },
);
const SAVE = statement(
  `insert into oauth_account (id, tenant_id, user_id, app_id, provider, subject, email, scopes, status, tokens, expires_at)
   values (:id, :tenant_id, :user_id, :app_id, :provider, :subject, :email, :scopes, 'connected', :tokens, :expires_at)
   on conflict (id) do update set email = excluded.email, scopes = excluded.scopes, status = 'connected', tokens = excluded.tokens,
          expires_at = excluded.expires_at, refreshing_until = null, connected_at = now()`,
);
/** Another process may have refreshed the tokens since the caller has seen them. */
const TAKE_REFRESH = statement(
  `update oauth_account set refreshing_until = now() + ${REFRESH_LEASE_SECONDS} * interval '1 second'
    where id = :id and expires_at <= :latest and (refreshing_until is null or refreshing_until < now()) returning *`,
  AccountEntity,
);
const TAKE_STATE = statement(
  `delete from oauth_state where hash = :hash and provider = :provider and (:app_id::text is null or app_id = :app_id)
      and (:user::text is null or (tenant_id, user_id) = (:tenant, :user)) and expires_at > now() returning *`,
  OAuthStateEntity,
);

/** What identifies an account. */
export type AccountOwner = Pick<AccountEntity, 'tenant_id' | 'user_id' | 'app_id' | 'provider'>;
type NewAccount = AccountOwner & Pick<AccountEntity, 'subject' | 'email' | 'scopes' | 'tokens' | 'expires_at'>;

@Injectable()
export class AccountRepository {
  constructor(private readonly db: Database) {}

  async addState(state: string, row: Omit<OAuthStateEntity, 'hash'>): Promise<void> {
    await this.db.repository(OAuthStateEntity).insert({ hash: sha256(state), ...row });
  }

  /** Takes a started connection, once. Undefined for one of another app, provider or signed-in user. */
  takeState(state: string, bound: { provider: string; app_id: string | null; tenant: string | null; user: string | null }) {
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
    return this.db.repository(AccountEntity).find({ where, order: { connected_at: 'ASC', id: 'ASC' }, take: 1000 });
  }

  /** Undefined while another process refreshes the tokens, or after it has. @param latest tokens that expire later are not refreshed */
  takeRefresh({ id }: AccountEntity, latest: Date) {
    return this.db.row(TAKE_REFRESH, { id, latest });
  }

  async update({ id, tenant_id }: AccountEntity, changes: Partial<AccountEntity>): Promise<void> {
    await this.db.repository(AccountEntity).update({ id, tenant_id }, { ...changes, refreshing_until: null });
  }

  async remove({ id, tenant_id }: AccountEntity): Promise<void> {
    await this.db.repository(AccountEntity).delete({ id, tenant_id });
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
