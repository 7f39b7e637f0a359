import { AppRef, Cursor } from '../common.js';
import { operation, page } from '../define.js';
import { Instant, Int, List, Nested, Nullable, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { FunctionInfo, Permission } from '../registry/index.js';
import { AppNotFound } from './listing.js';

const docs = {
  revision: { description: 'Number of the release.', example: 3 },
  version: { description: 'Version of the release, as its author states it.', example: '1.2.0' },
};

@Shape('An app, and where to continue the list of its versions.')
export class ListVersions extends AppRef {
  @Cursor() cursor?: string;
}

@Shape('An approved version of an app.')
export class AppVersion {
  @Int(docs.revision) revision!: number;
  @Text(docs.version) version!: string;
  @Instant({ description: 'When it was first approved.' }) approved_at!: Date;
  @Int({ description: 'Number of its functions.', example: 4 }) function_count!: number;
}

@Shape('Two versions of an app to compare.')
export class CompareVersions extends AppRef {
  @Int({ min: 1, ...docs.revision }) revision!: number;
  @Optional()
  @Int({ min: 1, ...docs.revision, description: 'Number of the release to compare with. Left out: the approved one before.' })
  from?: number;
}

@Shape('A function that differs between two versions.')
export class ChangedFunction {
  @Text({ description: 'Name of the function.', example: 'save_link' }) name!: string;
  @List('text', { description: 'Fields that differ.', example: ['params_schema'] }) fields!: string[];
  @Nested(() => FunctionInfo, { description: 'The function before.' }) before!: FunctionInfo;
  @Nested(() => FunctionInfo, { description: 'The function now.' }) after!: FunctionInfo;
}

@Shape('What differs between two versions of an app.')
export class VersionDiff {
  @Int(docs.revision) revision!: number;
  @Text(docs.version) version!: string;
  @Nullable() @Int({ ...docs.revision, description: 'Number of the release compared with. Null if there is none before.' }) from!:
    number | null;
  @Nullable() @Text({ ...docs.version, description: 'Its version. Null if there is none before.' }) from_version!: string | null;
  @List(() => FunctionInfo, { description: 'Functions that are new.' }) added!: FunctionInfo[];
  @List(() => FunctionInfo, { description: 'Functions that this version no longer has.' }) removed!: FunctionInfo[];
  @List(() => ChangedFunction, { description: 'Functions that differ.' }) changed!: ChangedFunction[];
  @List(() => Permission, { description: 'Permissions that are new.' }) new_permissions!: Permission[];
  @List(() => Permission, { description: 'Permissions that this version no longer needs.' }) dropped_permissions!: Permission[];
}

export const VersionNotFound = problem('version_not_found', 404, 'This app has no approved release with this number.');

export const versionMembers = {
  listVersions: operation('List the versions of an app', {
    description: 'Public. Approved versions, newest first.',
    input: ListVersions,
    output: page(AppVersion),
    problems: [AppNotFound],
    scope: 'marketplace:read',
  }),
  compareVersions: operation('Compare two versions of an app', {
    description: 'Public. What changed in its functions and permissions.',
    input: CompareVersions,
    output: VersionDiff,
    problems: [AppNotFound, VersionNotFound],
    scope: 'marketplace:read',
  }),
};
