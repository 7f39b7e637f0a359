import { AppRef, IDS } from '../common.js';
import { operation } from '../define.js';
import { type FieldDocs, Int, Json, List, Nullable, Optional, Shape, Text } from '../fields.js';
import { Conflict, NotFound } from '../problem.js';
import { Icon } from '../urls.js';

const docs = {
  name: { description: 'Name that users see.', example: 'Link Saver' },
  description: { description: 'Description of the app.', example: 'Saves links and finds them again.' },
  version: { description: 'Version of the release, as its author states it.', example: '1.2.0' },
  revision: { description: 'Number of the release. The first release of an app is 1.', example: 3 },
  permissions: { description: 'Ids of the permissions that the release needs.', example: ['store:read', 'store:write'] },
  ir: { description: 'App as an IR envelope.' },
  manifest: { description: 'Manifest of the release.' },
} satisfies Record<string, FieldDocs>;

@Shape('A function of an app.')
export class FunctionInfo {
  @Text({ description: 'Name to call the function by.', example: 'save_link' }) name!: string;
  @Text({ description: 'What the function does, for people and agents.', example: 'Saves a link for later.' }) description!: string;
  @Json({
    description: 'JSON Schema of `params`.',
    bytes: Infinity,
    example: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
  })
  params_schema!: Record<string, unknown>;
  @Nullable()
  @Text({
    description: '`read`, `write` or `destructive`, as the author states it. Null if they do not; it then counts as a write.',
    example: 'write',
  })
  action_type!: string | null;
  @Optional()
  @Nullable()
  @Json({
    bytes: Infinity,
    description: 'JSON Schema of what the function returns, as the author states it. Null or left out if they do not.',
    example: { type: 'object', properties: { id: { type: 'string' } } },
  })
  return_schema?: Record<string, unknown> | null;
}

@Shape('A permission: one thing that an app can do on behalf of a user, computed from its release.')
export class Permission {
  @Text({ description: 'Id of the permission.', example: 'store:write' }) id!: string;
  @Text({ description: 'What it allows, as a sentence for users.', example: 'Create, change and delete the data that it keeps for you.' })
  description!: string;
}

@Shape('Identifies a release.')
export class ReleaseRef extends AppRef {
  @Int({ min: 1, max: 2_147_483_647, ...docs.revision }) revision!: number;
}

@Shape('A release: an immutable version of an app.')
export class Release {
  @Text(IDS.app) app_id!: string;
  @Int(docs.revision) revision!: number;
  @Text(docs.version) version!: string;
  @Nullable()
  @Json({ description: `${docs.ir.description} Null if the app is not declarative: it cannot run.` })
  ir!: Record<string, unknown> | null;
  @Json(docs.manifest) manifest!: Record<string, unknown>;
  @List(() => FunctionInfo, { description: 'Functions of the release.' }) functions!: FunctionInfo[];
}

@Shape('The content of a new release.')
export class PublishRelease extends AppRef {
  @Text(IDS.developer) developer_id!: string;
  @Text({ max: 200, ...docs.name }) name!: string;
  @Text({ max: 2000, ...docs.description }) description: string = '';
  @Icon() icon: string = '';
  @Text({ max: 64, ...docs.version }) version!: string;
  @Optional()
  @Json({ bytes: Infinity, description: `${docs.ir.description} Left out if the app is not declarative.` })
  ir?: Record<string, unknown>;
  @Json({ bytes: Infinity, ...docs.manifest }) manifest!: Record<string, unknown>;
  @List(() => FunctionInfo, { description: 'Functions of the release.' }) functions!: FunctionInfo[];
  @List('text', { ...docs.permissions, description: `${docs.permissions.description} \`kernel.checkIr\` computes them.` })
  permissions: string[] = [];
}

@Shape('The release that was published.')
export class PublishedRelease {
  @Text(IDS.app) app_id!: string;
  @Int(docs.revision) revision!: number;
}

@Shape('The developer of an app.')
export class AppDeveloper {
  @Text(IDS.developer) developer_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
}

export const releaseMembers = {
  /** Internal: also of an app that is suspended. */
  getAppDeveloper: operation('Find the developer of an app', { input: AppRef, output: AppDeveloper, problems: [NotFound] }),
  getRelease: operation('Read a release as its author wrote it', {
    description: 'With its functions, its manifest and the text of its code, for reviewers.',
    input: ReleaseRef,
    output: Release,
    problems: [NotFound],
    scope: 'admin:developer:review',
  }),
  /** Internal: content equal to that of the newest release returns that release. `conflict` if the id belongs to another developer. */
  publishRelease: operation('Publish a release', { input: PublishRelease, output: PublishedRelease, problems: [Conflict] }),
};
