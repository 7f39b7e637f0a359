import type { AppApproved, CallableApp, PublishRelease, Release, SuspensionChanged } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { panelsOf } from './panels.js';
import { OWN, RUNS } from './runnable.js';
import { toolPricesOf } from './tool-prices.js';

const RESOLVE = statement<CallableApp & { is_disabled: boolean; is_suspended: boolean }>(`
  select a.app_id, a.developer_id, s.app_id is not null as is_disabled, a.suspended as is_suspended, a.live_split as revenue_split, runs.revision,
         case when not ${OWN} then a.live_prices end as tool_prices,
         case when not ${OWN} and not a.system then i.permissions end as permissions
    from app a
    left join install i on i.tenant_id = $1 and i.user_id = $2 and i.app_id = a.app_id
    left join switched_off s on s.tenant_id = $1 and s.user_id = $2 and s.app_id = a.app_id
    cross join lateral (select ${RUNS} as revision) runs
   where a.app_id = $3 and runs.revision is not null`);

const RELEASE = statement<Release>(
  'select app_id, revision, version, ir, manifest, functions from release where app_id = $1 and revision = $2',
);

const OPEN = statement('insert into app (app_id, tenant_id, developer_id) values ($1, $2, $3) on conflict do nothing');
const LOCK = statement<{ tenant_id: string; developer_id: string; latest_revision: number; approved_at: Date | null }>(
  'select tenant_id, developer_id, latest_revision, approved_at from app where app_id = $1 for no key update',
);
const HAND_OVER = statement('update app set tenant_id = $2, developer_id = $3 where app_id = $1');
/** jsonb compares by content: the order of keys and blanks do not count. */
const SAME = statement<{ revision: number }>(`
  select revision from release
   where app_id = $1 and revision = $2 and version = $3 and name = $4 and description = $5 and icon = $6
     and ir is not distinct from $7::jsonb and manifest = $8::jsonb and functions = $9::jsonb and permissions = $10`);
const ADD = statement(`
  insert into release (app_id, revision, version, name, description, icon, ir, manifest, functions, permissions, panels)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`);
const ADVANCE = statement('update app set latest_revision = $2 where app_id = $1');

const APPROVE = statement(`
  insert into app (app_id, tenant_id, developer_id, live_revision, approved_at, system, live_prices, live_split)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (app_id) do update
     set tenant_id = excluded.tenant_id, developer_id = excluded.developer_id, live_revision = excluded.live_revision, approved_at = excluded.approved_at, system = excluded.system,
         live_prices = excluded.live_prices, live_split = excluded.live_split
   where app.approved_at is null or app.approved_at <= excluded.approved_at`);
const KEEP = statement(`
  insert into approval (app_id, revision, approved_at) values ($1, $2, $3)
  on conflict (app_id, revision) do update set approved_at = greatest(approval.approved_at, excluded.approved_at)`);

const SUSPEND = statement(`
  insert into app (app_id, tenant_id, developer_id, suspended, suspension_changed_at) values ($1, $2, $3, $4, $5)
  on conflict (app_id) do update set suspended = excluded.suspended, suspension_changed_at = excluded.suspension_changed_at
   where app.suspension_changed_at is null or app.suspension_changed_at <= excluded.suspension_changed_at`);

/** Of approvals that do not tell it. */
const SPLIT = 70;

@Injectable()
export class AppRepository {
  constructor(private readonly db: Database) {}

  /** What the caller may run of an app: on the path of every call. Undefined where there is nothing for them. */
  callable(ctx: Ctx, appId: string) {
    return this.db.row(RESOLVE, [ctx.tenant, ctx.user, appId]);
  }

  release(appId: string, revision: number) {
    return this.db.row(RELEASE, [appId, revision]);
  }

  /** Opens the app for its first release, and keeps every other release of it waiting until the transaction ends. */
  async lock(ctx: Ctx, appId: string, developerId: string) {
    await this.db.rows(OPEN, [appId, ctx.tenant, developerId]);
    return (await this.db.row(LOCK, [appId]))!;
  }

  /** Makes another developer the app's own. The app must be locked. */
  async handOver(ctx: Ctx, appId: string, developerId: string): Promise<void> {
    await this.db.rows(HAND_OVER, [appId, ctx.tenant, developerId]);
  }

  /** Does this release hold exactly that content? */
  async holds(revision: number, content: PublishRelease): Promise<boolean> {
    return (await this.db.row(SAME, [content.app_id, revision, ...columnsOf(content)])) !== undefined;
  }

  /** Adds the release, and makes it the newest one. */
  async add(revision: number, content: PublishRelease): Promise<void> {
    const panels = JSON.stringify(panelsOf(content.manifest, content.ir));
    await this.db.rows(ADD, [content.app_id, revision, ...columnsOf(content), panels]);
    await this.db.rows(ADVANCE, [content.app_id, revision]);
  }

  /** Pins what was approved, also where it is told again. One older than the newest known is only kept, for those who have not consented to more. */
  async approve(approved: AppApproved): Promise<void> {
    const { app_id, tenant_id, developer_id, revision, approved_at, system, revenue_split = SPLIT } = approved;
    const prices = toolPricesOf(approved);
    await this.db.rows(APPROVE, [
      ...[app_id, tenant_id, developer_id, revision, approved_at, system],
      ...[prices && JSON.stringify(prices), revenue_split],
    ]);
    await this.db.rows(KEEP, [app_id, revision, approved_at]);
  }

  /** One older than the newest known changes nothing. The app may have no release yet. */
  async setSuspended({ app_id, tenant_id, developer_id, reason, changed_at }: SuspensionChanged): Promise<void> {
    await this.db.rows(SUSPEND, [app_id, tenant_id, developer_id, reason !== null, changed_at]);
  }
}

const columnsOf = ({ version, name, description, icon, ir, manifest, functions, permissions }: PublishRelease) => [
  version,
  name,
  description,
  icon,
  ir ? JSON.stringify(ir) : null,
  JSON.stringify(manifest),
  JSON.stringify(functions),
  permissions,
];
