import { AppRef, PricingModel } from '../common.js';
import { operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Nested, Nullable, Shape, Text } from '../fields.js';
import { Capabilities } from '../marketplace/capabilities.js';
import { Permission } from '../registry/index.js';
import { App, appDocs, DeveloperAppNotFound } from './app.js';
import { NotPending, SubmissionCheck } from './review.js';

@Shape('What a release may do, and what it costs.')
export class ReviewedRelease {
  @Int(appDocs.revision) revision!: number;
  @Text({ ...appDocs.version, description: 'Version of the release. Empty if it has none.' }) version!: string;
  @Nested(() => Capabilities, { description: 'What the release may do.' }) capabilities!: Capabilities;
  @List(() => Permission, { description: 'What users consent to when they install it.' }) permissions!: Permission[];
  @PricingModel() pricing_model!: string;
  @Nullable() @Json(appDocs.pricing_config) pricing_config!: Record<string, unknown> | null;
}

@Shape('An app as reviewers see it, beside the release that users run.')
export class AppReview {
  @Nested(() => App, { description: 'The app as it was submitted; before a submission, as it is now.' }) app!: App;
  @Nullable() @Instant({ description: 'When it was submitted. Null if it does not wait for a decision.' }) waiting_since!: Date | null;
  @List(() => SubmissionCheck, { description: 'The checks of a submission.' }) checks!: SubmissionCheck[];
  @Nested(() => ReviewedRelease, { description: 'What an approval would publish.' }) proposed!: ReviewedRelease;
  @Nullable()
  @Nested(() => ReviewedRelease, { description: 'The approved release. Null if none was approved.' })
  approved!: ReviewedRelease | null;
  @Bool({ description: 'True if the caller is its developer, and cannot decide.', example: false }) is_own!: boolean;
}

export const appReviewMembers = {
  getAppReview: operation('Read an app under review', {
    description: 'The app as it was submitted, with what it may do and costs, beside the approved release.',
    input: AppRef,
    output: AppReview,
    problems: [DeveloperAppNotFound, NotPending],
    scope: 'admin:developer:review',
  }),
  previewAppReview: operation('See an app as reviewers do', {
    description: 'What waits for a decision; without it what a submission would contain now, with its checks.',
    input: AppRef,
    output: AppReview,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
  }),
};
