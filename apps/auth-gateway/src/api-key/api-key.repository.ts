import { ApiKeyHolder } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { ApiKeyEntity } from './api-key.entity.js';

/** `scopes`: separated by commas; `app_id`: the only app that the key works for. */
export interface NewApiKey {
  name: string;
  scopes: string;
  app_id?: string;
}

const MAX_KEYS = 100;

const ADD = statement(
  `insert into api_key (id, account_id, tenant_id, hash, key_prefix, name, scopes, app_id)
   select :id, :user, :tenant, :hash, :key_prefix, :name, :scopes, :app_id
    where (select count(*) from api_key where account_id = :user and tenant_id = :tenant and revoked_at is null) < ${MAX_KEYS}
   returning *`,
  ApiKeyEntity,
);
const REVOKE = statement(
  `update api_key k set revoked_at = coalesce(k.revoked_at, now())
     from (select id, revoked_at from api_key
            where id = :id and account_id = :user and tenant_id = :tenant and (:app_id::text is null or app_id = :app_id) for update) before
    where k.id = before.id returning before.revoked_at is null as newly_revoked`,
  { newly_revoked: 'bool' },
);
const REVOKE_ALL = statement(
  'update api_key set revoked_at = now() where account_id = :user_id and tenant_id = :tenant_id and revoked_at is null returning id',
  { id: 'text' },
);
/** The owner of a key. `key_scopes`: the key's scopes, separated by commas; `scopes`: the owner's scopes. */
const HOLDER = statement(
  `select k.id as key_id, k.scopes as key_scopes, a.id as user_id, a.tenant_id, a.email, a.role, a.scopes, k.app_id,
          (k.last_used_at is null or k.last_used_at < now() - interval '1 minute') as use_is_stale
     from api_key k join account a on a.id = k.account_id join tenant t on t.id = a.tenant_id
    where k.hash = :hash and t.is_active and 'api_key' = any(string_to_array(t.allowed_auth_methods, ',')) and k.revoked_at is null and a.is_active`,
  ApiKeyHolder,
  { key_id: 'text', key_scopes: 'text', use_is_stale: 'bool' },
);
const RECORD_USE = statement('update api_key set last_used_at = now() where id = :key_id');

@Injectable()
export class ApiKeyRepository {
  constructor(private readonly db: Database) {}

  /** Undefined if the caller already has `MAX_KEYS` keys. */
  add({ user, tenant }: Ctx, { app_id, ...key }: NewApiKey & Pick<ApiKeyEntity, 'id' | 'hash' | 'key_prefix'>) {
    return this.db.row(ADD, { ...key, app_id, user, tenant });
  }

  /** The caller's keys that are not revoked, newest first; those of one app, if it is given. */
  list({ user, tenant }: Ctx, app_id?: string): Promise<ApiKeyEntity[]> {
    const where = { account_id: user, tenant_id: tenant, revoked_at: IsNull(), ...(app_id !== undefined && { app_id }) };
    return this.db.repository(ApiKeyEntity).find({ where, order: { created_at: 'DESC', id: 'ASC' } });
  }

  /** Idempotent; the second time `newly_revoked` is false. Undefined if the caller has no such key. */
  revoke({ user, tenant }: Ctx, id: string, app_id?: string) {
    return this.db.row(REVOKE, { id, user, tenant, app_id });
  }

  /** Revokes all keys of a user and returns their number. */
  async revokeAll(user_id: string, tenant_id: string): Promise<number> {
    return (await this.db.rows(REVOKE_ALL, { user_id, tenant_id })).length;
  }

  /** Finds the owner of a valid key and updates `last_used_at` at most once a minute. */
  findHolderAndRecordUse(hash: Buffer) {
    return this.db.acrossTenants(async () => {
      const holder = await this.db.row(HOLDER, { hash });
      if (holder?.use_is_stale) await this.db.rows(RECORD_USE, holder);
      return holder;
    });
  }
}
