import { type AppRef, CATEGORY_GROUPS, categoryOf, DEFAULT_CATEGORY } from '@skep/contracts';
import { permissionOf } from '@skep/contracts/builtins';
import {
  AppNotFound,
  type BrowseApps as BrowseInput,
  type DeveloperRef,
  type FeatureApp,
  IconNotFound,
  type ListFeatured,
  marketplace,
} from '@skep/contracts/marketplace';
import { type AppApproved, type AppDelisted, portal, type SuspensionChanged } from '@skep/contracts/portal';
import { assertOperator, type Ctx, Handle, Handlers, OnEvent } from '@skep/platform';
import { InstalledApps } from './installed-apps.js';
import { BrowseApps } from './browse-apps.js';
import { CategorySizes } from './category-sizes.js';
import { Showcase } from './showcase.js';
import { toSearchTexts, ListingRepository } from './listing.repository.js';
import { VersionRepository } from './version.repository.js';
import { VocabularyRepository } from './vocabulary.repository.js';

@Handlers()
export class ListingHandlers {
  constructor(
    private readonly listings: ListingRepository,
    private readonly sizes: CategorySizes,
    private readonly vocabulary: VocabularyRepository,
    private readonly installed: InstalledApps,
    private readonly browse: BrowseApps,
    private readonly showcase: Showcase,
    private readonly versions: VersionRepository,
  ) {}

  @Handle(marketplace.browseApps)
  browseApps(ctx: Ctx, input: BrowseInput) {
    return this.browse.run(ctx, input);
  }

  @Handle(marketplace.getListing)
  async getListing(ctx: Ctx, { app_id }: AppRef) {
    const listing = await this.listings.getListed(app_id);
    const [marked] = await this.installed.mark(ctx, [listing]);
    return { ...marked!, permissions: listing.permissions.map(permissionOf) };
  }

  @Handle(marketplace.getIcon)
  async getIcon(_: Ctx, { app_id }: AppRef) {
    const listing = await this.listings.findIcon(app_id);
    if (!listing) throw AppNotFound();
    if (listing.icon_svg === null) throw IconNotFound();
    return listing.icon_svg;
  }

  @Handle(marketplace.listCategories)
  async listCategories() {
    const sizes = (await this.sizes.list()).filter(({ category }) => category);
    const items = sizes.map(({ category: id, app_count }) => ({ id, app_count, name: categoryOf(id)?.name ?? id }));
    return { categories: items.map(({ id }) => id), items };
  }

  @Handle(marketplace.getCategoryCatalog)
  getCategoryCatalog() {
    return { groups: CATEGORY_GROUPS, default_category: DEFAULT_CATEGORY };
  }

  @Handle(marketplace.listFeatured)
  async listFeatured(ctx: Ctx, { limit }: ListFeatured) {
    return this.installed.mark(ctx, await this.showcase.listFeatured(limit));
  }

  @Handle(marketplace.featureApp)
  async featureApp(ctx: Ctx, { app_id, featured }: FeatureApp) {
    assertOperator(ctx, 'admin:extensions:write');
    const changed = await this.showcase.setFeatured(app_id, featured);
    if (!changed) throw AppNotFound();
    return changed;
  }

  @Handle(marketplace.getDeveloperPage)
  async getDeveloperPage(ctx: Ctx, { developer_id }: DeveloperRef) {
    const page = await this.showcase.getDeveloperPage(developer_id);
    return { ...page, apps: await this.installed.mark(ctx, page.apps) };
  }

  @OnEvent(portal.appDelisted)
  appDelisted(_: Ctx, delisted: AppDelisted) {
    return this.listings.delist(delisted);
  }

  @OnEvent(portal.suspensionChanged)
  suspensionChanged(_: Ctx, change: SuspensionChanged) {
    return this.listings.setSuspended(change);
  }

  @OnEvent(portal.appApproved)
  async appApproved(_: Ctx, app: AppApproved) {
    await this.listings.save(app);
    await this.versions.add(app);
    if (!app.system) await this.vocabulary.addWords(Object.values(toSearchTexts(app)).flatMap((words) => words.split(' ').filter(Boolean)));
  }
}
