import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Instant, Int, Nullable, OneOf, Optional, Text } from '../fields.js';
import { problem } from '../problem.js';
import { HttpUrl } from '../urls.js';
import { TierRunning } from '../billing/tier.js';
import { InsufficientCredits } from '../billing/hold.js';
import { NotADeveloper, TierNotForSale, TIERS } from './developer-tier.js';

/** `nickname` or `display_name`, one of them at least. */
export class RegisterDeveloper {
  @Optional() @Text({ min: 3, max: 30, pattern: /^[a-z0-9][a-z0-9_-]{1,28}[a-z0-9]$/ }) nickname?: string;
  @Optional() @Text({ min: 1, max: 200 }) display_name?: string;
  @OneOf(TIERS) tier: string = 'explorer';
  @Optional() @HttpUrl({ max: 500 }) website?: string;
  @Optional() @Text({ max: 2000 }) description?: string;
}

export class Developer {
  @Text() imperal_id!: string;
  @Text() developer_id!: string;
  @Text() email!: string;
  @Text() nickname!: string;
  @Text() display_name!: string;
  @OneOf(TIERS) tier!: string;
  @Nullable() @Instant({ description: 'When the tier lapses; null: never.' }) tier_until!: Date | null;
  @Nullable() @Text() website!: string | null;
  @Nullable() @Text() description!: string | null;
  @Int() apps_count!: number;
  @Int() total_earnings!: number;
  @Instant() registered_at!: Date;
}

export const AlreadyDeveloper = problem('already_developer', 400, 'Already registered as developer');
export const NicknameTaken = problem('nickname_taken', 400, 'Nickname is already taken');

export const developerMembers = {
  registerDeveloper: operation('Register as a developer', {
    input: RegisterDeveloper,
    output: Developer,
    problems: [AlreadyDeveloper, NicknameTaken, TierNotForSale, TierRunning, InsufficientCredits],
    scope: 'developer:profile:write',
    spansCalls: true,
  }),
  getProfile: operation('Read your developer profile', {
    input: Empty,
    output: Developer,
    problems: [NotADeveloper],
    scope: 'developer:profile:read',
    spansCalls: true,
  }),
};
