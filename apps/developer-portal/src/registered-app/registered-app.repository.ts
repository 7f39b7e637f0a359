import type { Page } from '@skep/contracts';
import { DeveloperAppNotFound, RegisteredApp } from '@skep/contracts/portal';
import { type Ctx, Database, defineList, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppEntity } from '../app/app.entity.js';
import { isServiceWithoutUser } from '../app/app.repository.js';

const STATUS = `case when status = 'deleted' then 'deleted' when status = 'suspended' then 'suspended' when revision > 0 then 'active'
  else 'provisioning' end`;
const COLUMNS = `app_id, app_id as id, name as display_name, description, coalesce(version, '') as version, developer_id as owner_id,
  'app-' || app_id as namespace, ${STATUS} as status, config, created_at, updated_at`;

const FIND = statement(`select ${COLUMNS}, manifest_json as manifest from app where app_id = :app_id`, RegisteredApp);
const APPS = defineList(
  {
    select: `${COLUMNS}, '{}'::json as manifest`,
    from: 'app',
    orders: {
      // With the tenant, the index app_tenant; with tenant and developer, app_owner.
      oldest: [
        ['created_at', 'timestamptz', 'asc'],
        ['app_id', 'text', 'asc'],
      ],
    },
    // The config of an app can be 64 KiB.
    atOnce: 100,
  },
  RegisteredApp,
);

/** Which apps to list: of one developer, or of all in a tenant. */
interface Selection {
  tenant: string;
  owner: string | undefined;
  status: string;
}

/** Apps as the registry's clients see them. Deleted ones stay. */
@Injectable()
export class RegisteredAppRepository {
  constructor(private readonly db: Database) {}

  /** An app of the caller, or for a service that acts for no user one of its tenant. @throws DeveloperAppNotFound */
  async get(ctx: Ctx, app_id: string, { lock = false } = {}): Promise<AppEntity> {
    const owner = isServiceWithoutUser(ctx) ? {} : { developer_id: ctx.user };
    const app = await this.db
      .repository(AppEntity)
      .findOne({ where: { app_id, tenant_id: ctx.tenant, ...owner }, ...(lock && { lock: { mode: 'pessimistic_write' as const } }) });
    if (!app) throw DeveloperAppNotFound();
    return app;
  }

  /** Like `get`, but not for a deleted app. @throws DeveloperAppNotFound */
  async getKept(ctx: Ctx, app_id: string, options: { lock?: boolean } = {}): Promise<AppEntity> {
    const app = await this.get(ctx, app_id, options);
    if (app.status === 'deleted') throw DeveloperAppNotFound();
    return app;
  }

  async describe({ app_id }: Pick<AppEntity, 'app_id'>): Promise<RegisteredApp> {
    return (await this.db.row(FIND, { app_id }))!;
  }

  list({ tenant, owner, status }: Selection, cursor: string | undefined): Promise<Page<RegisteredApp>> {
    const where = ['tenant_id = :tenant', owner !== undefined && 'developer_id = :owner'];
    const filters = [status !== 'all' && `${STATUS} = :status`];
    return this.db.page(APPS, { order: 'oldest', where, filters, values: { tenant, owner, status } }, { cursor });
  }
}
