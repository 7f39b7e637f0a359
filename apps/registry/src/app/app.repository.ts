import type { AppApproved, AppDelisted, SuspensionChanged } from '@skep/contracts/portal';
import { AppDeclarations, type AppDeveloper, CallableApp, type PublishRelease, registry, type Release } from '@skep/contracts/registry';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CatalogTools } from '../catalog/catalog-tools.js';
import { AppEntity } from './app.entity.js';
import { CallableAppChanges } from './callable-app-changes.js';
import { panelsOf } from './panels.js';
import { ReleaseEntity } from './release.entity.js';
import { IS_DEVELOPER, RUNNABLE_REVISION } from './runnable-revision.js';
import { toolPricesOf } from './tool-prices.js';

const RESOLVE_CALL = statement(
  `select a.app_id, a.developer_id, a.tenant_id as developer_tenant_id, d.app_id is not null as is_disabled, a.suspended as is_suspended, a.live_split as revenue_split,
          runnable.revision,
          case when not ${IS_DEVELOPER} then a.live_prices end as tool_prices,
          case when not ${IS_DEVELOPER} and not a.system then i.permissions end as permissions, c.config -> 'access_policy' as access_policy
     from app a
     left join install i on i.tenant_id = :tenant and i.user_id = :user and i.app_id = a.app_id
     left join disabled_extension d on d.tenant_id = :tenant and d.user_id = :user and d.app_id = a.app_id
     left join config c on c.tenant_id = :tenant and c.scope = 'app' and c.scope_id = a.app_id
     cross join lateral (select ${RUNNABLE_REVISION} as revision) runnable
    where a.app_id = :app_id and runnable.revision is not null`,
  CallableApp,
  { is_disabled: 'bool', is_suspended: 'bool' },
);
/** Without a user: the release that is live, else the newest one. */
const RESOLVE_DECLARATIONS = statement(
  `select a.app_id, a.developer_id, a.tenant_id as developer_tenant_id, a.suspended as is_suspended, r.revision,
          case when jsonb_typeof(r.manifest -> 'secrets') = 'array' then r.manifest -> 'secrets' else '[]' end as secrets,
          case when jsonb_typeof(r.manifest -> 'oauth') = 'array' then r.manifest -> 'oauth' else '[]' end as oauth,
          case when jsonb_typeof(r.manifest -> 'webhooks') = 'array' then r.manifest -> 'webhooks' else '[]' end as webhooks
     from app a
     left join install i on i.tenant_id = :tenant and i.user_id = :user and i.app_id = a.app_id
     join release r on r.app_id = a.app_id
      and r.revision = case when :user = '' then least(coalesce(a.live_revision, a.latest_revision), a.latest_revision) else (${RUNNABLE_REVISION}) end
    where a.app_id = :app_id`,
  AppDeclarations,
  { is_suspended: 'bool' },
);
const CREATE_APP = statement(
  'insert into app (app_id, tenant_id, developer_id) values (:app_id, :tenant, :developer_id) on conflict do nothing',
);
const LOCK_APP = statement(
  'select tenant_id, developer_id, latest_revision, approved_at from app where app_id = :app_id for no key update',
  {
    tenant_id: 'text',
    developer_id: 'text',
    latest_revision: 'int4',
    approved_at: 'timestamptz?',
  },
);
/** jsonb compares by content: the order of keys and white space do not count. */
const SAME_CONTENT = statement(
  `select revision from release
    where app_id = :app_id and revision = :revision and version = :version and name = :name and description = :description and icon = :icon
      and ir is not distinct from :ir::jsonb and manifest = :manifest::jsonb and functions = :functions::jsonb and permissions = :permissions`,
  { revision: 'int4' },
);
const SET_LIVE_RELEASE = statement(`
  insert into app (app_id, tenant_id, developer_id, live_revision, approved_at, system, live_prices, live_split)
  values (:app_id, :tenant_id, :developer_id, :revision, :approved_at, :system, :prices, :revenue_split)
  on conflict (app_id) do update
     set tenant_id = excluded.tenant_id, developer_id = excluded.developer_id, live_revision = excluded.live_revision, approved_at = excluded.approved_at, system = excluded.system,
         live_prices = excluded.live_prices, live_split = excluded.live_split
   where app.approved_at is null or app.approved_at <= excluded.approved_at`);
const SAVE_APPROVAL = statement(`
  insert into approval (app_id, revision, approved_at) values (:app_id, :revision, :approved_at)
  on conflict (app_id, revision) do update set approved_at = greatest(approval.approved_at, excluded.approved_at)`);
const SET_SUSPENDED = statement(`
  insert into app (app_id, tenant_id, developer_id, suspended, suspension_changed_at)
  values (:app_id, :tenant_id, :developer_id, :suspended, :changed_at)
  on conflict (app_id) do update set suspended = excluded.suspended, suspension_changed_at = excluded.suspension_changed_at
   where app.suspension_changed_at is null or app.suspension_changed_at <= excluded.suspension_changed_at`);

const SET_DELISTED = statement(`
  insert into app (app_id, tenant_id, developer_id, delisted_at) values (:app_id, :tenant_id, :developer_id, :delisted_at)
  on conflict (app_id) do update set delisted_at = greatest(app.delisted_at, excluded.delisted_at)`);
/** The developer's share in percent for approvals without `revenue_split`. */
const DEFAULT_SPLIT = 70;

/** Reads and writes apps and their releases. */
@Injectable()
export class AppRepository {
  constructor(
    private readonly db: Database,
    private readonly changes: CallableAppChanges,
    private readonly catalog: CatalogTools,
    private readonly outbox: Outbox,
  ) {}

  /** The release that the caller runs, with its prices; undefined if they can run none. Every call of a function reads this. */
  resolveCall({ tenant, user }: Ctx, app_id: string) {
    return this.db.row(RESOLVE_CALL, { tenant, user, app_id });
  }

  findDeveloper(app_id: string): Promise<AppDeveloper | null> {
    return this.db.repository(AppEntity).findOneBy({ app_id });
  }

  /** What the release that the caller runs declares; undefined if they can run none. */
  resolveDeclarations({ tenant, user }: Ctx, app_id: string) {
    return this.db.row(RESOLVE_DECLARATIONS, { tenant, user, app_id });
  }

  findRelease(app_id: string, revision: number): Promise<Release | null> {
    return this.db.repository(ReleaseEntity).findOneBy({ app_id, revision });
  }

  /** Locks the app until the transaction ends, so that its releases are published one by one. Creates the app for its first release. */
  async lockOrCreate({ tenant }: Ctx, app_id: string, developer_id: string) {
    await this.db.rows(CREATE_APP, { app_id, tenant, developer_id });
    return (await this.db.row(LOCK_APP, { app_id }))!;
  }

  /** Gives the app to another developer. The app must be locked. */
  async transfer({ tenant }: Ctx, app_id: string, developer_id: string): Promise<void> {
    await this.db.repository(AppEntity).update({ app_id }, { tenant_id: tenant, developer_id });
    this.changes.add(app_id);
  }

  /** Whether this revision has exactly this content. */
  async hasContent(revision: number, content: PublishRelease): Promise<boolean> {
    const [ir, manifest, functions] = [content.ir ?? null, content.manifest, content.functions].map(
      (value) => value && JSON.stringify(value),
    );
    return (await this.db.row(SAME_CONTENT, { ...content, revision, ir, manifest, functions })) !== undefined;
  }

  /** Adds the release as the app's latest one. */
  async addRelease(ctx: Ctx, revision: number, content: PublishRelease): Promise<void> {
    const { app_id, version, name, description, icon, ir = null, manifest, functions, permissions } = content;
    const panels = panelsOf(manifest, content.ir);
    await this.db.repository(ReleaseEntity).insert({
      app_id,
      revision,
      version,
      name,
      description,
      icon,
      ir,
      manifest,
      functions,
      ordered_functions: functions,
      permissions,
      panels,
    });
    await this.db.repository(AppEntity).update({ app_id }, { latest_revision: revision });
    await this.catalog.refresh(ctx, app_id);
    this.changes.add(app_id);
  }

  /**
   * Saves an approval, and makes its release live unless a newer approval is known. Idempotent. Users who have not consented to the live
   * release may still run an older approved one. The app may have no release yet.
   */
  async approve(ctx: Ctx, approved: AppApproved): Promise<void> {
    const prices = toolPricesOf(approved);
    const revenue_split = approved.revenue_split ?? DEFAULT_SPLIT;
    await this.db.rows(SET_LIVE_RELEASE, { ...approved, prices: prices && JSON.stringify(prices), revenue_split });
    await this.db.rows(SAVE_APPROVAL, approved);
    await this.outbox.add(registry.liveReleaseChanged, ctx, approved);
    await this.catalog.refresh(ctx, approved.app_id);
    this.changes.add(approved.app_id);
  }

  /** Takes the app out of the catalogue until the next approval. The events may arrive in any order. */
  async delist(ctx: Ctx, delisted: AppDelisted): Promise<void> {
    await this.db.rows(SET_DELISTED, delisted);
    await this.catalog.refresh(ctx, delisted.app_id);
  }

  /** Suspends or restores the app unless a newer change is known. The app may have no release yet. */
  async setSuspended(ctx: Ctx, change: SuspensionChanged): Promise<void> {
    await this.db.rows(SET_SUSPENDED, { ...change, suspended: change.reason !== null });
    await this.catalog.refresh(ctx, change.app_id);
    this.changes.add(change.app_id);
  }
}
