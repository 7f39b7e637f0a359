import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { HealthStateEntity } from './health-state.entity.js';

const TAKE = statement(
  `delete from health_state
    where hash = :hash and provider = :provider and (:user::text is null or (tenant_id, user_id) = (:tenant, :user)) and expires_at > now()
   returning *`,
  HealthStateEntity,
);

/** Connections that people have started. */
@Injectable()
export class HealthStateRepository {
  constructor(private readonly db: Database) {}

  async add(state: string, row: Omit<HealthStateEntity, 'hash'>): Promise<void> {
    await this.db.repository(HealthStateEntity).insert({ hash: hashOf(state), ...row });
  }

  /** Takes a started connection, once. @param by who has to have started it; anyone by default, for `state` is the credential of a browser */
  take(state: string, provider: string, by?: { tenant: string; user: string }): Promise<HealthStateEntity | undefined> {
    const { tenant = null, user = null } = by ?? {};
    return this.db.acrossTenants(() => this.db.row(TAKE, { hash: hashOf(state), provider, tenant, user }));
  }
}

const hashOf = (state: string): string => createHash('sha256').update(state).digest('base64url');
