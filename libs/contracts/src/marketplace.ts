import { AppRef, Empty } from './common.js';
import { contract, operation, page, raw } from './define.js';
import { Bool, Instant, Int, Json, List, Nullable, Num, OneOf, Optional, Text } from './fields.js';
import { problem } from './problem.js';
import { FunctionInfo, Permission, SystemApp } from './registry.js';

export const SORTS = ['actions', 'installs', 'rating', 'newest', 'name'] as const;

/** Either paging style; `per_page` and `page` win where both are given. */
export class BrowseApps {
  @Text({ max: 200, description: 'Words to look for; small typing mistakes are forgiven.' }) search: string = '';
  @Text({ max: 50 }) category: string = '';
  @OneOf(SORTS) sort: string = 'actions';
  @Int({ min: 1, max: 100 }) limit: number = 20;
  @Int({ min: 0, max: 100_000 }) offset: number = 0;
  @Optional() @Int({ min: 1, max: 100_000 }) page?: number;
  @Optional() @Int({ min: 1, max: 50 }) per_page?: number;
}

export class Listing {
  @Text() app_id!: string;
  @Text() name!: string;
  @Text() display_name!: string;
  @Text() short_description!: string;
  @Text() category!: string;
  @Int() install_count!: number;
  @Num() rating!: number;
  @Num() avg_rating!: number;
  @Int() review_count!: number;
  @Text() developer_id!: string;
  @Text({ description: 'The icon that was uploaded, by its URL; else what the app names as its icon; empty: none.' }) icon_url!: string;
  @Text() pricing_model!: string;
  @Text() version!: string;
  @List('text') tags!: string[];
  @Bool() system!: boolean;
  @Bool() featured!: boolean;
  @Optional() @Bool({ description: 'Only where the caller is known.' }) is_installed?: boolean;
}

export class ListingDetail extends Listing {
  @Text() long_description!: string;
  @Nullable() @Json() pricing_config!: Record<string, unknown> | null;
  @List(() => FunctionInfo) tools!: FunctionInfo[];
  @List(() => Permission, { description: 'What it can do. Installing it is consent to this.' }) permissions!: Permission[];
  @Instant() published_at!: Date;
}

export class Category {
  @Text() id!: string;
  @Text() name!: string;
  @Int() app_count!: number;
}

/** The categories in use: their ids alone, and with names and counts. */
export class CategoryList {
  @List('text') categories!: string[];
  @List(() => Category) items!: Category[];
}

/** A category that an app can have. */
export class CategoryItem {
  @Text() id!: string;
  @Text() name!: string;
  @Text({ example: '⚡' }) icon!: string;
}

export class CategoryGroup {
  @Text() id!: string;
  @Text() name!: string;
  @List(() => CategoryItem) categories!: CategoryItem[];
}

export class CategoryCatalog {
  @List(() => CategoryGroup) groups!: CategoryGroup[];
  @Text({ description: 'The id that a form selects first.' }) default_category!: string;
}

export class InstallReceipt {
  @Text() app_id!: string;
  @Instant() installed_at!: Date;
  @Text({ example: 'installed' }) status!: string;
  @Bool() installed!: boolean;
  @Int() install_count!: number;
}

export class UninstallReceipt {
  @Text() app_id!: string;
  @Text({ example: 'uninstalled' }) status!: string;
  @Bool() installed!: boolean;
  @Int() install_count!: number;
}

export const IconNotFound = problem('icon_not_found', 404, 'This app has no uploaded icon');
export const AppNotFound = problem('app_not_found', 404, 'App not found or not active');

export const marketplace = contract('marketplace', {
  browseApps: operation('Browse the marketplace', {
    input: BrowseApps,
    output: page(Listing),
    scope: 'marketplace:read',
    spansCalls: true,
  }),
  getListing: operation('Read one listing', {
    input: AppRef,
    output: ListingDetail,
    problems: [AppNotFound],
    scope: 'marketplace:read',
    spansCalls: true,
  }),
  getIcon: operation('Read the icon that an app has uploaded', {
    input: AppRef,
    output: raw('image/svg+xml'),
    problems: [AppNotFound, IconNotFound],
  }),
  listCategories: operation('List the categories in use', { input: Empty, output: CategoryList, scope: 'marketplace:read' }),
  getCategoryCatalog: operation('Read the categories that an app can have', {
    input: Empty,
    output: CategoryCatalog,
    scope: 'marketplace:read',
  }),
  installApp: operation('Install an app and consent to its permissions', {
    input: AppRef,
    output: InstallReceipt,
    problems: [AppNotFound, SystemApp],
    scope: 'marketplace:write',
    spansCalls: true,
  }),
  uninstallApp: operation('Uninstall an app', {
    input: AppRef,
    output: UninstallReceipt,
    problems: [AppNotFound, SystemApp],
    scope: 'marketplace:write',
    spansCalls: true,
  }),
});
