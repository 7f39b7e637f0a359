import type { Page } from '@skep/contracts';
import { permissionOf } from '@skep/contracts/builtins';
import { App, DeveloperAppNotFound } from '@skep/contracts/portal';
import { type Ctx, Database, defineList } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In, IsNull, Not, type QueryDeepPartialEntity } from 'typeorm';
import { AppEntity } from './app.entity.js';
import { COUNTED_STATUSES } from './app-status.js';

/** Whether the caller is a service without an acting user: deploy tooling or another service. */
export const isServiceWithoutUser = ({ actor, user }: Ctx): boolean => actor.startsWith('service:') && !user;

/** The row of a deleted app that was approved stays, so that its id stays taken. */
const NOT_DELETED = { status: Not('deleted' as const) };

/** The columns of an `App`, without the manifest: to keep lists small. */
export const APP_COLUMNS = `app_id, developer_id, name, name as display_name, short_description, description, category, icon, status, pricing_model,
  pricing_config, permission_ids as permissions, tools_json, git_url, reject_reason, reject_codes, reject_evidence, suspend_reason, revenue_split_dev,
  revision, '{}'::json as manifest_json, submitted_at, created_at, updated_at`;
/** The functions of an app can be a megabyte. */
export const APPS_AT_ONCE = 50;
const OWN_APPS = defineList(
  {
    select: APP_COLUMNS,
    from: 'app',
    // With tenant and developer, the index app_owner.
    orders: {
      oldest: [
        ['created_at', 'timestamptz', 'asc'],
        ['app_id', 'text', 'asc'],
      ],
    },
    atOnce: APPS_AT_ONCE,
  },
  App,
  { permissions: 'text[]' },
);

/** Reads and writes developers' records of their apps. Reads leave out deleted apps, `ir` and `icon_svg`, except where noted. */
@Injectable()
export class AppRepository {
  constructor(private readonly db: Database) {}

  /** An app of the caller; `lock` locks it until the transaction ends. @throws DeveloperAppNotFound */
  getOwn({ tenant, user }: Ctx, app_id: string, { lock = false } = {}): Promise<AppEntity> {
    return this.getBy({ app_id, tenant_id: tenant, developer_id: user }, lock);
  }

  /** Like `getOwn`, but null if there is none. */
  findOwn({ tenant, user }: Ctx, app_id: string): Promise<AppEntity | null> {
    return this.db.repository(AppEntity).findOneBy({ app_id, tenant_id: tenant, developer_id: user, ...NOT_DELETED });
  }

  /** Like `getOwn`, but a service without an acting user gets any app. @throws DeveloperAppNotFound */
  getAccessible(ctx: Ctx, app_id: string, { lock = false } = {}): Promise<AppEntity> {
    return isServiceWithoutUser(ctx) ? this.get(app_id, { lock }) : this.getOwn(ctx, app_id, { lock });
  }

  /** Any app. The caller must be authorized already. @throws DeveloperAppNotFound */
  get(app_id: string, { lock = false }: { lock?: boolean } = {}): Promise<AppEntity> {
    return this.getBy({ app_id }, lock);
  }

  /** Any app, also a deleted one: users may still have it installed. */
  findWithDeleted(app_id: string): Promise<AppEntity | null> {
    return this.db.repository(AppEntity).findOneBy({ app_id });
  }

  /** Like `findWithDeleted`, and locks it until the transaction ends. The app must exist. */
  lockWithDeleted(app_id: string): Promise<AppEntity> {
    return this.db.repository(AppEntity).findOneOrFail({ where: { app_id }, lock: { mode: 'pessimistic_write' } });
  }

  /** The app's current IR. */
  async getIr({ app_id }: AppEntity): Promise<Record<string, unknown> | null> {
    const app = await this.db.repository(AppEntity).findOne({ where: { app_id }, select: { app_id: true, ir: true } });
    return app?.ir ?? null;
  }

  /** The app's uploaded icon. */
  async getUploadedIcon({ app_id }: AppEntity): Promise<string | null> {
    const app = await this.db.repository(AppEntity).findOne({ where: { app_id }, select: { app_id: true, icon_svg: true } });
    return app?.icon_svg ?? null;
  }

  /** The caller's apps, oldest first. */
  async list({ tenant, user }: Ctx, cursor: string | undefined): Promise<Page<App>> {
    const where = ['tenant_id = :tenant', 'developer_id = :user', `status <> 'deleted'`];
    const page = await this.db.page(OWN_APPS, { order: 'oldest', where, values: { tenant, user } }, { cursor });
    return { ...page, rows: page.rows.map((app) => ({ ...app, permissions: app.permissions.map(permissionOf) })) };
  }

  /** Ids of the apps with an approved revision. */
  async listLiveIds(): Promise<string[]> {
    const live = await this.db
      .repository(AppEntity)
      .find({ where: { approved_revision: Not(IsNull()), ...NOT_DELETED }, select: { app_id: true }, order: { app_id: 'asc' } });
    return live.map(({ app_id }) => app_id);
  }

  /** Whether the id is taken, also by a deleted app. */
  exists(app_id: string): Promise<boolean> {
    return this.db.repository(AppEntity).existsBy({ app_id });
  }

  /** How many of the caller's apps count towards the app limit of their tier. */
  countTowardsCap({ tenant, user }: Ctx): Promise<number> {
    return this.db.repository(AppEntity).countBy({ tenant_id: tenant, developer_id: user, status: In(COUNTED_STATUSES) });
  }

  /** False if the id is taken. */
  async add(app: Partial<AppEntity>): Promise<boolean> {
    const values = app as QueryDeepPartialEntity<AppEntity>;
    const added = await this.db.repository(AppEntity).createQueryBuilder().insert().values(values).orIgnore().returning('app_id').execute();
    return (added.raw as unknown[]).length > 0;
  }

  /** Updates these fields of the row and of the object. */
  async update(app: AppEntity, fields: Partial<AppEntity>): Promise<AppEntity> {
    const changes = { ...fields, updated_at: new Date() };
    await this.db.repository(AppEntity).update({ app_id: app.app_id }, changes);
    return Object.assign(app, changes);
  }

  /** Deletes the row, which makes the id free. */
  async delete({ app_id }: AppEntity): Promise<void> {
    await this.db.repository(AppEntity).delete({ app_id });
  }

  private async getBy(where: FindOptionsWhere<AppEntity>, lock = false): Promise<AppEntity> {
    const app = await this.db
      .repository(AppEntity)
      .findOne({ where: { ...where, ...NOT_DELETED }, ...(lock && { lock: { mode: 'pessimistic_write' as const } }) });
    if (!app) throw DeveloperAppNotFound();
    return app;
  }
}
