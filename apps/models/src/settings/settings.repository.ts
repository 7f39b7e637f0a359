import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { SettingsDocument } from './model-config.js';
import { SettingsEntity } from './settings.entity.js';

/** Whose settings: `user_id` is '' for those of a tenant, and both are for those of the installation. */
export interface SettingsOwner {
  tenant_id: string;
  user_id: string;
}

const FIND = statement(
  `select * from model_settings where tenant_id in ('', :tenant_id) and user_id in ('', :user_id) order by tenant_id, user_id`,
  SettingsEntity,
);
const SAVE = statement(
  `insert into model_settings (tenant_id, user_id, document, updated_by) values (:tenant_id, :user_id, :document, :updated_by)
   on conflict (tenant_id, user_id) do update set document = excluded.document, updated_by = excluded.updated_by, updated_at = now()`,
);
/** The row may not be there yet. */
const LOCK = statement('select pg_advisory_xact_lock(hashtextextended(:owner, 0))');
type Layers = [SettingsDocument, SettingsDocument, SettingsDocument];
const NONE: SettingsDocument = { config: {}, enforced: {}, role_defaults: {} };

/** Reads and writes settings. Those of the installation belong to no tenant, so it works across tenants, and names them. */
@Injectable()
export class SettingsRepository {
  constructor(private readonly db: Database) {}

  /** Those of the installation, of the tenant and of the user, in this order; empty if there are none. */
  async findLayers({ tenant_id, user_id }: SettingsOwner): Promise<Layers> {
    const rows = await this.db.acrossTenants(() => this.db.rows(FIND, { tenant_id, user_id }));
    const of = (tenant: string, user: string) => {
      const row = rows.find((each) => each.tenant_id === tenant && each.user_id === user);
      return row ? (JSON.parse(row.document) as SettingsDocument) : NONE;
    };
    return [of('', ''), tenant_id ? of(tenant_id, '') : NONE, user_id ? of(tenant_id, user_id) : NONE];
  }

  async find(owner: SettingsOwner): Promise<SettingsDocument> {
    const [installation, tenant, user] = await this.findLayers(owner);
    return owner.user_id ? user : owner.tenant_id ? tenant : installation;
  }

  /** Changes settings. Concurrent changes follow each other. @param change gets what `findLayers` returns */
  change(owner: SettingsOwner, updated_by: string, change: (layers: Layers) => SettingsDocument): Promise<void> {
    return this.db.acrossTenants(() =>
      this.db.transaction(async () => {
        await this.db.rows(LOCK, { owner: `model_settings ${owner.tenant_id} ${owner.user_id}` });
        await this.save(owner, change(await this.findLayers(owner)), updated_by);
      }),
    );
  }

  async save(owner: SettingsOwner, document: SettingsDocument, updated_by: string | null): Promise<void> {
    const row = { ...owner, document: JSON.stringify(document), updated_by };
    await this.db.acrossTenants(async () => this.db.rows(SAVE, await this.db.sealed(SettingsEntity, row)));
  }
}
