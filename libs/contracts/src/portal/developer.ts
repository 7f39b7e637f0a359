import { Empty, IDS } from '../common.js';
import { operation } from '../define.js';
import { type FieldDocs, Instant, Int, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { HttpUrl } from '../urls.js';
import { TierRunning } from '../billing/tier.js';
import { InsufficientCredits } from '../billing/hold.js';
import { NotADeveloper, tierDocs, TierNotForSale, TIERS } from './developer-tier.js';

const docs = {
  nickname: { description: 'Unique name of the developer, for URLs.', example: 'ada' },
  display_name: { description: 'Name that users see.', example: 'Ada Lovelace' },
  website: { description: 'Website of the developer: an http or https URL.', example: 'https://ada.example.com' },
  description: { description: 'Description of the developer, for users.', example: 'Small tools for readers.' },
} satisfies Record<string, FieldDocs>;

@Shape('A registration as a developer. One of `nickname` and `display_name` is required.')
export class RegisterDeveloper {
  @Optional()
  @Text({
    min: 3,
    max: 30,
    pattern: /^[a-z0-9][a-z0-9_-]{1,28}[a-z0-9]$/,
    ...docs.nickname,
    description: `${docs.nickname.description} Left out: derived from \`display_name\`.`,
  })
  nickname?: string;
  @Optional()
  @Text({ min: 1, max: 200, ...docs.display_name, description: `${docs.display_name.description} Left out: the same as \`nickname\`.` })
  display_name?: string;
  @OneOf(TIERS, { description: 'Tier to register with. A paid tier charges the price of a year to your wallet.' })
  tier: string = 'explorer';
  @Optional() @HttpUrl({ max: 500, ...docs.website }) website?: string;
  @Optional() @Text({ max: 2000, ...docs.description }) description?: string;
}

@Shape('A developer: a user who publishes apps.')
export class Developer {
  @Text({ ...IDS.developer, description: 'User id of the developer. The same as `developer_id`.' }) imperal_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Text({ description: 'E-mail address of the account.', example: 'ada@example.com' }) email!: string;
  @Text(docs.nickname) nickname!: string;
  @Text(docs.display_name) display_name!: string;
  @OneOf(TIERS, tierDocs.tier) tier!: string;
  @Nullable() @Instant(tierDocs.tier_until) tier_until!: Date | null;
  @Nullable() @Text({ ...docs.website, description: `${docs.website.description} Null if it is not set.` }) website!: string | null;
  @Nullable()
  @Text({ ...docs.description, description: `${docs.description.description} Null if it is not set.` })
  description!: string | null;
  @Int({ description: 'Number of apps that are not deleted. The tier limits it.', example: 2 }) apps_count!: number;
  @Int({ description: 'All earnings so far, in credits.', example: 12_400 }) total_earnings!: number;
  @Instant({ description: 'When the user registered as a developer.' }) registered_at!: Date;
}

export const AlreadyDeveloper = problem('already_developer', 400, 'Already registered as developer');
export const NicknameTaken = problem('nickname_taken', 400, 'Nickname is already taken');

export const developerMembers = {
  registerDeveloper: operation('Register as a developer', {
    description: 'A paid tier charges the price of a year to your wallet first.',
    input: RegisterDeveloper,
    output: Developer,
    problems: [AlreadyDeveloper, NicknameTaken, TierNotForSale, TierRunning, InsufficientCredits],
    scope: 'developer:profile:write',
    spansCalls: true,
  }),
  getProfile: operation('Read your developer profile', {
    description: 'Includes your tier, the number of your apps and your earnings so far.',
    input: Empty,
    output: Developer,
    problems: [NotADeveloper],
    scope: 'developer:profile:read',
    spansCalls: true,
  }),
};
