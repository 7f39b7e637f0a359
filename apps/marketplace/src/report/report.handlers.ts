import type { Page } from '@skep/contracts';
import {
  AdminReport,
  AlreadyReported,
  AppNotFound,
  type ListReports,
  marketplace,
  ReportNotFound,
  type ReportApp,
  ReportResolved,
  type ResolveReport,
} from '@skep/contracts/marketplace';
import { assertOperator, type Ctx, Database, defineList, Handle, Handlers, Outbox, statement } from '@skep/platform';
import { ListingRepository } from '../listing/listing.repository.js';
import { AppReportEntity } from './app-report.entity.js';

const ADD = statement(
  `insert into app_report (tenant_id, user_id, app_id, reason, text) values (:tenant, :user, :app_id, :reason, :text)
   on conflict (tenant_id, user_id, app_id) where status = 'open' do nothing returning *`,
  AppReportEntity,
);
const RESOLVE = statement(
  `update app_report set status = 'resolved', note = :note, resolved_by = :by, resolved_at = now()
    where report_id = :report_id and status = 'open' returning *`,
  AppReportEntity,
);
const REPORTS = defineList(
  {
    select: '*',
    from: 'app_report',
    // With the status, the index app_report_status.
    orders: { oldest: [['report_id', 'bigint', 'asc']], newest: [['report_id', 'bigint', 'desc']] },
  },
  AdminReport,
);

/** Reports of apps: users write them, administrators of the operator resolve them. */
@Handlers()
export class ReportHandlers {
  constructor(
    private readonly db: Database,
    private readonly listings: ListingRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Also of an app that is no longer listed, because users may still have it. */
  @Handle(marketplace.reportApp)
  async reportApp({ tenant, user }: Ctx, input: ReportApp) {
    const listing = await this.listings.find(input.app_id);
    if (!listing) throw AppNotFound();
    const report = await this.db.row(ADD, { ...input, tenant, user });
    if (!report) throw AlreadyReported();
    return report;
  }

  @Handle(marketplace.listReports)
  listReports(ctx: Ctx, { status, limit, cursor }: ListReports): Promise<Page<AdminReport>> {
    assertOperator(ctx, 'admin:extensions:read');
    const order = status === 'open' ? 'oldest' : 'newest';
    return this.db.page(REPORTS, { order, where: ['status = :status'], values: { status } }, { limit, cursor });
  }

  @Handle(marketplace.resolveReport)
  resolveReport(ctx: Ctx, { report_id, note }: ResolveReport) {
    assertOperator(ctx, 'admin:extensions:write');
    return this.db.transaction(async () => {
      const report = await this.db.row(RESOLVE, { report_id, note, by: ctx.user || ctx.actor });
      if (report) {
        await this.outbox.add(marketplace.reportResolved, ctx, { report_id, app_id: report.app_id });
        return report;
      }
      throw (await this.db.repository(AppReportEntity).existsBy({ report_id })) ? ReportResolved() : ReportNotFound();
    });
  }
}
