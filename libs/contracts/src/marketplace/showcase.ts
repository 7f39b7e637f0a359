import { AppRef, IDS } from '../common.js';
import { list, operation } from '../define.js';
import { Bool, Int, List, Nullable, Num, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { AppNotFound, Listing } from './listing.js';

export const FEATURED_MAX = 20;
/** How many apps the page of a developer shows. */
export const DEVELOPER_APPS_MAX = 100;

@Shape('How many featured apps to return.')
export class ListFeatured {
  @Int({ min: 1, max: FEATURED_MAX, description: 'Number of apps.' }) limit: number = 6;
}

@Shape('Whether an app is featured.')
export class FeatureApp extends AppRef {
  @Bool({ description: 'True to feature the app.', example: true }) featured!: boolean;
}

@Shape('Whether an app is featured.')
export class FeaturedApp {
  @Text(IDS.app) app_id!: string;
  @Bool({ description: 'True if the app is featured.', example: true }) featured!: boolean;
}

@Shape('Identifies a developer.')
export class DeveloperRef {
  @Text({ min: 1, max: 64, ...IDS.developer }) developer_id!: string;
}

@Shape('The public page of a developer.')
export class DeveloperPage {
  @Text(IDS.developer) developer_id!: string;
  @Nullable()
  @Text({ description: 'Who the manifest of their newest app names as its author. Null if it names no one.', example: 'Ada Lovelace' })
  display_name!: string | null;
  @Bool({ description: 'True if they have proven a website.', example: true }) is_verified!: boolean;
  @Nullable()
  @Text({ description: 'Website that they have proven. Null if there is none.', example: 'https://ada.example.com' })
  website!: string | null;
  @Int({ description: 'Number of their listed apps.', example: 2 }) app_count!: number;
  @Int({ description: 'Installs of these apps.', example: 128 }) install_count!: number;
  @Num({ description: 'Average of all ratings of these apps, from 1 to 5. 0 without ratings.', example: 4.5 }) avg_rating!: number;
  @Int({ description: 'Number of ratings of these apps.', example: 12 }) review_count!: number;
  @List(() => Listing, { description: `Their listed apps, the newest first, at most ${DEVELOPER_APPS_MAX}.` }) apps!: Listing[];
}

export const DeveloperNotListed = problem('developer_not_listed', 404, 'This developer has no listed apps.');

export const showcaseMembers = {
  listFeatured: operation('List featured apps', {
    description: 'Public. The best rated first.',
    input: ListFeatured,
    output: list(Listing),
    scope: 'marketplace:read',
    spansCalls: true,
  }),
  featureApp: operation('Feature an app, or stop doing so', {
    description: 'Featured apps are shown first by clients.',
    input: FeatureApp,
    output: FeaturedApp,
    problems: [AppNotFound],
    scope: 'admin:extensions:write',
  }),
  getDeveloperPage: operation('Read the page of a developer', {
    description: 'Public.',
    input: DeveloperRef,
    output: DeveloperPage,
    problems: [DeveloperNotListed],
    scope: 'marketplace:read',
    spansCalls: true,
  }),
};
