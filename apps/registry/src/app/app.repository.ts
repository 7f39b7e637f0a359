import type { AppApproved, SuspensionChanged } from '@skep/contracts/portal';
import type { CallableApp, PublishRelease, Release } from '@skep/contracts/registry';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { panelsOf } from './panels.js';
import { IS_DEVELOPER, RUNNABLE_REVISION } from './runnable-revision.js';
import { toolPricesOf } from './tool-prices.js';

const RESOLVE_CALL = statement<CallableApp & { is_disabled: boolean; is_suspended: boolean }>(`
  select a.app_id, a.developer_id, d.app_id is not null as is_disabled, a.suspended as is_suspended, a.live_split as revenue_split,
         runnable.revision,
         case when not ${IS_DEVELOPER} then a.live_prices end as tool_prices,
         case when not ${IS_DEVELOPER} and not a.system then i.permissions end as permissions
    from app a
    left join install i on i.tenant_id = $1 and i.user_id = $2 and i.app_id = a.app_id
    left join disabled_extension d on d.tenant_id = $1 and d.user_id = $2 and d.app_id = a.app_id
    cross join lateral (select ${RUNNABLE_REVISION} as revision) runnable
   where a.app_id = $3 and runnable.revision is not null`);

const FIND_RELEASE = statement<Release>(
  'select app_id, revision, version, ir, manifest, functions from release where app_id = $1 and revision = $2',
);

const CREATE_APP = statement('insert into app (app_id, tenant_id, developer_id) values ($1, $2, $3) on conflict do nothing');
const LOCK_APP = statement<{ tenant_id: string; developer_id: string; latest_revision: number; approved_at: Date | null }>(
  'select tenant_id, developer_id, latest_revision, approved_at from app where app_id = $1 for no key update',
);
const TRANSFER = statement('update app set tenant_id = $2, developer_id = $3 where app_id = $1');
/** jsonb compares by content: the order of keys and white space do not count. */
const SAME_CONTENT = statement<{ revision: number }>(`
  select revision from release
   where app_id = $1 and revision = $2 and version = $3 and name = $4 and description = $5 and icon = $6
     and ir is not distinct from $7::jsonb and manifest = $8::jsonb and functions = $9::jsonb and permissions = $10`);
const ADD_RELEASE = statement(`
  insert into release (app_id, revision, version, name, description, icon, ir, manifest, functions, permissions, panels)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`);
const SET_LATEST_REVISION = statement('update app set latest_revision = $2 where app_id = $1');

const SET_LIVE_RELEASE = statement(`
  insert into app (app_id, tenant_id, developer_id, live_revision, approved_at, system, live_prices, live_split)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (app_id) do update
     set tenant_id = excluded.tenant_id, developer_id = excluded.developer_id, live_revision = excluded.live_revision, approved_at = excluded.approved_at, system = excluded.system,
         live_prices = excluded.live_prices, live_split = excluded.live_split
   where app.approved_at is null or app.approved_at <= excluded.approved_at`);
const SAVE_APPROVAL = statement(`
  insert into approval (app_id, revision, approved_at) values ($1, $2, $3)
  on conflict (app_id, revision) do update set approved_at = greatest(approval.approved_at, excluded.approved_at)`);

const SET_SUSPENDED = statement(`
  insert into app (app_id, tenant_id, developer_id, suspended, suspension_changed_at) values ($1, $2, $3, $4, $5)
  on conflict (app_id) do update set suspended = excluded.suspended, suspension_changed_at = excluded.suspension_changed_at
   where app.suspension_changed_at is null or app.suspension_changed_at <= excluded.suspension_changed_at`);

/** The developer's share in percent for approvals without `revenue_split`. */
const DEFAULT_SPLIT = 70;

/** Reads and writes apps and their releases. */
@Injectable()
export class AppRepository {
  constructor(private readonly db: Database) {}

  /** The release that the caller runs, with its prices; undefined if they can run none. Every call of a function reads this. */
  resolveCall(ctx: Ctx, appId: string) {
    return this.db.row(RESOLVE_CALL, [ctx.tenant, ctx.user, appId]);
  }

  findRelease(appId: string, revision: number) {
    return this.db.row(FIND_RELEASE, [appId, revision]);
  }

  /** Locks the app until the transaction ends, so that its releases are published one by one. Creates the app for its first release. */
  async lockOrCreate(ctx: Ctx, appId: string, developerId: string) {
    await this.db.rows(CREATE_APP, [appId, ctx.tenant, developerId]);
    return (await this.db.row(LOCK_APP, [appId]))!;
  }

  /** Gives the app to another developer. The app must be locked. */
  async transfer(ctx: Ctx, appId: string, developerId: string): Promise<void> {
    await this.db.rows(TRANSFER, [appId, ctx.tenant, developerId]);
  }

  /** Whether this revision has exactly this content. */
  async hasContent(revision: number, content: PublishRelease): Promise<boolean> {
    return (await this.db.row(SAME_CONTENT, [content.app_id, revision, ...toColumns(content)])) !== undefined;
  }

  /** Adds the release as the app's latest one. */
  async addRelease(revision: number, content: PublishRelease): Promise<void> {
    const panels = JSON.stringify(panelsOf(content.manifest, content.ir));
    await this.db.rows(ADD_RELEASE, [content.app_id, revision, ...toColumns(content), panels]);
    await this.db.rows(SET_LATEST_REVISION, [content.app_id, revision]);
  }

  /**
   * Saves an approval, and makes its release live unless a newer approval is known. Idempotent. Users who have not consented to the live
   * release may still run an older approved one. The app may have no release yet.
   */
  async approve(approved: AppApproved): Promise<void> {
    const { app_id, tenant_id, developer_id, revision, approved_at, system, revenue_split = DEFAULT_SPLIT } = approved;
    const prices = toolPricesOf(approved);
    await this.db.rows(SET_LIVE_RELEASE, [
      ...[app_id, tenant_id, developer_id, revision, approved_at, system],
      ...[prices && JSON.stringify(prices), revenue_split],
    ]);
    await this.db.rows(SAVE_APPROVAL, [app_id, revision, approved_at]);
  }

  /** Suspends or restores the app unless a newer change is known. The app may have no release yet. */
  async setSuspended({ app_id, tenant_id, developer_id, reason, changed_at }: SuspensionChanged): Promise<void> {
    await this.db.rows(SET_SUSPENDED, [app_id, tenant_id, developer_id, reason !== null, changed_at]);
  }
}

const toColumns = ({ version, name, description, icon, ir, manifest, functions, permissions }: PublishRelease) => [
  version,
  name,
  description,
  icon,
  ir ? JSON.stringify(ir) : null,
  JSON.stringify(manifest),
  JSON.stringify(functions),
  permissions,
];
