import { AppRef, Cursor, IDS } from '../common.js';
import { operation, page, raw } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { FunctionInfo, Permission } from '../registry/index.js';
import { Capabilities } from './capabilities.js';

const docs = {
  name: { description: 'Name of the app.', example: 'Link Saver' },
  rating: { description: 'Average rating, from 1 to 5. 0 without ratings.', example: 4.5 },
  install_count: { description: 'Number of users who have installed the app.', example: 128 },
  category_id: { description: 'Id of the category.', example: 'productivity' },
} satisfies Record<string, FieldDocs>;

export const SORTS = ['actions', 'installs', 'rating', 'newest', 'name'] as const;
export type Sort = (typeof SORTS)[number];

@Shape('A search of the marketplace. If `page` or `per_page` is given, they override `limit` and `offset`.')
export class BrowseApps {
  @Text({ max: 200, description: 'Words to search for; small typing errors are tolerated. Empty: all apps.', example: 'link' })
  search: string = '';
  @Text({ max: 50, description: 'Id of a category. Empty: all categories.', example: 'productivity' }) category: string = '';
  @OneOf(SORTS, {
    description:
      'Order: most called (`actions`), most installed (`installs`), best rated (`rating`), newest first (`newest`) or by name (`name`). A search lists better matches first.',
  })
  sort: Sort = 'actions';
  @Int({ min: 1, max: 100, description: 'Number of apps to return.' }) limit: number = 20;
  @Int({ min: 0, max: 10_000, description: 'Number of apps to skip.' }) offset: number = 0;
  @Cursor() cursor?: string;
  @Optional() @Int({ min: 1, max: 100_000, description: 'Number of the page, starting at 1.' }) page?: number;
  @Optional() @Int({ min: 1, max: 50, description: 'Apps per page. Left out: `limit`.' }) per_page?: number;
}

@Shape('A listing: the entry of an approved app in the marketplace.')
export class Listing {
  @Text(IDS.app) app_id!: string;
  @Text(docs.name) name!: string;
  @Text({ ...docs.name, description: 'Name of the app. The same as `name`.' }) display_name!: string;
  @Text({ description: 'A sentence about the app.', example: 'Saves links and finds them again.' }) short_description!: string;
  @Text({ ...docs.category_id, description: 'Id of the category. Empty if there is none.' }) category!: string;
  @Int(docs.install_count) install_count!: number;
  @Num(docs.rating) rating!: number;
  @Num({ ...docs.rating, description: 'Same as `rating`.' }) avg_rating!: number;
  @Int({ description: 'Number of ratings.', example: 12 }) review_count!: number;
  @Text(IDS.developer) developer_id!: string;
  @Bool({ description: 'True if the developer has proven a website.', example: true }) is_verified!: boolean;
  @Text({
    description: 'URL of the uploaded icon; without one, the icon that the app names (a URL, an emoji or a name). Empty if there is none.',
    example: 'https://skep.example.com/v1/marketplace/apps/link-saver/icon',
  })
  icon_url!: string;
  @Text({ description: 'How users pay for the app: `free`, `per_action` or `subscription`.', example: 'per_action' })
  pricing_model!: string;
  @Text({ description: 'Version of the approved release.', example: '1.2.0' }) version!: string;
  @List('text', { description: 'Tags from the manifest.', example: ['bookmarks'] }) tags!: string[];
  @Bool({ description: 'True if the app is part of the platform: every user has it.', example: false }) system!: boolean;
  @Bool({ description: 'True if the operator features the app.', example: false }) featured!: boolean;
  @Optional()
  @Bool({ description: 'Whether you have installed the app. Absent for callers who are not signed in.', example: false })
  is_installed?: boolean;
}

@Shape('A listing with its details.')
export class ListingDetail extends Listing {
  @Text({ description: 'Full description.', example: 'Saves links and finds them again.' }) long_description!: string;
  @Nullable()
  @Json({
    description:
      'Prices in credits: `tool_prices` by function, and `monthly_price` with the pricing model `subscription`. Null if none are set.',
    example: { tool_prices: { save_link: 2 } },
  })
  pricing_config!: Record<string, unknown> | null;
  @List(() => FunctionInfo, { description: 'Functions of the approved release.' }) tools!: FunctionInfo[];
  @List(() => Permission, { description: 'What the app can do on your behalf. Installing it is consent to these permissions.' })
  permissions!: Permission[];
  @Nullable()
  @Nested(() => Capabilities, { description: 'What the app may do. Null for an app whose last approval is older than this field.' })
  capabilities!: Capabilities | null;
  @Instant({ description: 'When the app was first approved.' }) published_at!: Date;
  @Nullable() @Text({ description: 'Who made the app, from its manifest. Null if it names no one.', example: 'Ada Lovelace' }) author!:
    string | null;
  @Nullable() @Text({ description: 'Web page of the app. Null if it has none.', example: 'https://links.example.com' }) homepage!:
    string | null;
  @Nullable()
  @Text({ description: 'Website that the developer has proven. Null if there is none.', example: 'https://ada.example.com' })
  publisher_website!: string | null;
  @Nullable() @Text({ description: 'License of the app. Null if it names none.', example: 'MIT' }) license!: string | null;
}

export const AppNotFound = problem('app_not_found', 404, 'App not found or not active');

export const IconNotFound = problem('icon_not_found', 404, 'This app has no uploaded icon');

export const listingMembers = {
  browseApps: operation('Browse the marketplace', {
    description: 'Public. Signed-in callers also see which apps they have installed.',
    input: BrowseApps,
    output: page(Listing),
    scope: 'marketplace:read',
    spansCalls: true,
  }),
  getListing: operation('Read a listing', {
    description: 'Public. Includes the functions, prices and permissions of the app.',
    input: AppRef,
    output: ListingDetail,
    problems: [AppNotFound],
    scope: 'marketplace:read',
    spansCalls: true,
  }),
  getIcon: operation('Read the uploaded icon of an app', {
    description: 'Public. An SVG without scripts.',
    input: AppRef,
    output: raw('image/svg+xml'),
    problems: [AppNotFound, IconNotFound],
  }),
};
