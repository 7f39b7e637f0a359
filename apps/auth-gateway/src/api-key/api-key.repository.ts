import type { ApiKeyHolder, ApiKeyItem } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** `scopes`: separated by commas; `app_id`: the only app that the key works for. */
export interface NewApiKey {
  name: string;
  scopes: string;
  app_id?: string;
}

/** The owner of a key. `key_scopes`: the key's scopes, separated by commas; `scopes`: the owner's scopes. */
interface KeyHolder extends ApiKeyHolder {
  key_id: string;
  key_scopes: string;
  use_is_stale: boolean;
}

const MAX_KEYS = 100;

const ADD = statement<ApiKeyItem>(`
  insert into api_key (id, account_id, tenant_id, hash, key_prefix, name, scopes, app_id) select $1, $2, $3, $4, $5, $6, $7, $8
   where (select count(*) from api_key where account_id = $2 and tenant_id = $3 and revoked_at is null) < ${MAX_KEYS}
  returning *`);
const LIST = statement<ApiKeyItem>(`
  select id, key_prefix, name, scopes, app_id, last_used_at, created_at from api_key
   where account_id = $1 and tenant_id = $2 and revoked_at is null order by created_at desc, id`);
const REVOKE = statement<{ newly_revoked: boolean }>(`
  update api_key k set revoked_at = coalesce(k.revoked_at, now())
    from (select id, revoked_at from api_key where id = $1 and account_id = $2 and tenant_id = $3 and ($4::text is null or app_id = $4) for update) before
   where k.id = before.id returning before.revoked_at is null as newly_revoked`);
const REVOKE_ALL = statement(`
  update api_key set revoked_at = now() where account_id = $1 and tenant_id = $2 and revoked_at is null returning id`);
const HOLDER = statement<KeyHolder>(`
  select k.id as key_id, k.scopes as key_scopes, a.id as user_id, a.tenant_id, a.email, a.role, a.scopes, k.app_id,
         (k.last_used_at is null or k.last_used_at < now() - interval '1 minute') as use_is_stale
    from api_key k join account a on a.id = k.account_id join tenant t on t.id = a.tenant_id
   where k.hash = $1 and t.is_active and 'api_key' = any(string_to_array(t.allowed_auth_methods, ',')) and k.revoked_at is null and a.is_active`);
const RECORD_USE = statement('update api_key set last_used_at = now() where id = $1');

@Injectable()
export class ApiKeyRepository {
  constructor(private readonly db: Database) {}

  /** Undefined if the caller already has `MAX_KEYS` keys. */
  add(ctx: Ctx, key: NewApiKey & { id: string; hash: Buffer; key_prefix: string }): Promise<ApiKeyItem | undefined> {
    return this.db.row(ADD, [key.id, ctx.user, ctx.tenant, key.hash, key.key_prefix, key.name, key.scopes, key.app_id ?? null]);
  }

  list(ctx: Ctx): Promise<ApiKeyItem[]> {
    return this.db.rows(LIST, [ctx.user, ctx.tenant]);
  }

  /** Idempotent; the second time `newly_revoked` is false. Undefined if the caller has no such key. */
  revoke(ctx: Ctx, id: string, app_id?: string) {
    return this.db.row(REVOKE, [id, ctx.user, ctx.tenant, app_id ?? null]);
  }

  /** Revokes all keys of a user and returns their number. */
  async revokeAll(user_id: string, tenant_id: string): Promise<number> {
    return (await this.db.rows(REVOKE_ALL, [user_id, tenant_id])).length;
  }

  /** Finds the owner of a valid key and updates `last_used_at` at most once a minute. */
  findHolderAndRecordUse(hash: Buffer): Promise<KeyHolder | undefined> {
    return this.db.acrossTenants(async () => {
      const holder = await this.db.row(HOLDER, [hash]);
      if (holder?.use_is_stale) await this.db.rows(RECORD_USE, [holder.key_id]);
      return holder;
    });
  }
}
