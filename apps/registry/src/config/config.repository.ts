import type { ConfigScope } from '@skep/contracts/registry';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ConfigEntity } from './config.entity.js';

export interface ConfigKey {
  tenant_id: string;
  scope: ConfigScope;
  scope_id: string;
}

/** What is set at a scope. */
export type ConfigParts = Pick<ConfigEntity, 'config' | 'enforced' | 'role_defaults'>;

/** The user and the app that settings are resolved for. */
export interface ConfigOwner {
  tenant_id: string;
  app_id: string;
  role: string;
  user_id: string;
}

const ADD = statement(
  `insert into config (tenant_id, scope, scope_id, user_id) values (:tenant_id, :scope, :scope_id, :user_id) on conflict do nothing`,
);
const LOCK = statement(
  'select * from config where (tenant_id, scope, scope_id) = (:tenant_id, :scope, :scope_id) for update',
  ConfigEntity,
);
const WRITE = statement(
  `update config set config = :config, enforced = :enforced, role_defaults = :role_defaults, updated_by = :updated_by, updated_at = now()
    where (tenant_id, scope, scope_id) = (:tenant_id, :scope, :scope_id)`,
);
const LAYERS = statement(
  `select * from config
    where (tenant_id, scope, scope_id) in (('', 'platform', ''), (:tenant_id, 'tenant', :tenant_id), (:tenant_id, 'app', :app_id),
                                           (:tenant_id, 'role', :role), (:tenant_id, 'user', :user_id))`,
  ConfigEntity,
);

@Injectable()
export class ConfigRepository {
  constructor(private readonly db: Database) {}

  find(key: ConfigKey): Promise<ConfigEntity | null> {
    return this.db.repository(ConfigEntity).findOneBy({ ...key });
  }

  /** Changes of the same settings wait for each other, so that none is lost. Call it in a transaction. */
  async change(key: ConfigKey, updated_by: string, change: (before: ConfigParts) => ConfigParts): Promise<ConfigParts> {
    await this.db.rows(ADD, { ...key, user_id: key.scope === 'user' ? key.scope_id : null });
    const parts = change((await this.db.row(LOCK, { ...key }))!);
    const [config, enforced, role_defaults] = [parts.config, parts.enforced, parts.role_defaults].map((part) => JSON.stringify(part));
    await this.db.rows(WRITE, { ...key, config, enforced, role_defaults, updated_by });
    return parts;
  }

  /** The scopes that hold for a user of an app, in any order. */
  listLayers(owner: ConfigOwner): Promise<ConfigEntity[]> {
    return this.db.rows(LAYERS, { ...owner });
  }
}
