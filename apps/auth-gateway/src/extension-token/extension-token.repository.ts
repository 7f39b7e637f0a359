import { ExtensionTokenHolder } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { ExtensionTokenEntity } from './extension-token.entity.js';

const MAX_TOKENS = 20;

const ADD = statement(
  `insert into extension_token (id, app_id, tenant_id, account_id, hash, prefix)
   select :id, :app_id, :tenant, nullif(:user, ''), :hash, :prefix
    where (select count(*) from extension_token where app_id = :app_id and tenant_id = :tenant and revoked_at is null) < ${MAX_TOKENS}
   returning *`,
  ExtensionTokenEntity,
);
const REVOKE = statement(
  `update extension_token t set revoked_at = coalesce(t.revoked_at, now())
     from (select id, revoked_at from extension_token where id = :id and app_id = :app_id and tenant_id = :tenant for update) before
    where t.id = before.id returning before.revoked_at is null as newly_revoked`,
  { newly_revoked: 'bool' },
);
const HOLDER = statement(
  `select e.id, e.app_id, e.tenant_id, (e.last_used_at is null or e.last_used_at < now() - interval '1 minute') as use_is_stale
     from extension_token e join tenant t on t.id = e.tenant_id left join account a on a.id = e.account_id
    where e.hash = :hash and e.revoked_at is null and t.is_active and (e.account_id is null or a.is_active)`,
  ExtensionTokenHolder,
  { id: 'text', use_is_stale: 'bool' },
);
const RECORD_USE = statement('update extension_token set last_used_at = now() where id = :id');

@Injectable()
export class ExtensionTokenRepository {
  constructor(private readonly db: Database) {}

  /** Undefined if the app already has `MAX_TOKENS` tokens in the caller's tenant. */
  add({ user, tenant }: Ctx, token: Pick<ExtensionTokenEntity, 'id' | 'app_id' | 'hash' | 'prefix'>) {
    return this.db.row(ADD, { ...token, user, tenant });
  }

  /** The tokens of an app in the caller's tenant that are not revoked, newest first. */
  list({ tenant }: Ctx, app_id: string): Promise<ExtensionTokenEntity[]> {
    const where = { app_id, tenant_id: tenant, revoked_at: IsNull() };
    return this.db.repository(ExtensionTokenEntity).find({ where, order: { created_at: 'DESC', id: 'ASC' } });
  }

  /** Idempotent; the second time `newly_revoked` is false. Undefined if the app has no such token in the caller's tenant. */
  revoke({ tenant }: Ctx, app_id: string, id: string) {
    return this.db.row(REVOKE, { id, app_id, tenant });
  }

  /** Finds the app of a valid token and updates `last_used_at` at most once a minute. */
  findHolderAndRecordUse(hash: Buffer) {
    return this.db.acrossTenants(async () => {
      const holder = await this.db.row(HOLDER, { hash });
      if (holder?.use_is_stale) await this.db.rows(RECORD_USE, holder);
      return holder;
    });
  }
}
