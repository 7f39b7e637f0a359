import type { SecretScope } from '@skep/contracts/connections';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { SecretEntity } from './secret.entity.js';

/** Whose secrets of which app: those of a user, or with the scope `app` those of the app, which belong to its developer. */
export interface SecretOwner {
  tenant_id: string;
  user_id: string;
  app_id: string;
  scope: SecretScope;
}

const OWNED = 'tenant_id = :tenant_id and user_id = :user_id and app_id = :app_id and scope = :scope';
const READ = statement(`update secret set last_accessed_at = now() where ${OWNED} and name = :name returning *`, SecretEntity);
const SET = statement(
  `insert into secret (tenant_id, user_id, app_id, scope, name, value) values (:tenant_id, :user_id, :app_id, :scope, :name, :value)
   on conflict (tenant_id, user_id, app_id, scope, name) do update set value = excluded.value, updated_at = now(), last_accessed_at = null`,
);
const STATES = statement(`select name, updated_at, last_accessed_at from secret where ${OWNED}`, {
  name: 'text',
  updated_at: 'timestamptz',
  last_accessed_at: 'timestamptz?',
});

/** Reads and writes secrets, in the tenant of their owner. */
@Injectable()
export class SecretRepository {
  constructor(private readonly db: Database) {}

  /** Reads the value, and notes the time. Undefined if it is not set. */
  async read(owner: SecretOwner, name: string): Promise<string | undefined> {
    return (await this.db.inTenant(owner.tenant_id, () => this.db.row(READ, { ...owner, name })))?.value;
  }

  async set(owner: SecretOwner, name: string, value: string): Promise<void> {
    await this.db.inTenant(owner.tenant_id, async () => this.db.rows(SET, await this.db.sealed(SecretEntity, { ...owner, name, value })));
  }

  /** False if it was not set. */
  async delete(owner: SecretOwner, name: string): Promise<boolean> {
    const { affected } = await this.db.inTenant(owner.tenant_id, () => this.db.repository(SecretEntity).delete({ ...owner, name }));
    return affected === 1;
  }

  /** Which secrets are set, without values. */
  async findStates(owner: SecretOwner) {
    return this.db.inTenant(owner.tenant_id, () => this.db.rows(STATES, { ...owner }));
  }
}
