import { IR_CONTENT } from '../authoring/contents.js';
import { AppId, AppRef, IDS, ListCursor } from '../common.js';
import { event, operation, page } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { IrFault } from '../kernel/index.js';
import { RemoteMcpSource } from '../kernel/mcp-server.js';
import { problem } from '../problem.js';
import { appDocs, DeveloperAppNotFound } from './app.js';
import { SubmitReceipt } from './review.js';

export const DEPLOY_STATUSES = ['pending', 'success', 'warning', 'failed'] as const;

const docs = {
  deploy_id: { description: 'Id of the deploy.', example: 'dep_8c1f' },
  changelog: { description: 'What has changed, for users.', example: 'Finds links by their title.' },
  commit_sha: { description: 'Commit of the deployed code.', example: '9f2c1ab' },
  status: {
    description: '`pending`: in progress. `success`: released. `warning`: released, but it cannot run here. `failed`: not released.',
    example: 'success',
  },
  error_message: { description: 'Why the deploy failed, or what the warning is. Empty if it succeeded.', example: '' },
} satisfies Record<string, FieldDocs>;

@Shape(
  'A deploy. `version` starts a deploy of the present content of the app; `commit_sha` records one that was done elsewhere. One is required.',
)
export class RecordDeploy extends AppRef {
  @Optional()
  @Text({
    min: 1,
    max: 64,
    pattern: /^\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$/,
    description: 'Version of the release, as in Semantic Versioning. The same version can be deployed again.',
    example: '1.2.0',
  })
  version?: string;
  @Optional() @Text({ max: 10_000, ...docs.changelog }) changelog?: string;
  @Optional() @Text({ min: 1, max: 64, description: docs.commit_sha.description }) commit_sha?: string;
  @Optional()
  @Nested(() => RemoteMcpSource, {
    description:
      'An MCP server whose tools become the functions of the app. Only with `version`. Left out: the present content of the app.',
  })
  source?: RemoteMcpSource;
  @OneOf(['success', 'warning', 'failed'], { description: 'Result of a recorded deploy. Only with `commit_sha`.' })
  status: string = 'success';
  @Text({ max: 10_000, description: 'Why a recorded deploy failed. Only with `commit_sha`.' }) error_message: string = '';
}

@Shape('Selects the deploys of an app.')
export class ListDeploys extends ListCursor {
  @AppId() app_id!: string;
}

@Shape('A deploy: one upload of the content of an app, with its checks.')
export class Deploy {
  @Text(docs.deploy_id) deploy_id!: string;
  @Text(IDS.app) app_id!: string;
  @Nullable() @Text({ ...appDocs.version, description: 'Version of the release. Null if a recorded deploy has none.' }) version!:
    string | null;
  @OneOf(DEPLOY_STATUSES, docs.status) status!: string;
  @Nullable() @Text({ description: `${docs.commit_sha.description} Null if it was not given.` }) commit_sha!: string | null;
  @Nullable() @Text({ ...docs.changelog, description: `${docs.changelog.description} Null if it was not given.` }) changelog!:
    string | null;
  @Text(docs.error_message) error_message!: string;
  @Instant({ description: 'When the deploy started.' }) created_at!: Date;
  @Nullable()
  @Instant({ description: 'When the deploy finished. Null while it is pending.', example: '2026-06-21T09:30:05Z' })
  deployed_at!: Date | null;
}

@Shape('A deploy of a declarative app.')
export class DeployIr extends AppRef {
  @Json({
    description: 'App as an IR envelope, or in the short flat form. Its schema is at `/v1/ir-schema.json`.',
    bytes: Infinity,
    content: IR_CONTENT,
    example: {
      ir_version: '1.0',
      app: {
        id: 'link-saver',
        version: '1.2.0',
        title: 'Link Saver',
        functions: [
          {
            name: 'save_link',
            description: 'Saves a link for later.',
            params_schema: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
            action_type: 'write',
            impl: {
              kind: 'declarative',
              steps: [{ id: 'save', op: 'store.create', args: { kind: 'link', data: { url: '{{event.url}}' } } }],
            },
          },
        ],
      },
    },
  })
  ir_dict!: Record<string, unknown>;
  @Optional()
  @Json({
    bytes: Infinity,
    description:
      'Manifest of the app, at most 1 MiB. What the IR defines is taken from the IR. Left out: the app keeps the one that it has.',
    example: { app_id: 'link-saver', version: '1.2.0' },
  })
  manifest_json?: Record<string, unknown>;
  @Bool({ description: 'False also submits the app for review. True does not: only its developer can call the release.' })
  dev_mode: boolean = false;
}

@Shape('The result of a deploy of a declarative app.')
export class DeployReceipt {
  @Text(IDS.app) app_id!: string;
  @Instant({ description: 'When the app was deployed.' }) deployed_at!: Date;
  @Int({ description: 'Number of steps in all functions.', example: 1 }) steps_registered!: number;
  @Text({ ...appDocs.version, description: 'Version of the app, from the IR.' }) ir_version!: string;
  @Text({ ...appDocs.version, description: 'Same as `ir_version`. Kept for existing clients.' }) commit!: string;
  @Text({ description: 'Always `deployed`.', example: 'deployed' }) status!: string;
  @Text({ description: 'Always `ok`.', example: 'ok' }) validation!: string;
  @List(() => IrFault, { description: 'Parts of the IR that run, but probably not as intended.', example: [] }) warnings!: IrFault[];
  @Int({ description: 'Number of functions.', example: 1 }) tools_synced!: number;
  @Int({ description: 'Number of panels.', example: 0 }) panels_synced!: number;
  @Bool({ description: 'True if the IR names an icon.' }) icon_synced!: boolean;
  @Bool({ description: 'Always true: the manifest is created from the IR.' }) manifest_synced!: boolean;
  @Int({ description: 'Always 0. Kept for existing clients.', example: 0 }) migrations_applied!: number;
  @Int({ ...appDocs.revision, description: 'Number of the release that this deploy created.' }) revision!: number;
  @Nullable()
  @Nested(() => SubmitReceipt, { description: 'Result of the submission for review. Null with `dev_mode`.' })
  submission!: SubmitReceipt | null;
  @Bool({
    description:
      'True if a short form was rewritten: the flat form as an envelope with one function `run`, or a map of params as a JSON Schema.',
    example: false,
  })
  normalised!: boolean;
}

/** Summarises a deploy in one sentence: its submission for review, what was rewritten, and the number of warnings. */
export function deploySummary({ revision, submission, normalised, warnings }: DeployReceipt): string {
  const count = warnings.length;
  return [
    `IR deployed${submissionSummary(revision, submission)}`,
    ...(normalised ? ['its short forms (the flat form, a map of params) were rewritten in full'] : []),
    ...(count ? [`${count} ${count === 1 ? 'warning' : 'warnings'}: ${warnings[0]!.message}${count > 1 ? ', …' : ''}`] : []),
  ].join('; ');
}

function submissionSummary(revision: number, submission: SubmitReceipt | null): string {
  if (!submission) return '; not submitted for review, because of dev_mode';
  const { status, revision: submitted, checks } = submission;
  const failed = checks.filter(({ passed }) => !passed).map(({ message }) => message);
  if (status === 'failed') return `; not submitted for review: ${failed.join(' ')}`.slice(0, 1_000);
  if (submitted === revision) return ' and submitted for review';
  return `; not submitted, because revision ${submitted} is under review: withdraw that, and submit the app again`;
}

@Shape('A deploy was requested.')
export class DeployRequested {
  @Text(docs.deploy_id) deploy_id!: string;
  @Text(IDS.app) app_id!: string;
}

@Shape('A deploy finished.')
export class DeployFinished {
  @Text(docs.deploy_id) deploy_id!: string;
  @Text(IDS.app) app_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Text({ ...IDS.tenant, description: 'Tenant of the developer.' }) tenant_id!: string;
  @Text({ description: '`success`, `warning` or `failed`.', example: 'success' }) status!: string;
  @Text(docs.error_message) error_message!: string;
}

/** What is wrong with an IR: members of the problem `invalid_ir`. */
export interface IrFaults {
  faults: IrFault[];
  warnings: IrFault[];
}

export const InvalidIr = problem('invalid_ir', 400, 'Invalid IR');

export const deployMembers = {
  recordDeploy: operation('Start or record a deploy', {
    description: 'A started deploy is `pending`; `GET /v1/developer/apps/{app_id}/deploys` shows its result.',
    input: RecordDeploy,
    output: Deploy,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:write',
  }),
  listDeploys: operation('List the deploys of an app', {
    description: 'Newest first.',
    input: ListDeploys,
    output: page(Deploy),
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
  }),
  deployIr: operation('Deploy a declarative app', {
    description:
      'Checks the IR and creates a release, which its developer can call at once. Unless `dev_mode` is true, it also submits the app for review; other users can call the release once it is approved.',
    input: DeployIr,
    output: DeployReceipt,
    problems: [DeveloperAppNotFound, InvalidIr],
    scope: 'developer:apps:write',
    spansCalls: true,
  }),

  deployRequested: event(DeployRequested),
  deployFinished: event(DeployFinished),
};
