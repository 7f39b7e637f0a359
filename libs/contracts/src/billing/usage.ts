import { UserNotFound, UserRef } from '../auth/account.js';
import { Empty, IDS } from '../common.js';
import { operation } from '../define.js';
import { Int, Json, List, Optional, Shape, Text } from '../fields.js';
import { Forbidden, IdempotencyConflict, problem } from '../problem.js';

@Shape('The usage of a user in this calendar month (UTC), and the limits of their plan.')
export class UsageLimits {
  @Text({ description: 'Id of the plan.', example: 'free' }) plan!: string;
  @Json({
    description:
      'Usage by meter. `storage_bytes` is the current size of all documents; missing while it is temporarily unavailable. `credits` is what calls cost, if you have a budget.',
    example: { actions: 120, tokens: 0, storage_bytes: 20480 },
  })
  usage!: Record<string, number>;
  @Json({
    description:
      'Limits by meter: per month, for `storage_bytes` at any time. −1 means no limit. `credits` is your budget, if you have one.',
    example: { actions: 1000, storage_bytes: 52428800 },
  })
  limits!: Record<string, number>;
  @List('text', { description: 'Meters whose usage is above the limit.', example: [] }) exceeded!: string[];
}

@Shape('The storage that a plan includes.')
export class StorageLimit {
  @Int({ description: 'Maximum bytes of all documents; −1 for no limit.' }) bytes!: number;
}

@Shape('Usage to count.')
export class TrackUsage {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @Text({ min: 1, max: 64, ...IDS.tenant }) tenant_id!: string;
  @Text({ min: 1, max: 64, pattern: /^[a-z0-9_.:-]+$/, description: 'The meter to count on.', example: 'actions' }) meter!: string;
  @Int({ min: 1, max: 1_000_000_000, description: 'How much to add.' }) quantity: number = 1;
  @Optional() @Text({ max: 64, description: 'The app that caused the usage.', example: 'link-saver' }) extension_id?: string;
  @Optional()
  @Text({ min: 1, max: 128, description: 'Makes the request idempotent: usage with the same id counts once.', example: 'evt_5b2e' })
  event_id?: string;
}

@Shape('The state of a meter.')
export class UsageTracked {
  @Text({ description: 'The meter.', example: 'actions' }) meter!: string;
  @Int({ description: 'Usage in this calendar month, including this request.', example: 121 }) used!: number;
}

export const UsageLimitReached = problem('usage_limit_reached', 429, 'You have reached a monthly limit of your plan.');

export const usageMembers = {
  getUsage: operation('Read your usage and limits', {
    description: 'Returns what you have used in this calendar month (UTC) and what your plan allows.',
    input: Empty,
    output: UsageLimits,
    scope: 'billing:read',
    spansCalls: true,
  }),
  getUserLimits: operation('Read the usage and limits of a user (services only)', {
    description: 'The same as your usage and limits, for any user.',
    input: UserRef,
    output: UsageLimits,
    problems: [UserNotFound],
  }),
  /** Internal: the limit of the acting user, for the kernel. */
  getStorageLimit: operation('Read the storage limit of a plan', { input: Empty, output: StorageLimit }),
  trackUsage: operation('Count usage (services only)', {
    description: 'Adds to a meter of a user for this calendar month (UTC).',
    input: TrackUsage,
    output: UsageTracked,
    problems: [Forbidden, IdempotencyConflict],
  }),
};
