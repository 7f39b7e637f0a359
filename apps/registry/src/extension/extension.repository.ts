import { permissionOf } from '@skep/contracts/builtins';
import { AppAccess, type FunctionInfo, InstalledApp, type MyExtension } from '@skep/contracts/registry';
import { as, type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { IS_DEVELOPER, NOT_CONSENTED, RUNNABLE_REVISION } from '../app/runnable-revision.js';
import { DisabledExtensionEntity } from './disabled-extension.entity.js';
import { InstallEntity } from './install.entity.js';

/** Installed apps and system apps, in the release that the user runs, or in the live release if they can run none. */
const LIST_EXTENSIONS = statement(
  `with extension as (
    select app_id from install where tenant_id = :tenant and user_id = :user and (:app_id::text is null or app_id = :app_id)
    union select app_id from app where system and (:app_id::text is null or app_id = :app_id)
  )
  select r.app_id, r.name, r.description, r.version, r.icon, a.system, r.functions, r.functions as tools, r.panels, r.permissions,
         a.system or i.app_id is not null as is_installed, d.app_id is not null as is_disabled, a.suspended as is_suspended, i.installed_at,
         case when ${IS_DEVELOPER} or a.system then '{}'
              else array(select permission from unnest(live.permissions) permission where ${NOT_CONSENTED} order by permission)
         end as new_permissions
    from extension
    join app a using (app_id)
    left join install i on i.tenant_id = :tenant and i.user_id = :user and i.app_id = a.app_id
    left join disabled_extension d on d.tenant_id = :tenant and d.user_id = :user and d.app_id = a.app_id
    left join release live on live.app_id = a.app_id and live.revision = a.live_revision
    join release r on r.app_id = a.app_id and r.revision = coalesce(${RUNNABLE_REVISION}, live.revision)
   order by a.system desc, lower(r.name), r.app_id`,
  {
    ...{ app_id: 'text', name: 'text', description: 'text', version: 'text', icon: 'text', system: 'bool' },
    ...{ functions: as<FunctionInfo[]>('jsonb'), tools: as<FunctionInfo[]>('jsonb'), panels: as<Record<string, unknown>[]>('jsonb') },
    ...{ is_installed: 'bool', is_disabled: 'bool', is_suspended: 'bool', installed_at: 'timestamptz?' },
    ...{ permissions: 'text[]', new_permissions: 'text[]' },
  },
);

/** Users who installed an app may use it once it is live; its developer may use it from the first release. */
const LIST_ACCESS = statement(
  `with allowed as (
    select app_id, array_agg(user_id order by user_id) as user_ids
      from (select i.app_id, i.user_id from install i join app a using (app_id)
             where i.tenant_id = :tenant_id and a.live_revision <= a.latest_revision
            union
            select app_id, developer_id from app where tenant_id = :tenant_id and latest_revision > 0) users
     group by app_id
  ), disabled as (
    select app_id, array_agg(user_id order by user_id) as user_ids from disabled_extension where tenant_id = :tenant_id group by app_id
  )
  select a.app_id, r.name, case when not live.is_system then allowed.user_ids end as user_ids, coalesce(disabled.user_ids, '{}') as disabled_user_ids
    from app a
    cross join lateral (select a.system and (a.live_revision <= a.latest_revision) is true as is_system) live
    join release r on r.app_id = a.app_id
     and r.revision = case when a.live_revision <= a.latest_revision then a.live_revision else a.latest_revision end
    left join allowed on allowed.app_id = a.app_id
    left join disabled on disabled.app_id = a.app_id
   where not a.suspended and (allowed.app_id is not null or live.is_system)
   order by a.app_id`,
  AppAccess,
);

const INSTALL = statement(
  'insert into install (tenant_id, user_id, app_id) values (:tenant_id, :user_id, :app_id) on conflict do nothing returning installed_at',
  { installed_at: 'timestamptz' },
);
const SAVE_CONSENT = statement(`
  update install i set revision = r.revision, permissions = r.permissions
    from app a join release r using (app_id)
   where i.tenant_id = :tenant_id and i.user_id = :user_id and i.app_id = :app_id and a.app_id = :app_id
     and r.revision = coalesce(:revision, a.live_revision)
     and (i.revision, i.permissions) is distinct from (r.revision, r.permissions)`);
const FIND_INSTALLED = statement(
  `select app_id, i.installed_at, a.install_count from install i join app a using (app_id)
    where i.tenant_id = :tenant_id and i.user_id = :user_id and app_id = :app_id`,
  InstalledApp,
);
const CHANGE_INSTALL_COUNT = statement(
  `update app set install_count = install_count + :by, install_sequence = install_sequence + 1
    where app_id = :app_id returning install_count, install_sequence as sequence`,
  { install_count: 'int8', sequence: 'int8' },
);
const LOCK_APP = statement('select install_count, suspended from app where app_id = :app_id for no key update', {
  install_count: 'int8',
  suspended: 'bool',
});
const HAS_APP = statement(
  `select app_id from app a
    where app_id = :app_id
      and (system or tenant_id = :tenant_id and developer_id = :user_id and latest_revision > 0
           or exists (select from install i where i.tenant_id = :tenant_id and i.user_id = :user_id and i.app_id = a.app_id))`,
  { app_id: 'text' },
);
const DISABLE = statement(
  'insert into disabled_extension (tenant_id, user_id, app_id) values (:tenant_id, :user_id, :app_id) on conflict do nothing',
);

const installKey = ({ tenant, user }: Ctx, app_id: string) => ({ tenant_id: tenant, user_id: user, app_id });

/** Reads and writes users' installs and disabled extensions. */
@Injectable()
export class ExtensionRepository {
  constructor(private readonly db: Database) {}

  /** The caller's extensions, or the one with this id: system apps first, the others by name. */
  async list(ctx: Ctx, appId?: string): Promise<MyExtension[]> {
    const rows = await this.db.rows(LIST_EXTENSIONS, { tenant: ctx.tenant, user: ctx.user, app_id: appId });
    return rows.map(({ permissions, new_permissions, ...extension }) => ({
      ...extension,
      permissions: permissions.map(permissionOf),
      consent_needed: new_permissions.length > 0,
      new_permissions: new_permissions.map(permissionOf),
    }));
  }

  /** The apps that users of the tenant may use, each with those users. */
  listAccess(tenant_id: string) {
    return this.db.rows(LIST_ACCESS, { tenant_id });
  }

  /** Those of the apps that the caller has installed. */
  async filterInstalled(ctx: Ctx, appIds: string[]): Promise<string[]> {
    const where = { tenant_id: ctx.tenant, user_id: ctx.user, app_id: In(appIds) };
    const installs = await this.db.repository(InstallEntity).find({ select: { app_id: true }, where, order: { app_id: 'asc' } });
    return installs.map(({ app_id }) => app_id);
  }

  /** Locks the app until the transaction ends, so that its installs change one by one. Undefined for an unknown app. */
  lockApp(appId: string) {
    return this.db.row(LOCK_APP, { app_id: appId });
  }

  /** False if the caller already has it. The app must exist. */
  async install(ctx: Ctx, appId: string): Promise<boolean> {
    return (await this.db.row(INSTALL, installKey(ctx, appId))) !== undefined;
  }

  /** Replaces the caller's consent by one to the permissions of this revision, or of the live one. */
  async saveConsent(ctx: Ctx, appId: string, revision?: number): Promise<void> {
    await this.db.rows(SAVE_CONSENT, { ...installKey(ctx, appId), revision });
  }

  async getInstalled(ctx: Ctx, appId: string): Promise<InstalledApp> {
    return (await this.db.row(FIND_INSTALLED, installKey(ctx, appId)))!;
  }

  /** False if the caller does not have it. */
  async uninstall(ctx: Ctx, appId: string): Promise<boolean> {
    return (await this.db.repository(InstallEntity).delete(installKey(ctx, appId))).affected === 1;
  }

  /** Must run in the transaction of the install or uninstall. */
  async changeInstallCount(appId: string, by: 1 | -1) {
    return (await this.db.row(CHANGE_INSTALL_COUNT, { app_id: appId, by }))!;
  }

  /** Whether the caller has installed or developed the app, or it is a system app; it may be disabled. */
  async hasApp(ctx: Ctx, appId: string): Promise<boolean> {
    return (await this.db.row(HAS_APP, installKey(ctx, appId))) !== undefined;
  }

  async disable(ctx: Ctx, appId: string): Promise<void> {
    await this.db.rows(DISABLE, installKey(ctx, appId));
  }

  async enable(ctx: Ctx, appId: string): Promise<void> {
    await this.db.repository(DisabledExtensionEntity).delete(installKey(ctx, appId));
  }
}
