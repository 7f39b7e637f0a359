import type { Page } from '@skep/contracts';
import { permissionOf } from '@skep/contracts/builtins';
import { AppUser, type FunctionInfo, type InstallCount, InstalledApp, type MyExtension } from '@skep/contracts/registry';
import { as, type Ctx, Database, defineList, type Shape, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { AppEntity } from '../app/app.entity.js';
import { CallableAppChanges } from '../app/callable-app-changes.js';
import { IS_DEVELOPER, NOT_CONSENTED, RUNNABLE_REVISION } from '../app/runnable-revision.js';
import { DisabledExtensionEntity } from './disabled-extension.entity.js';
import { InstallEntity } from './install.entity.js';

/**
 * The release that the user runs, or the live one if they can run none. `offset 0` makes Postgres decide which one it is before it reads a
 * release: it would otherwise read all releases of an app.
 */
const RELEASE = `
  left join disabled_extension d on d.tenant_id = :tenant and d.user_id = :user and d.app_id = a.app_id
  cross join lateral (
    select ${RUNNABLE_REVISION} as runnable, case when a.live_revision <= a.latest_revision then a.live_revision end as live offset 0) revision
  cross join lateral (
    select * from release where app_id = a.app_id and revision = coalesce(revision.runnable, revision.live) offset 0) r`;
const LIVE_PERMISSIONS = `case when r.revision = revision.live then r.permissions
  else (select permissions from release where app_id = a.app_id and revision = revision.live) end`;
const COLUMNS = `r.app_id, r.name, r.description, r.version, r.icon, a.system, coalesce(r.ordered_functions, r.functions::json) as functions, r.panels, r.permissions,
  a.system or i.app_id is not null as is_installed, d.app_id is not null as is_disabled, a.suspended as is_suspended, i.installed_at,
  case when ${IS_DEVELOPER} or a.system then '{}'
       else array(select permission from unnest(${LIVE_PERMISSIONS}) permission where ${NOT_CONSENTED} order by permission)
  end as new_permissions`;
const SHAPE = {
  app_id: 'text',
  name: 'text',
  description: 'text',
  version: 'text',
  icon: 'text',
  system: 'bool',
  functions: as<FunctionInfo[]>('json'),
  panels: as<Record<string, unknown>[]>('jsonb'),
  permissions: 'text[]',
  is_installed: 'bool',
  is_disabled: 'bool',
  is_suspended: 'bool',
  installed_at: 'timestamptz?',
  new_permissions: 'text[]',
} satisfies Shape;
const WITH_INSTALL = 'left join install i on i.tenant_id = :tenant and i.user_id = :user and i.app_id = a.app_id';
const SYSTEM_EXTENSIONS = statement(
  `select ${COLUMNS} from app a ${WITH_INSTALL} ${RELEASE} where a.system order by lower(r.name), r.app_id`,
  SHAPE,
);
const FIND_EXTENSION = statement(
  `select ${COLUMNS} from app a ${WITH_INSTALL} ${RELEASE} where a.app_id = :app_id and (a.system or i.app_id is not null)`,
  SHAPE,
);
const INSTALLED_EXTENSIONS = defineList(
  {
    select: COLUMNS,
    from: `install i join app a using (app_id) ${RELEASE}`,
    // With tenant and user, the index install_name.
    orders: {
      name: [
        ['lower(i.name)', 'text', 'asc'],
        ['i.app_id', 'text', 'asc'],
      ],
    },
    // The functions and panels of a release can be a megabyte.
    atOnce: 50,
  },
  SHAPE,
);

const INSTALLS_OF = statement(
  `select tenant_id, user_id from install
    where app_id = :app_id and (tenant_id, user_id) > (:tenant_id, :user_id) order by tenant_id, user_id limit 200`,
  { tenant_id: 'text', user_id: 'text' },
);

const APP_USERS = defineList(
  {
    select: 'i.user_id, i.installed_at, d.app_id is null as enabled',
    from: 'install i left join disabled_extension d using (tenant_id, user_id, app_id)',
    // With tenant and app, the index install_app_user.
    orders: { user: [['i.user_id', 'text', 'asc']] },
  },
  AppUser,
);

const INSTALL = statement(
  `insert into install (tenant_id, user_id, app_id, name)
   select :tenant_id, :user_id, a.app_id, coalesce(r.name, '')
     from app a left join release r on r.app_id = a.app_id and r.revision = a.latest_revision where a.app_id = :app_id
   on conflict do nothing returning installed_at`,
  { installed_at: 'timestamptz' },
);
const SAVE_CONSENT = statement(`
  update install i set revision = r.revision, permissions = r.permissions, name = r.name
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
const LOCK_APP = statement(
  `select install_count, suspended,
          (select config -> 'access_policy' from config where (tenant_id, scope, scope_id) = (:tenant_id, 'app', :app_id)) as access_policy
     from app where app_id = :app_id for no key update`,
  { install_count: 'int8', suspended: 'bool', access_policy: 'jsonb?' },
);
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

type Extension = NonNullable<(typeof INSTALLED_EXTENSIONS)['row']>;
const toExtension = ({ permissions, new_permissions, functions, ...extension }: Extension): MyExtension => ({
  ...extension,
  ...{ functions, tools: functions },
  permissions: permissions.map(permissionOf),
  consent_needed: new_permissions.length > 0,
  new_permissions: new_permissions.map(permissionOf),
});

const installKey = ({ tenant, user }: Ctx, app_id: string) => ({ tenant_id: tenant, user_id: user, app_id });

/** Reads and writes users' installs and disabled extensions. */
@Injectable()
export class ExtensionRepository {
  constructor(
    private readonly db: Database,
    private readonly changes: CallableAppChanges,
  ) {}

  /** One of the caller's extensions: an app that they have installed, or a system app. */
  async find({ tenant, user }: Ctx, app_id: string): Promise<MyExtension | undefined> {
    const found = await this.db.row(FIND_EXTENSION, { tenant, user, app_id });
    return found && toExtension(found);
  }

  /** The system apps, as the caller runs them, by name. They are few: the operator chooses them. */
  async listSystem({ tenant, user }: Ctx): Promise<MyExtension[]> {
    return (await this.db.rows(SYSTEM_EXTENSIONS, { tenant, user })).map(toExtension);
  }

  /** The other apps that the caller has installed, by the name at their consent. */
  async listInstalled({ tenant, user }: Ctx, cursor: string | undefined): Promise<Page<MyExtension>> {
    const where = ['i.tenant_id = :tenant', 'i.user_id = :user', 'not a.system'];
    const page = await this.db.page(INSTALLED_EXTENSIONS, { order: 'name', where, values: { tenant, user } }, { cursor });
    return { ...page, rows: page.rows.map(toExtension) };
  }

  /** The users of the tenant who have installed an app. */
  listUsers({ tenant }: Ctx, app_id: string, cursor: string | undefined): Promise<Page<AppUser>> {
    const where = ['i.tenant_id = :tenant', 'i.app_id = :app_id'];
    return this.db.page(APP_USERS, { order: 'user', where, values: { tenant, app_id } }, { cursor });
  }

  /** Those of the apps that the caller has installed. */
  async filterInstalled(ctx: Ctx, appIds: string[]): Promise<string[]> {
    const where = { tenant_id: ctx.tenant, user_id: ctx.user, app_id: In(appIds) };
    const installs = await this.db.repository(InstallEntity).find({ select: { app_id: true }, where, order: { app_id: 'asc' } });
    return installs.map(({ app_id }) => app_id);
  }

  /** 0 for an unknown app. */
  async countInstalls(app_id: string): Promise<InstallCount> {
    const app = await this.db.repository(AppEntity).findOne({ select: { install_count: true }, where: { app_id } });
    return { install_count: app?.install_count ?? 0 };
  }

  /** The first 200 installs of an app, of all tenants, or those after another one. */
  listInstallsOf(app_id: string, after = { tenant_id: '', user_id: '' }) {
    return this.db.acrossTenants(() => this.db.rows(INSTALLS_OF, { app_id, ...after }));
  }

  /** Locks the app until the transaction ends, so that its installs change one by one; with its access policy in the tenant of the caller. Undefined for an unknown app. */
  lockApp({ tenant }: Ctx, appId: string) {
    return this.db.row(LOCK_APP, { tenant_id: tenant, app_id: appId });
  }

  /** False if the caller already has it. The app must exist. */
  async install(ctx: Ctx, appId: string): Promise<boolean> {
    const installed = await this.db.row(INSTALL, installKey(ctx, appId));
    this.changes.add(appId, ctx);
    return installed !== undefined;
  }

  /** Replaces the caller's consent by one to the permissions of this revision, or of the live one. */
  async saveConsent(ctx: Ctx, appId: string, revision?: number): Promise<void> {
    await this.db.rows(SAVE_CONSENT, { ...installKey(ctx, appId), revision });
    this.changes.add(appId, ctx);
  }

  async getInstalled(ctx: Ctx, appId: string): Promise<InstalledApp> {
    return (await this.db.row(FIND_INSTALLED, installKey(ctx, appId)))!;
  }

  /** False if the caller does not have it. */
  async uninstall(ctx: Ctx, appId: string): Promise<boolean> {
    const { affected } = await this.db.repository(InstallEntity).delete(installKey(ctx, appId));
    this.changes.add(appId, ctx);
    return affected === 1;
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
    this.changes.add(appId, ctx);
  }

  async enable(ctx: Ctx, appId: string): Promise<void> {
    await this.db.repository(DisabledExtensionEntity).delete(installKey(ctx, appId));
    this.changes.add(appId, ctx);
  }
}
