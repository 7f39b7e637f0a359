import type { AppApproved, Callable, PublishRelease, Release } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { panelsOf } from './panels.js';
import { toolPricesOf } from './tool-prices.js';

/** Releases have no gaps, so a live revision up to the latest one is a release that is here. */
const RESOLVE = statement<Callable & { is_disabled: boolean }>(`
  select a.app_id, a.developer_id, s.app_id is not null as is_disabled, a.live_split as revenue_split,
         case when a.developer_id <> $3 or a.tenant_id <> $2 or a.latest_revision = 0 then a.live_prices end as tool_prices,
         case when a.developer_id = $3 and a.tenant_id = $2 and a.latest_revision > 0 then a.latest_revision else a.live_revision end as revision
    from app a
    left join install i on i.tenant_id = $2 and i.user_id = $3 and i.app_id = a.app_id
    left join switched_off s on s.tenant_id = $2 and s.user_id = $3 and s.app_id = a.app_id
   where a.app_id = $1
     and (a.developer_id = $3 and a.tenant_id = $2 and a.latest_revision > 0
          or a.live_revision <= a.latest_revision and (i.app_id is not null or a.system))`);

const RELEASE = statement<Release>(
  'select app_id, revision, version, ir, manifest, functions from release where app_id = $1 and revision = $2',
);

const OPEN = statement('insert into app (app_id, tenant_id, developer_id) values ($1, $2, $3) on conflict do nothing');
const LOCK = statement<{ tenant_id: string; developer_id: string; latest_revision: number }>(
  'select tenant_id, developer_id, latest_revision from app where app_id = $1 for no key update',
);
/** jsonb compares by content: the order of keys and blanks do not count. */
const SAME = statement<{ revision: number }>(`
  select revision from release
   where app_id = $1 and revision = $2 and version = $3 and name = $4 and description = $5 and icon = $6
     and ir is not distinct from $7::jsonb and manifest = $8::jsonb and functions = $9::jsonb`);
const ADD = statement(`
  insert into release (app_id, revision, version, name, description, icon, ir, manifest, functions, panels)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`);
const ADVANCE = statement('update app set latest_revision = $2 where app_id = $1');

const APPROVE = statement(`
  insert into app (app_id, tenant_id, developer_id, live_revision, approved_at, system, live_prices, live_split)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (app_id) do update
     set live_revision = excluded.live_revision, approved_at = excluded.approved_at, system = excluded.system,
         live_prices = excluded.live_prices, live_split = excluded.live_split
   where app.approved_at is null or app.approved_at <= excluded.approved_at`);

/** Of approvals that do not tell it. */
const SPLIT = 70;

@Injectable()
export class AppRepository {
  constructor(private readonly db: Database) {}

  /** What the caller may run of an app: on the path of every call. Undefined where there is nothing for them. */
  callable(ctx: Ctx, appId: string) {
    return this.db.row(RESOLVE, [appId, ctx.tenant, ctx.user]);
  }

  release(appId: string, revision: number) {
    return this.db.row(RELEASE, [appId, revision]);
  }

  /** Opens the app for its first release, and keeps every other release of it waiting until the transaction ends. */
  async lock(ctx: Ctx, appId: string, developerId: string) {
    await this.db.rows(OPEN, [appId, ctx.tenant, developerId]);
    return (await this.db.row(LOCK, [appId]))!;
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

  /** Pins what was approved, also where it is told again. An approval older than the one already known changes nothing. */
  async approve(approved: AppApproved): Promise<void> {
    const { app_id, tenant_id, developer_id, revision, approved_at, system, revenue_split = SPLIT } = approved;
    const prices = toolPricesOf(approved);
    await this.db.rows(APPROVE, [
      ...[app_id, tenant_id, developer_id, revision, approved_at, system],
      ...[prices && JSON.stringify(prices), revenue_split],
    ]);
  }
}

const columnsOf = ({ version, name, description, icon, ir, manifest, functions }: PublishRelease) => [
  version,
  name,
  description,
  icon,
  ir ? JSON.stringify(ir) : null,
  JSON.stringify(manifest),
  JSON.stringify(functions),
];
