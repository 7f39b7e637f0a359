import { TenantId } from '../auth/credentials.js';
import { AppId, IDS } from '../common.js';
import { operation } from '../define.js';
import { Instant, Json, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { CallToken } from './call-token.js';

const SECTION_BYTES = 64 * 1024;
const Section = () => Text({ min: 1, max: 64, description: 'Name of the section.', example: 'inbox' });

@Shape('Identifies a section of a user’s skeleton.')
export class SkeletonRef {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @Section() section!: string;
  @Text({ max: 64, pattern: /^([a-z0-9][a-z0-9-]*[a-z0-9])?$/, ...IDS.app }) extension_id: string = '';
  @TenantId() tenant_id: string = 'default';
}

@Shape('A section of a skeleton to save.')
export class SaveSkeleton extends SkeletonRef {
  @Json({ bytes: SECTION_BYTES, description: 'The new content, at most 64 KiB. It replaces the old one.', example: { unread: 3 } })
  data!: Record<string, unknown>;
}

@Shape('Identifies a section of a user’s skeleton, for a call.')
export class SkeletonOfCall {
  @AppId() app_id!: string;
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @Section() section!: string;
  @Optional() @CallToken() call_token?: string;
}

@Shape('A section of a skeleton: what an app knows of a user in short.')
export class SkeletonSection {
  @Text(IDS.user) user_id!: string;
  @Text(IDS.app) extension_id!: string;
  @Section() section!: string;
  @Json({ bytes: SECTION_BYTES, description: 'The content.', example: { unread: 3 } }) data!: Record<string, unknown>;
  @Instant({ description: 'When it was last saved.' }) updated_at!: Date;
}

export const SkeletonNotFound = problem('skeleton_section_not_found', 404, 'Section of the skeleton not found.');

export const skeletonMembers = {
  getSkeleton: operation('Read a section of a skeleton', {
    description: 'Returns what the app has saved last or, if it declares a producer, what that makes, again once its `ttl` is over.',
    input: SkeletonRef,
    output: SkeletonSection,
    problems: [SkeletonNotFound],
    spansCalls: true,
  }),
  saveSkeleton: operation('Save a section of a skeleton', {
    description: 'A section that is not saved for 90 days is removed.',
    input: SaveSkeleton,
    output: SkeletonSection,
  }),
  getSkeletonOfCall: operation('Read a section of a skeleton during a call', {
    description: 'Needs a call token of the type `skeleton`, which it uses up. The section is of the tenant of the token.',
    input: SkeletonOfCall,
    output: SkeletonSection,
    problems: [SkeletonNotFound],
    spansCalls: true,
  }),
};
