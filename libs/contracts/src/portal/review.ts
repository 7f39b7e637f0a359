import { AppRef, Cursor, IDS, PricingModel, ListCursor } from '../common.js';
import { event, operation, page } from '../define.js';
import { Bool, Instant, Int, Json, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { Capabilities } from '../marketplace/capabilities.js';
import { Conflict, problem } from '../problem.js';
import { AppSuspended, FunctionInfo } from '../registry/index.js';
import { App, appDocs, DeveloperAppNotFound } from './app.js';
import { OwnApp } from './administration.js';

@Shape('One check of a submission.')
export class SubmissionCheck {
  @Text({ description: 'Name of the check.', example: 'has_successful_deploy' }) name!: string;
  @Bool({ description: 'True if the app passed the check.' }) passed!: boolean;
  @Text({ description: '`ok`, or what to do to pass.', example: 'ok' }) message!: string;
}

@Shape('The result of a submission for review.')
export class SubmitReceipt {
  @Text(IDS.app) app_id!: string;
  @OneOf(['pending_review', 'failed'], { description: '`pending_review`: under review. `failed`: at least one check did not pass.' })
  status!: string;
  @Nullable()
  @Instant({ description: 'When the app was submitted. Null if it failed.', example: '2026-06-21T09:30:00Z' })
  submitted_at!: Date | null;
  @Nullable()
  @Int({ ...appDocs.revision, description: 'Number of the release under review. Null if there is none.' })
  revision!: number | null;
  @List(() => SubmissionCheck, { description: 'All checks, passed or not.' }) checks!: SubmissionCheck[];
}

/** Why an app is rejected, for programs. */
export const REVIEW_CODES = [
  'incomplete',
  'broken',
  'misleading',
  'poor_description',
  'excessive_permissions',
  'privacy',
  'unsafe',
  'malware',
  'impersonation',
  'copyright',
  'spam',
  'pricing',
  'other',
] as const;

const Evidence = (description: string) =>
  Text({ max: 5_000, description, example: 'save_link failed with INTERNAL in three of three calls.' });

@Shape('An approval of an app.')
export class ApproveApp extends AppRef {
  @Optional()
  @Int({ min: 1, ...appDocs.revision, description: 'Number of the release that was reviewed. Left out: the submitted one.' })
  revision?: number;
  @Optional() @Evidence('What was checked. The developer sees it.') evidence?: string;
}

@Shape('A rejection of an app. The app is a draft again.')
export class RejectApp extends AppRef {
  @Text({ min: 1, max: 500, description: 'Why the app is rejected. Its developer sees the reason.', example: 'It does nothing yet.' })
  reason!: string;
  @List('text', {
    min: 1,
    max: 10,
    words: REVIEW_CODES,
    description: 'Why, for programs. The developer sees the codes.',
    example: ['incomplete'],
  })
  codes: string[] = ['other'];
  @Optional() @Evidence('What shows it, such as a failed call. The developer sees it.') evidence?: string;
}

@Shape('One submission of an app, with the decision.')
export class Submission {
  @Text({ description: 'Id of the submission.', example: 'sub_4f9a' }) submission_id!: string;
  @Int({ ...appDocs.revision, description: 'Number of the submitted release.' }) revision!: number;
  @Text(appDocs.version) version!: string;
  @Instant({ description: 'When it was submitted.' }) submitted_at!: Date;
  @Nullable()
  @OneOf(['approved', 'rejected', 'withdrawn'], {
    description: 'The decision; `withdrawn` by the developer. Null while it waits.',
    example: 'rejected',
  })
  decision!: string | null;
  @Nullable() @Text({ description: 'Why it was rejected. Null otherwise.', example: 'It does nothing yet.' }) reason!: string | null;
  @List('text', { description: 'Codes of a rejection. Empty otherwise.', example: ['incomplete'] }) codes!: string[];
  @Nullable() @Text({ description: 'What the reviewer found. Null if they did not state it.' }) evidence!: string | null;
  @Nullable() @Instant({ description: 'When it was decided. Null while it waits.' }) decided_at!: Date | null;
}

@Shape('An app, and where to continue the list of its submissions.')
export class ListSubmissions extends AppRef {
  @Cursor() cursor?: string;
}

@Shape('An app was submitted, or a submission was decided. `withdrawn` is the decision of its developer.')
export class ReviewStatusChanged {
  @Text(IDS.app) app_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Text({ ...IDS.tenant, description: 'Tenant of the developer.' }) tenant_id!: string;
  @OneOf(['submitted', 'approved', 'rejected', 'withdrawn'], { description: 'What happened.' }) decision!: string;
  @Nullable() @Text({ description: 'Why it was rejected. Null otherwise.' }) reason!: string | null;
}

@Shape('An app was approved. The marketplace lists it as the event describes it, and users run the approved release.')
export class AppApproved {
  @Text(IDS.app) app_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Text({ ...IDS.tenant, description: 'Tenant of the developer.' }) tenant_id!: string;
  @Int({ ...appDocs.revision, description: 'Number of the approved release.' }) revision!: number;
  @Text(appDocs.version) version!: string;
  @Text(appDocs.name) name!: string;
  @Text(appDocs.short_description) short_description!: string;
  @Text(appDocs.category) category!: string;
  @Text(appDocs.icon) icon!: string;
  @Optional() @Nullable() @Text({ description: 'Uploaded SVG icon. Null if there is none.' }) icon_svg?: string | null;
  @PricingModel() pricing_model!: string;
  @Nullable() @Json(appDocs.pricing_config) pricing_config!: Record<string, unknown> | null;
  @Optional()
  @Int({ min: 0, max: 100, description: 'Share of the developer in each base price, in percent, as of this approval.', example: 70 })
  revenue_split?: number;
  @List('text', { description: 'Tags from the manifest.', example: ['bookmarks'] }) tags!: string[];
  @Bool({ description: 'True if the app is part of the platform: every user has it.', example: false }) system!: boolean;
  @List('text', { description: 'Ids of the permissions that the release needs.', example: ['store:read', 'store:write'] })
  permissions!: string[];
  @List(() => FunctionInfo, { description: 'Functions of the release.' }) functions!: FunctionInfo[];
  @Optional() @Nullable() @Text({ description: 'Author, from the manifest.' }) author?: string | null;
  @Optional() @Nullable() @Text({ description: 'Web page, from the manifest.' }) homepage?: string | null;
  @Optional() @Nullable() @Text({ description: 'License, from the manifest.' }) license?: string | null;
  @Optional() @Nested(() => Capabilities, { description: 'What the release may do.' }) capabilities?: Capabilities;
  @Instant({ description: 'When the app was approved.' }) approved_at!: Date;
}

export const NotPending = problem('not_pending', 409, 'This app is not under review.');

export const reviewMembers = {
  submitApp: operation('Submit an app for review', {
    description:
      'Runs the checks on the newest release and, if all pass, submits it. While a release is under review, submitting again returns the same answer.',
    input: AppRef,
    output: SubmitReceipt,
    problems: [DeveloperAppNotFound, AppSuspended],
    scope: 'marketplace:submit',
  }),
  withdrawApp: operation('Withdraw an app from review', {
    description: 'The app is a draft again.',
    input: AppRef,
    output: App,
    problems: [DeveloperAppNotFound, AppSuspended, NotPending],
    scope: 'marketplace:submit',
  }),
  listSubmissions: operation('List the submissions of one of your apps', {
    description: 'Newest first, with the decisions: reason, codes and what the reviewer found.',
    input: ListSubmissions,
    output: page(Submission),
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
  }),
  listPending: operation('List the apps under review', {
    description: 'The earliest submission first. Each app is shown as it was submitted, with its uploaded icon.',
    input: ListCursor,
    output: page(App),
    scope: 'admin:developer:review',
  }),
  approveApp: operation('Approve an app', {
    description: 'The marketplace lists the app as it was submitted, and users run the approved release.',
    input: ApproveApp,
    output: App,
    problems: [DeveloperAppNotFound, AppSuspended, NotPending, OwnApp, Conflict],
    scope: 'admin:developer:review',
  }),
  rejectApp: operation('Reject an app', {
    description: 'The app is a draft again. Users keep the release that was approved before, if there is one.',
    input: RejectApp,
    output: App,
    problems: [DeveloperAppNotFound, AppSuspended, NotPending, OwnApp],
    scope: 'admin:developer:review',
  }),

  reviewStatusChanged: event(ReviewStatusChanged),
  appApproved: event(AppApproved),
};
