import { AppRef, PricingModel, ListOffset } from '../common.js';
import { event, list, operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Nullable, OneOf, Optional, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { AppSuspended, FunctionInfo } from '../registry.js';
import { App, DeveloperAppNotFound } from './app.js';

/** One named check of a submission. */
export class SubmissionCheck {
  @Text({ example: 'has_successful_deploy' }) name!: string;
  @Bool() passed!: boolean;
  @Text() message!: string;
}

export class SubmitReceipt {
  @Text() app_id!: string;
  @OneOf(['pending_review', 'failed']) status!: string;
  @Nullable() @Instant() submitted_at!: Date | null;
  @Nullable() @Int({ description: 'The revision under review; null: none.' }) revision!: number | null;
  @List(() => SubmissionCheck) checks!: SubmissionCheck[];
}

export class ApproveApp extends AppRef {
  @Optional() @Int({ min: 1, description: 'The revision that was reviewed; left out: the submitted one.' }) revision?: number;
}

export class RejectApp extends AppRef {
  @Text({ min: 1, max: 500 }) reason!: string;
  @List('text', { max: 20 }) codes: string[] = [];
}

/** A decision on a submission, or the submission itself; `withdrawn` is its developer's own decision. */
export class ReviewStatusChanged {
  @Text() app_id!: string;
  @Text() developer_id!: string;
  @Text() tenant_id!: string;
  @OneOf(['submitted', 'approved', 'rejected', 'withdrawn']) decision!: string;
  @Nullable() @Text() reason!: string | null;
}

/** An approved app, as the marketplace lists it and the registry pins it. */
export class AppApproved {
  @Text() app_id!: string;
  @Text() developer_id!: string;
  @Text() tenant_id!: string;
  @Int() revision!: number;
  @Text() version!: string;
  @Text() name!: string;
  @Text() short_description!: string;
  @Text() category!: string;
  @Text() icon!: string;
  @Optional() @Nullable() @Text({ description: 'The icon that was uploaded.' }) icon_svg?: string | null;
  @PricingModel() pricing_model!: string;
  @Nullable() @Json() pricing_config!: Record<string, unknown> | null;
  @Optional()
  @Int({ min: 0, max: 100, description: 'What the developer gets of each base price, in percent, as of this approval.' })
  revenue_split?: number;
  @List('text') tags!: string[];
  @Bool() system!: boolean;
  @List('text', { description: 'The ids of the permissions that the release wants.' }) permissions!: string[];
  @List(() => FunctionInfo) functions!: FunctionInfo[];
  @Instant() approved_at!: Date;
}

export const NotPending = problem('not_pending', 409, 'This app is not waiting for review.');

export const reviewMembers = {
  submitApp: operation('Submit an app for review', {
    input: AppRef,
    output: SubmitReceipt,
    problems: [DeveloperAppNotFound, AppSuspended],
    scope: 'marketplace:submit',
  }),
  withdrawApp: operation('Withdraw an app from review: it is a draft again', {
    input: AppRef,
    output: App,
    problems: [DeveloperAppNotFound, AppSuspended, NotPending],
    scope: 'marketplace:submit',
  }),
  listPending: operation('List the apps that wait for review', { input: ListOffset, output: list(App), scope: 'admin:developer:review' }),
  approveApp: operation('Approve an app', {
    input: ApproveApp,
    output: App,
    problems: [DeveloperAppNotFound, AppSuspended, NotPending, Conflict],
    scope: 'admin:developer:review',
  }),
  rejectApp: operation('Reject an app, with a reason', {
    input: RejectApp,
    output: App,
    problems: [DeveloperAppNotFound, AppSuspended, NotPending],
    scope: 'admin:developer:review',
  }),

  reviewStatusChanged: event(ReviewStatusChanged),
  appApproved: event(AppApproved),
};
