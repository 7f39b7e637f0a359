import { type AppAccess, type InstalledApp, type MyExtension, permissionOf } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { BEYOND_CONSENT, OWN, RUNS } from '../app/runnable.js';

type Mine = Omit<MyExtension, 'permissions' | 'new_permissions' | 'consent_needed'> & { permissions: string[]; new_permissions: string[] };

/** What is installed, and what is part of the system, in the release that the person runs; where they can run none, in the approved one. */
const MINE = statement<Mine>(`
  with mine as (
    select app_id from install where tenant_id = $1 and user_id = $2 and ($3::text is null or app_id = $3)
    union select app_id from app where system and ($3::text is null or app_id = $3)
  )
  select r.app_id, r.name, r.description, r.version, r.icon, a.system, r.functions, r.functions as tools, r.panels, r.permissions,
         a.system or i.app_id is not null as is_installed, s.app_id is not null as is_disabled, a.suspended as is_suspended, i.installed_at,
         case when ${OWN} or a.system then '{}'
              else array(select w from unnest(live.permissions) w where ${BEYOND_CONSENT} order by w) end as new_permissions
    from mine
    join app a using (app_id)
    left join install i on i.tenant_id = $1 and i.user_id = $2 and i.app_id = a.app_id
    left join switched_off s on s.tenant_id = $1 and s.user_id = $2 and s.app_id = a.app_id
    left join release live on live.app_id = a.app_id and live.revision = a.live_revision
    join release r on r.app_id = a.app_id and r.revision = coalesce(${RUNS}, live.revision)
   order by a.system desc, lower(r.name), r.app_id`);

/** Who has installed an app may use it once it is live; its developer may from the first release on. */
const ACCESS = statement<AppAccess>(`
  with allowed as (
    select app_id, array_agg(user_id order by user_id) as user_ids
      from (select i.app_id, i.user_id from install i join app a using (app_id)
             where i.tenant_id = $1 and a.live_revision <= a.latest_revision
            union
            select app_id, developer_id from app where tenant_id = $1 and latest_revision > 0) person
     group by app_id
  ), refused as (
    select app_id, array_agg(user_id order by user_id) as user_ids from switched_off where tenant_id = $1 group by app_id
  )
  select a.app_id, r.name, case when not live.is_system then allowed.user_ids end as user_ids, coalesce(refused.user_ids, '{}') as disabled_user_ids
    from app a
    cross join lateral (select a.system and (a.live_revision <= a.latest_revision) is true as is_system) live
    join release r on r.app_id = a.app_id
     and r.revision = case when a.live_revision <= a.latest_revision then a.live_revision else a.latest_revision end
    left join allowed on allowed.app_id = a.app_id
    left join refused on refused.app_id = a.app_id
   where not a.suspended and (allowed.app_id is not null or live.is_system)
   order by a.app_id`);

const INSTALL = statement<{ installed_at: Date }>(
  'insert into install (tenant_id, user_id, app_id) values ($1, $2, $3) on conflict do nothing returning installed_at',
);
const CONSENT = statement(`
  update install i set revision = r.revision, permissions = r.permissions
    from app a join release r using (app_id)
   where i.tenant_id = $1 and i.user_id = $2 and i.app_id = $3 and a.app_id = $3 and r.revision = coalesce($4, a.live_revision)
     and (i.revision, i.permissions) is distinct from (r.revision, r.permissions)`);
const INSTALLED = statement<InstalledApp>(`
  select app_id, i.installed_at, a.install_count from install i join app a using (app_id)
   where i.tenant_id = $1 and i.user_id = $2 and app_id = $3`);
const UNINSTALL = statement<{ app_id: string }>(
  'delete from install where tenant_id = $1 and user_id = $2 and app_id = $3 returning app_id',
);
const COUNT = statement<{ install_count: number; sequence: number }>(`
  update app set install_count = install_count + $2, install_sequence = install_sequence + 1
   where app_id = $1 returning install_count, install_sequence as sequence`);
const LOCK = statement<{ install_count: number; suspended: boolean }>(
  'select install_count, suspended from app where app_id = $1 for no key update',
);
const WHICH = statement<{ app_id: string }>(
  'select app_id from install where tenant_id = $1 and user_id = $2 and app_id = any($3) order by app_id',
);
const REACHES = statement<{ app_id: string }>(`
  select app_id from app a
   where app_id = $3
     and (system or tenant_id = $1 and developer_id = $2 and latest_revision > 0
          or exists (select from install i where i.tenant_id = $1 and i.user_id = $2 and i.app_id = a.app_id))`);
const SWITCH_OFF = statement('insert into switched_off (tenant_id, user_id, app_id) values ($1, $2, $3) on conflict do nothing');
const SWITCH_ON = statement('delete from switched_off where tenant_id = $1 and user_id = $2 and app_id = $3');

const whose = (ctx: Ctx, appId: string) => [ctx.tenant, ctx.user, appId];

/** What each person has: installs, and what they have switched off. */
@Injectable()
export class ExtensionRepository {
  constructor(private readonly db: Database) {}

  /** What the caller has, or one app of it: apps of the system first, the rest by name. */
  async mine(ctx: Ctx, appId?: string): Promise<MyExtension[]> {
    return (await this.db.rows(MINE, [ctx.tenant, ctx.user, appId ?? null])).map(({ permissions, new_permissions, ...extension }) => ({
      ...extension,
      permissions: permissions.map(permissionOf),
      consent_needed: new_permissions.length > 0,
      new_permissions: new_permissions.map(permissionOf),
    }));
  }

  /** Who may use which app, of all the apps that somebody of the tenant may use. */
  access(tenant: string) {
    return this.db.rows(ACCESS, [tenant]);
  }

  async which(ctx: Ctx, appIds: string[]): Promise<string[]> {
    return (await this.db.rows(WHICH, [ctx.tenant, ctx.user, appIds])).map(({ app_id }) => app_id);
  }

  /** Keeps every other change of the app's installs waiting until the transaction ends. Undefined for an app that is not known here. */
  lock(appId: string) {
    return this.db.row(LOCK, [appId]);
  }

  /** Tells whether this changed anything. The app must be known. */
  async install(ctx: Ctx, appId: string): Promise<boolean> {
    return (await this.db.row(INSTALL, whose(ctx, appId))) !== undefined;
  }

  /** Writes down that the person has consented to what a release can do, the approved one unless told, in the place of what was there. */
  async consent(ctx: Ctx, appId: string, revision?: number): Promise<void> {
    await this.db.rows(CONSENT, [...whose(ctx, appId), revision ?? null]);
  }

  async installed(ctx: Ctx, appId: string): Promise<InstalledApp> {
    return (await this.db.row(INSTALLED, whose(ctx, appId)))!;
  }

  /** Tells whether this changed anything. */
  async uninstall(ctx: Ctx, appId: string): Promise<boolean> {
    return (await this.db.row(UNINSTALL, whose(ctx, appId))) !== undefined;
  }

  /** Changes the number of installs, in the transaction of the install. */
  async count(appId: string, by: 1 | -1) {
    return (await this.db.row(COUNT, [appId, by]))!;
  }

  /** Does the caller have this app at all, switched off or not? */
  async reaches(ctx: Ctx, appId: string): Promise<boolean> {
    return (await this.db.row(REACHES, whose(ctx, appId))) !== undefined;
  }

  async switchOff(ctx: Ctx, appId: string): Promise<void> {
    await this.db.rows(SWITCH_OFF, whose(ctx, appId));
  }

  async switchOn(ctx: Ctx, appId: string): Promise<void> {
    await this.db.rows(SWITCH_ON, whose(ctx, appId));
  }
}
