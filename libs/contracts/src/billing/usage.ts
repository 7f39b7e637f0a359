import { UserNotFound, UserRef } from '../auth/account.js';
import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Int, Json, List, Optional, Text } from '../fields.js';
import { Forbidden, IdempotencyConflict, problem } from '../problem.js';

export class UsageLimits {
  @Text() plan!: string;
  @Json({ description: 'Used this month, by meter; `storage_bytes` is what documents take now, left out while it cannot be read.' })
  usage!: Record<string, number>;
  @Json({ description: 'Allowed a month, by meter, and `storage_bytes` at any time; −1 for no limit.' }) limits!: Record<string, number>;
  @List('text') exceeded!: string[];
}

export class StorageLimit {
  @Int({ description: 'Allowed for documents by the plan; −1 for no limit.' }) bytes!: number;
}

export class TrackUsage {
  @Text({ min: 1, max: 64 }) user_id!: string;
  @Text({ min: 1, max: 64 }) tenant_id!: string;
  @Text({ min: 1, max: 64, pattern: /^[a-z0-9_.:-]+$/ }) meter!: string;
  @Int({ min: 1, max: 1_000_000_000 }) quantity: number = 1;
  @Optional() @Text({ max: 64 }) extension_id?: string;
  @Optional() @Text({ min: 1, max: 128, description: 'Under the same id it counts once, however often it is told.' }) event_id?: string;
}

export class UsageTracked {
  @Text() meter!: string;
  @Int({ description: 'Used this month, this time included.' }) used!: number;
}

export const UsageLimitReached = problem('usage_limit_reached', 429, 'Your plan allows no more of this in this month.');

export const usageMembers = {
  getUsage: operation('Read what is used and allowed this month', {
    input: Empty,
    output: UsageLimits,
    scope: 'billing:read',
    spansCalls: true,
  }),
  getUserLimits: operation('Read what somebody has used and may use this month (services only)', {
    input: UserRef,
    output: UsageLimits,
    problems: [UserNotFound],
  }),
  /** Internal: of the person in the context, for the kernel. */
  getStorageLimit: operation('Read how much storage a plan allows', { input: Empty, output: StorageLimit }),
  trackUsage: operation('Count usage (services only)', {
    input: TrackUsage,
    output: UsageTracked,
    problems: [Forbidden, IdempotencyConflict],
  }),
};
