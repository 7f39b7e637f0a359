import { AppRef, Cursor, IDS } from '../common.js';
import { event, operation, page } from '../define.js';
import { Instant, Int, Nullable, OneOf, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { AppNotFound } from './listing.js';

export const REPORT_REASONS = [
  'malware',
  'privacy',
  'misleading',
  'impersonation',
  'copyright',
  'spam',
  'offensive',
  'broken',
  'other',
] as const;
const STATUSES = ['open', 'resolved'] as const;

const docs = {
  id: { description: 'Id of the report.', example: 17 },
  reason: { description: 'Why.', example: 'misleading' },
  text: { description: 'What happened.', example: 'It posts to a channel that I did not choose.' },
};

@Shape('A report of an app to the administrators.')
export class ReportApp extends AppRef {
  @OneOf(REPORT_REASONS, docs.reason) reason: string = 'other';
  @Text({ min: 10, max: 5_000, ...docs.text }) text!: string;
}

@Shape('Your report of an app.')
export class Report {
  @Int(docs.id) report_id!: number;
  @Text(IDS.app) app_id!: string;
  @OneOf(REPORT_REASONS, docs.reason) reason!: string;
  @Text(docs.text) text!: string;
  @OneOf(STATUSES, { description: 'Whether an administrator has resolved it.' }) status!: string;
  @Nullable() @Text({ description: 'What the administrator says. Null while it is open.' }) note!: string | null;
  @Instant({ description: 'When it was reported.' }) created_at!: Date;
  @Nullable() @Instant({ description: 'When it was resolved. Null while it is open.' }) resolved_at!: Date | null;
}

@Shape('A report, as an administrator sees it.')
export class AdminReport extends Report {
  @Text(IDS.tenant) tenant_id!: string;
  @Text({ ...IDS.user, description: 'Id of the user who reported the app.' }) user_id!: string;
  @Nullable() @Text({ description: 'Who resolved it. Null while it is open.' }) resolved_by!: string | null;
}

@Shape('Which reports to list.')
export class ListReports {
  @OneOf(STATUSES, { description: 'Open reports, the oldest first; or resolved ones, the newest first.' }) status: string = 'open';
  @Int({ min: 1, max: 200, description: 'Maximum number of reports.' }) limit: number = 50;
  @Cursor() cursor?: string;
}

@Shape('The end of a report.')
export class ResolveReport {
  @Int({ min: 1, ...docs.id }) report_id!: number;
  @Text({
    min: 1,
    max: 2_000,
    description: 'What was found and done, for other administrators.',
    example: 'The app was suspended.',
  })
  note!: string;
}

@Shape('An administrator resolved a report of an app.')
export class ReportResolution {
  @Int(docs.id) report_id!: number;
  @Text(IDS.app) app_id!: string;
}

export const AlreadyReported = problem('already_reported', 409, 'You have reported this app already. Administrators look at your report.');
export const ReportNotFound = problem('report_not_found', 404, 'Report not found.');
export const ReportResolved = problem('report_resolved', 409, 'This report is resolved already.');

export const reportMembers = {
  reportApp: operation('Report an app to the administrators', {
    description: 'You can have one open report per app.',
    input: ReportApp,
    output: Report,
    problems: [AppNotFound, AlreadyReported],
    scope: 'marketplace:write',
  }),
  listReports: operation('List reports of apps', {
    description: 'From all tenants.',
    input: ListReports,
    output: page(AdminReport),
    scope: 'admin:extensions:read',
  }),
  resolveReport: operation('Resolve a report of an app', {
    description:
      'It does nothing to the app: suspend it with `POST /v1/admin/apps/{app_id}/status`. The user can then report the app again.',
    input: ResolveReport,
    output: AdminReport,
    problems: [ReportNotFound, ReportResolved],
    scope: 'admin:extensions:write',
  }),

  reportResolved: event(ReportResolution),
};
